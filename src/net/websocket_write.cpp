// Writing WebSocket frames (declared in websocket_frames.h).
#include <algorithm>
#include <cstring>

#include "net/websocket_frames.h"

namespace fairlead::net {
namespace {

constexpr std::size_t kMaxCloseReason = 123;
constexpr char kMaskedBit = '\x80';

}  // namespace

std::size_t write_frame_head(char* into, FrameHead head, std::uint64_t payload_size) {
  const unsigned first =
      (head.fin ? 0x80u : 0u) | (head.compressed ? 0x40u : 0u) | static_cast<unsigned>(head.opcode);
  into[0] = static_cast<char>(first);
  if (payload_size < 126) {
    into[1] = static_cast<char>(payload_size);
    return 2;
  }
  const std::size_t length_size = payload_size < 65'536 ? 2 : 8;
  into[1] = length_size == 2 ? 126 : 127;
  for (std::size_t i = 0; i < length_size; ++i) {
    into[1 + length_size - i] = static_cast<char>(payload_size >> (8 * i) & 0xff);
  }
  return 2 + length_size;
}

void append_frame(std::string& out, FrameHead head, std::string_view payload) {
  char bytes[kMaxFrameHead];
  const std::size_t size = write_frame_head(bytes, head, payload.size());
  out.append(bytes, size).append(payload);
}

void append_message(std::string& out, FrameHead head, std::string_view payload,
                    std::size_t max_frame) {
  if (max_frame == 0) max_frame = payload.size();
  while (payload.size() > max_frame) {
    append_frame(out, {head.opcode, false, head.compressed}, payload.substr(0, max_frame));
    payload.remove_prefix(max_frame);
    head = {Opcode::kContinuation, true, false};
  }
  append_frame(out, {head.opcode, true, head.compressed}, payload);
}

void append_close(std::string& out, std::uint16_t code, std::string_view reason) {
  if (code == close_code::kNoStatus) {
    append_frame(out, {Opcode::kClose}, {});
    return;
  }
  if (reason.size() > kMaxCloseReason) {
    std::size_t end = kMaxCloseReason;
    while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xc0) == 0x80) --end;
    reason = reason.substr(0, end);
  }
  char bytes[2 + kMaxCloseReason];
  bytes[0] = static_cast<char>(code >> 8);
  bytes[1] = static_cast<char>(code & 0xff);
  reason.copy(bytes + 2, kMaxCloseReason);
  append_frame(out, {Opcode::kClose}, std::string_view(bytes, 2 + reason.size()));
}

void append_masked_frame(std::string& out, FrameHead head, std::string_view payload,
                         std::uint32_t mask) {
  char bytes[kMaxFrameHead];
  const std::size_t size = write_frame_head(bytes, head, payload.size());
  bytes[1] = static_cast<char>(bytes[1] | kMaskedBit);
  char key[4];
  std::memcpy(key, &mask, 4);
  out.append(bytes, size).append(key, 4);
  const std::size_t begin = out.size();
  out.append(payload);
  apply_mask(out.data() + begin, payload.size(), key);
}

}  // namespace fairlead::net
