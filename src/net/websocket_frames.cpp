// The frame parser's states, unmasking in blocks of 16 bytes, gathering of cut messages, and frame
// heads for sending.
#include "net/websocket_frames.h"

#include <algorithm>
#include <cstring>

#include "base/utf8.h"

namespace fairlead::net {
namespace {

constexpr std::uint8_t kFin = 0x80;
constexpr std::uint8_t kRsv1 = 0x40;
constexpr std::uint8_t kRsv23 = 0x30;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kLength16 = 126;
constexpr std::uint8_t kLength64 = 127;
constexpr std::size_t kMaxControlPayload = 125;

// Four words that are worked on at once, by the machine's vector instructions where it has them.
using Block = std::uint32_t __attribute__((vector_size(16)));

bool is_known_opcode(std::uint8_t opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

std::uint64_t read_big_endian(const char* bytes, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

}  // namespace

struct FrameParser::Assembly {
  std::string message;  // unmasked and unpacked so far
  std::string control;  // of a control frame that is cut
  Utf8Validator utf8;   // of `message`, if it is text
};

FrameParser::FrameParser(WebSocketRole role, FrameLimits limits) : limits_(limits), role_(role) {
  if (role == WebSocketRole::kServer) {
    short_text_limit_ = static_cast<std::int8_t>(
        std::min<std::size_t>({kLength16 - 1, limits.max_frame, limits.max_message}));
  }
}
FrameParser::~FrameParser() = default;
FrameParser::FrameParser(FrameParser&&) noexcept = default;
FrameParser& FrameParser::operator=(FrameParser&&) noexcept = default;

void FrameParser::enable_deflate(const DeflateAgreement& agreement) {
  const bool server = role_ == WebSocketRole::kServer;
  const bool forgets =
      server ? agreement.client_no_context_takeover : agreement.server_no_context_takeover;
  inflater_ = std::make_unique<Inflater>(
      forgets ? ContextTakeover::kNo : ContextTakeover::kYes,
      server ? agreement.client_max_window_bits : agreement.server_max_window_bits);
}

FrameParser::Assembly& FrameParser::assembly() {
  if (!assembly_) assembly_ = std::make_unique<Assembly>();
  return *assembly_;
}

FrameEvent FrameParser::fail(std::uint16_t code, const char* reason) {
  closed_ = true;
  return {FrameEvent::Kind::kError, code, reason};
}

void FrameParser::release_delivered() {
  if (delivered_ == Delivered::kControl && assembly_) assembly_->control.clear();
  if (delivered_ == Delivered::kMessage) assembly_.reset();
  delivered_ = Delivered::kNothing;
}

bool FrameParser::next_short_text(char* data, std::size_t size, std::size_t& consumed,
                                  std::string_view& text) {
  if (size < 6 || static_cast<std::uint8_t>(data[0]) != (kFin | 0x01)) return false;
  const std::size_t length = static_cast<std::uint8_t>(data[1]) ^ kMasked;  // 128 and more: no mask
  if (length >= kLength16 || size < 6 + length || static_cast<int>(length) > short_text_limit_)
    return false;
  if (in_frame_ || closed_ || header_size_ != 0 || message_opcode_ != 0) return false;
  std::uint32_t mask;
  std::memcpy(&mask, data + 2, 4);
  const Block pattern = {mask, mask, mask, mask};
  char* payload = data + 6;
  Block seen = {};
  std::size_t i = 0;
  for (; i + sizeof(Block) <= length; i += sizeof(Block)) {
    Block block;
    std::memcpy(&block, payload + i, sizeof block);
    block ^= pattern;
    seen |= block;
    std::memcpy(payload + i, &block, sizeof block);
  }
  std::uint32_t seen_bits = seen[0] | seen[1] | seen[2] | seen[3];
  for (; i < length; ++i) {
    payload[i] = static_cast<char>(payload[i] ^ data[2 + (i & 3)]);
    seen_bits |= static_cast<std::uint8_t>(payload[i]);
  }
  text = std::string_view(payload, length);
  const bool ascii = (seen_bits & 0x80808080) == 0;
  if (!ascii && !is_valid_utf8(text)) {
    apply_mask(payload, length, data + 2);  // as it was: next() says what is wrong
    return false;
  }
  if (delivered_ != Delivered::kNothing) release_delivered();
  consumed = 6 + length;
  return true;
}

FrameEvent FrameParser::next(char* data, std::size_t size, std::size_t& consumed) {
  consumed = 0;
  release_delivered();
  while (!closed_) {
    if (!in_frame_) {
      const FrameEvent event = take_header(data, size, consumed);
      if (!in_frame_) return event;
    }
    const FrameEvent event = take_payload(data, size, consumed);
    if (event.kind != FrameEvent::Kind::kNeedMore || in_frame_) return event;
  }
  consumed = size;
  return {};
}

// What is wrong with the first two bytes of a frame; nullptr if nothing.
const char* FrameParser::find_fault(std::uint8_t second) const {
  const auto code = static_cast<std::uint8_t>(opcode());
  if (!is_known_opcode(code)) return "Unknown opcode";
  if ((frame_first_ & kRsv23) != 0) return "Reserved bits are set";
  const bool compressed = (frame_first_ & kRsv1) != 0;
  const bool starts_message = opcode() == Opcode::kText || opcode() == Opcode::kBinary;
  if (compressed && (!inflater_ || !starts_message)) return "Reserved bits are set";
  if (((second & kMasked) != 0) != needs_mask()) {
    return needs_mask() ? "Frames of a client must be masked" : "Frames of a server are not masked";
  }
  if (is_control()) {
    if (!fin()) return "Control frames cannot be fragmented";
    if ((second & ~kMasked) > kMaxControlPayload) return "The control frame is too long";
    return nullptr;
  }
  if (starts_message && message_opcode_ != 0) return "The message before is not finished";
  if (!starts_message && message_opcode_ == 0) return "There is no message to continue";
  return nullptr;
}

FrameEvent FrameParser::take_header(const char* data, std::size_t size, std::size_t& used) {
  std::size_t needed = 2;
  std::size_t length_size = 0;
  for (;;) {
    while (header_size_ < needed && used < size) header_[header_size_++] = data[used++];
    if (header_size_ < needed) return {};
    if (needed > 2) return begin_frame(length_size);
    frame_first_ = static_cast<std::uint8_t>(header_[0]);
    const auto second = static_cast<std::uint8_t>(header_[1]);
    const char* fault = find_fault(second);
    if (fault != nullptr) return fail(close_code::kProtocolError, fault);
    const std::uint8_t length = second & ~kMasked;
    length_size = length == kLength64 ? 8 : length == kLength16 ? 2 : 0;
    needed += length_size + (needs_mask() ? 4 : 0);
    if (needed == 2) return begin_frame(0);
  }
}

FrameEvent FrameParser::begin_frame(std::size_t length_size) {
  std::uint64_t length = static_cast<std::uint8_t>(header_[1]) & ~kMasked;
  if (length_size > 0) {
    length = read_big_endian(header_ + 2, length_size);
    const std::uint64_t least = length_size == 2 ? kLength16 : 65'536;
    if (length < least || length >> 63 != 0) {
      return fail(close_code::kProtocolError, "The length is not written the shortest way");
    }
  }
  if (needs_mask()) std::memcpy(mask_, header_ + 2 + length_size, 4);
  header_size_ = 0;
  mask_offset_ = 0;
  if (!is_control()) {
    if (message_opcode_ == 0) {
      message_opcode_ = frame_first_ & 0x0f;
      message_compressed_ = (frame_first_ & kRsv1) != 0;
    }
    const std::size_t gathered = assembly_ ? assembly_->message.size() : 0;
    if (length > limits_.max_frame ||
        (!message_compressed_ && length + gathered > limits_.max_message)) {
      return fail(close_code::kTooBig, "Message too big");
    }
  }
  remaining_ = length;
  in_frame_ = true;
  return {};
}

FrameEvent FrameParser::take_payload(char* data, std::size_t size, std::size_t& used) {
  const std::size_t take = std::min<std::uint64_t>(remaining_, size - used);
  char* bytes = data + used;
  if (needs_mask()) apply_mask(bytes, take, mask_, mask_offset_);
  used += take;
  remaining_ -= take;
  mask_offset_ = static_cast<std::uint8_t>((mask_offset_ + take) & 3);
  in_frame_ = remaining_ > 0;
  if (in_frame_ && take == 0) return {};
  const std::string_view piece(bytes, take);
  return is_control() ? take_control(piece) : take_data(piece);
}

FrameEvent FrameParser::take_control(std::string_view bytes) {
  const bool cut = in_frame_ || (assembly_ && !assembly_->control.empty());
  if (!cut) return deliver_control(bytes);
  assembly().control.append(bytes);
  if (in_frame_) return {};
  delivered_ = Delivered::kControl;
  return deliver_control(assembly_->control);
}

FrameEvent FrameParser::deliver_control(std::string_view payload) {
  if (opcode() == Opcode::kPing) return {FrameEvent::Kind::kPing, 0, payload};
  if (opcode() == Opcode::kPong) return {FrameEvent::Kind::kPong, 0, payload};
  closed_ = true;
  if (payload.empty()) return {FrameEvent::Kind::kClose, close_code::kNoStatus, {}};
  if (payload.size() == 1) return fail(close_code::kProtocolError, "The close frame is cut");
  const auto code = static_cast<std::uint16_t>(read_big_endian(payload.data(), 2));
  if (!is_valid_close_code(code)) return fail(close_code::kProtocolError, "Invalid close code");
  payload.remove_prefix(2);
  if (!is_valid_utf8(payload)) {
    return fail(close_code::kInvalidPayload, "The close reason is not UTF-8");
  }
  return {FrameEvent::Kind::kClose, code, payload};
}

FrameEvent FrameParser::take_data(std::string_view bytes) {
  const bool last = fin() && !in_frame_;
  const bool untouched = !assembly_ || assembly_->message.empty();
  if (last && untouched && !message_compressed_) {
    if (message_opcode_ == static_cast<std::uint8_t>(Opcode::kText) && !is_valid_utf8(bytes)) {
      return fail(close_code::kInvalidPayload, "The text is not UTF-8");
    }
    return deliver_message(bytes);
  }
  return gather(bytes, last ? MessagePart::kLast : MessagePart::kMore);
}

FrameEvent FrameParser::gather(std::string_view bytes, MessagePart part) {
  Assembly& gathered = assembly();
  const std::size_t before = gathered.message.size();
  if (message_compressed_) {
    switch (inflater_->append(bytes, part, gathered.message, limits_.max_message)) {
      case Inflater::Outcome::kOk:
        break;
      case Inflater::Outcome::kTooBig:
        return fail(close_code::kTooBig, "Message too big");
      case Inflater::Outcome::kCorrupt:
        return fail(close_code::kInvalidPayload, "The compressed data is damaged");
    }
  } else {
    gathered.message.append(bytes);
  }
  if (message_opcode_ == static_cast<std::uint8_t>(Opcode::kText)) {
    const bool valid = gathered.utf8.feed(std::string_view(gathered.message).substr(before));
    if (!valid || (part == MessagePart::kLast && !gathered.utf8.complete())) {
      return fail(close_code::kInvalidPayload, "The text is not UTF-8");
    }
  }
  if (part == MessagePart::kMore) return {};
  delivered_ = Delivered::kMessage;
  return deliver_message(gathered.message);
}

FrameEvent FrameParser::deliver_message(std::string_view payload) {
  const bool text = message_opcode_ == static_cast<std::uint8_t>(Opcode::kText);
  message_opcode_ = 0;
  message_compressed_ = false;
  return {text ? FrameEvent::Kind::kText : FrameEvent::Kind::kBinary, 0, payload};
}

void apply_mask(char* data, std::size_t size, const char mask[4], std::size_t offset) {
  char pattern[8];
  for (std::size_t i = 0; i < 8; ++i) pattern[i] = mask[(offset + i) & 3];
  std::uint64_t word;
  std::memcpy(&word, pattern, 8);
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t bytes;
    std::memcpy(&bytes, data + i, 8);
    bytes ^= word;
    std::memcpy(data + i, &bytes, 8);
  }
  for (; i < size; ++i) data[i] ^= pattern[i & 7];
}

bool is_valid_close_code(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

}  // namespace fairlead::net
