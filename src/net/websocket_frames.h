// WebSocket frames (RFC 6455 section 5) and compressed messages (RFC 7692): bytes in, messages out.
//
// The parser works inside the caller's buffer: a message that lies there whole is unmasked in place
// and handed out as a view, without a copy. Only what is cut (a frame over two reads, a message
// over several frames, compressed data) is gathered in memory of the parser's own, which it gives
// back after the message. An idle connection therefore needs no read buffer and no message buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/deflate.h"
#include "net/websocket_handshake.h"

namespace fairlead::net {

enum class Opcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10
};

namespace close_code {
inline constexpr std::uint16_t kNormal = 1000;
inline constexpr std::uint16_t kGoingAway = 1001;
inline constexpr std::uint16_t kProtocolError = 1002;
inline constexpr std::uint16_t kUnsupported = 1003;
inline constexpr std::uint16_t kNoStatus = 1005;  // never sent: a close frame without a code
inline constexpr std::uint16_t kAbnormal = 1006;  // never sent: no close frame
inline constexpr std::uint16_t kInvalidPayload = 1007;
inline constexpr std::uint16_t kTooBig = 1009;
inline constexpr std::uint16_t kInternalError = 1011;
}  // namespace close_code

struct FrameLimits {
  std::size_t max_frame;    // payload bytes of one frame, as received
  std::size_t max_message;  // payload bytes of one message, after decompression
};

// Which end we are: a server gets masked frames, a client must not.
enum class WebSocketRole : std::uint8_t { kServer, kClient };

struct FrameEvent {
  enum class Kind : std::uint8_t {
    kNeedMore,  // everything was used
    kText,      // a whole message, valid UTF-8
    kBinary,    // a whole message
    kPing,      // answer with a pong of the same payload
    kPong,
    kClose,  // `code` (kNoStatus when there was none) and `payload` as the reason; nothing follows
    kError,  // send a close with `code` and `payload` as the reason, then drop the connection
  };
  Kind kind = Kind::kNeedMore;
  std::uint16_t code = 0;
  std::string_view payload;  // valid until the next call, and while the caller's bytes are
};

class FrameParser {
 public:
  FrameParser(WebSocketRole role, FrameLimits limits);
  ~FrameParser();
  FrameParser(FrameParser&&) noexcept;
  FrameParser& operator=(FrameParser&&) noexcept;
  // Compression as agreed in the handshake; without this call RSV1 is an error.
  void enable_deflate(const DeflateAgreement& agreement);

  // The next event in data[0, size); `consumed` bytes of it are used up (and were changed). Call
  // again with the rest until kNeedMore. After kClose and kError everything else is discarded.
  FrameEvent next(char* data, std::size_t size, std::size_t& consumed);

  // The short way for the usual message: when a whole, short, uncompressed text frame of a client
  // begins at `data`, takes it as next() would. False: not that, nothing was changed, ask next().
  bool next_short_text(char* data, std::size_t size, std::size_t& consumed, std::string_view& text);

 private:
  struct Assembly;
  enum class Delivered : std::uint8_t { kNothing, kControl, kMessage };

  bool fin() const { return (frame_first_ & 0x80) != 0; }
  bool is_control() const { return (frame_first_ & 0x08) != 0; }
  Opcode opcode() const { return static_cast<Opcode>(frame_first_ & 0x0f); }
  bool needs_mask() const { return role_ == WebSocketRole::kServer; }
  FrameEvent fail(std::uint16_t code, const char* reason);
  void release_delivered();
  // kNeedMore with in_frame_ set: the header is complete and acceptable.
  FrameEvent take_header(const char* data, std::size_t size, std::size_t& used);
  const char* find_fault(std::uint8_t second) const;
  FrameEvent begin_frame(std::size_t length_size);
  FrameEvent take_payload(char* data, std::size_t size, std::size_t& used);
  FrameEvent take_control(std::string_view bytes);
  FrameEvent take_data(std::string_view bytes);
  FrameEvent gather(std::string_view bytes, MessagePart part);
  FrameEvent deliver_control(std::string_view payload);
  FrameEvent deliver_message(std::string_view payload);
  Assembly& assembly();

  std::unique_ptr<Assembly> assembly_;  // of what is cut over reads or frames
  std::unique_ptr<Inflater> inflater_;  // when compression was agreed
  std::uint64_t remaining_ = 0;         // payload bytes of the current frame still to come
  FrameLimits limits_;
  char header_[14];
  char mask_[4] = {};
  WebSocketRole role_;
  Delivered delivered_ = Delivered::kNothing;  // freed at the next call
  bool closed_ = false;
  bool in_frame_ = false;              // the header is known, payload is being read
  bool message_compressed_ = false;    // RSV1 of the message's first frame
  std::int8_t short_text_limit_ = -1;  // for next_short_text; a client takes none
  std::uint8_t frame_first_ = 0;       // FIN, RSV and opcode of the current frame
  std::uint8_t message_opcode_ = 0;    // of the data message that is open, else 0
  std::uint8_t header_size_ = 0;       // bytes of header_ that are there
  std::uint8_t mask_offset_ = 0;       // payload bytes of this frame seen so far, modulo 4
};

// Writing. `compressed` sets RSV1: the payload is what Deflater made.
struct FrameHead {
  Opcode opcode = Opcode::kText;
  bool fin = true;
  bool compressed = false;
};
inline constexpr std::size_t kMaxFrameHead = 10;
// The head for a payload of that size into `into` (kMaxFrameHead bytes); its length.
std::size_t write_frame_head(char* into, FrameHead head, std::uint64_t payload_size);
void append_frame(std::string& out, FrameHead head, std::string_view payload);
// A whole message, cut into frames of at most `max_frame` payload bytes.
void append_message(std::string& out, FrameHead head, std::string_view payload,
                    std::size_t max_frame);
// A close frame; kNoStatus gives an empty one. The reason is cut to 123 bytes between characters.
void append_close(std::string& out, std::uint16_t code, std::string_view reason);
// As a client must: masked with `mask`.
void append_masked_frame(std::string& out, FrameHead head, std::string_view payload,
                         std::uint32_t mask);

bool is_valid_close_code(std::uint16_t code);  // one that may stand in a close frame
// XOR with the four mask bytes, beginning at mask[offset % 4]; in place, eight bytes at a time.
void apply_mask(char* data, std::size_t size, const char mask[4], std::size_t offset = 0);

}  // namespace fairlead::net
