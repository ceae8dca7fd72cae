// Authorization headers and presigned queries of any bytes: claims are read and verified without
// crashing, and nothing but the right signature passes.
#include <cstdint>
#include <cstdlib>

#include "wire/sigv4.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fairlead::wire;
  if (size < 2) return 0;
  const auto style = static_cast<AuthStyle>(data[0] % 5);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t first = std::min(text.find('\n'), text.size());
  const std::string_view rest = text.substr(std::min(first + 1, text.size()));
  const std::size_t second = std::min(rest.find('\n'), rest.size());
  const std::vector<HeaderPair> headers = {{"authorization", std::string(text.substr(0, first))},
                                           {"x-amz-date", "20260112T215000Z"},
                                           {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"},
                                           {"host", "h"}};
  const std::vector<HeaderPair> plain = {{"host", "h"}};
  const bool query_only = first == 0;
  const HttpInput input{"GET", rest.substr(0, second),
                        rest.substr(std::min(second + 1, rest.size())),
                        query_only ? plain : headers, ""};
  const auto claim = read_claim(input, style);
  if (!claim.ok() || !claim->has_value()) return 0;
  (void)check_scope(**claim, "us-east-1", "s3").ok();
  if (verify(**claim, input, "secret", "", (**claim).time_ms).ok()) std::abort();
  return 0;
}
