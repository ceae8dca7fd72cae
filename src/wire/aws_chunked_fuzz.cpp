// aws-chunked bodies of any bytes, in pieces of any size: the outcome does not depend on the
// pieces.
#include <cstdint>
#include <cstdlib>

#include "wire/aws_chunked.h"

namespace {

std::string outcome(std::string_view body, std::size_t step) {
  fairlead::wire::AwsChunkedDecoder::Options options;
  options.trailer_names = "x-amz-checksum-crc32";
  fairlead::wire::AwsChunkedDecoder decoder(options);
  std::string out;
  for (std::size_t at = 0; at < body.size(); at += step) {
    if (!decoder.feed(body.substr(at, step), out).ok()) return "error";
  }
  return decoder.finish().ok() ? out : "error";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (outcome(body, data[0] % 16 + 1) != outcome(body, size)) std::abort();
  return 0;
}
