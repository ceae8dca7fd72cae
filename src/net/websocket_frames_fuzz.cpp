// Any bytes, in any pieces, as WebSocket frames: no crash, and the same events as at once.
#include <cstdlib>
#include <vector>

#include "net/websocket_frames.h"

namespace {

using namespace fairlead::net;

struct Seen {
  FrameEvent::Kind kind;
  std::uint16_t code;
  std::string payload;
  bool operator==(const Seen&) const = default;
};

enum class ShortWay { kNever, kFirst };

std::vector<Seen> run(std::string_view bytes, std::size_t piece, unsigned setup, ShortWay way) {
  FrameParser parser((setup & 1) != 0 ? WebSocketRole::kClient : WebSocketRole::kServer,
                     {4096, 16384});
  if ((setup & 2) != 0) parser.enable_deflate({15, 15, (setup & 4) != 0, (setup & 4) != 0});
  std::vector<Seen> events;
  while (!bytes.empty()) {
    std::string buffer(bytes.substr(0, piece));
    bytes.remove_prefix(buffer.size());
    for (std::size_t begin = 0;;) {
      std::size_t used = 0;
      std::string_view text;
      if (way == ShortWay::kFirst &&
          parser.next_short_text(buffer.data() + begin, buffer.size() - begin, used, text)) {
        begin += used;
        events.push_back({FrameEvent::Kind::kText, 0, std::string(text)});
        continue;
      }
      const FrameEvent event = parser.next(buffer.data() + begin, buffer.size() - begin, used);
      begin += used;
      if (event.kind == FrameEvent::Kind::kNeedMore) break;
      if (event.payload.size() > 16384) std::abort();
      // Damaged compressed text may be noticed as bad UTF-8, as damage or as too long, depending on
      // how much of it was unpacked at once; that it is noticed must not depend on it.
      const bool failed = event.kind == FrameEvent::Kind::kError;
      events.push_back({event.kind, failed ? std::uint16_t{0} : event.code,
                        failed ? std::string() : std::string(event.payload)});
    }
  }
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto whole = run(bytes, bytes.size() + 1, data[0], ShortWay::kNever);
  if (whole != run(bytes, bytes.size() + 1, data[0], ShortWay::kFirst)) std::abort();
  if (whole != run(bytes, data[1] % 16 + 1u, data[0], ShortWay::kFirst)) std::abort();
  return 0;
}
