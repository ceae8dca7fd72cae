// Compression: any bytes as compressed data stay within the bound, in one piece or in several
// alike; what the deflater made comes back as it was, for every window and with or without memory.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "net/deflate.h"

namespace {

using namespace fairlead::net;

constexpr std::size_t kMaxSize = 64 * 1024;

void inflate_anything(std::string_view bytes, std::size_t piece, ContextTakeover takeover) {
  Inflater inflater(takeover);
  for (int message = 0; message < 2; ++message) {
    std::string out;
    for (std::size_t at = 0;;) {
      const std::string_view some = bytes.substr(at, piece);
      at += some.size();
      const bool last = at >= bytes.size();
      const auto outcome =
          inflater.append(some, last ? MessagePart::kLast : MessagePart::kMore, out, kMaxSize);
      if (out.size() > kMaxSize) std::abort();
      if (outcome != Inflater::Outcome::kOk) return;  // not to be used again
      if (last) break;
    }
  }
}

void there_and_back(std::string_view bytes, int bits, ContextTakeover takeover) {
  Deflater deflater(takeover, bits);
  Inflater inflater(takeover, 15);
  for (int message = 0; message < 3; ++message) {  // with memory the later ones become short
    std::string packed, back;
    deflater.append(bytes, packed);
    if (inflater.append(packed, MessagePart::kLast, back, bytes.size() + 1) !=
            Inflater::Outcome::kOk ||
        back != bytes) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto takeover = (data[0] & 1) != 0 ? ContextTakeover::kYes : ContextTakeover::kNo;
  inflate_anything(bytes, std::max<std::size_t>(1, data[1]), takeover);
  there_and_back(bytes, 9 + data[0] / 2 % 7, takeover);
  return 0;
}
