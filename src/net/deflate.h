// Message compression for WebSocket (RFC 7692): raw deflate with or without memory of the messages
// before. Memory is taken at the first message, and given back after each one when nothing has to
// be remembered; output is bounded, so a small frame cannot become a large allocation.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace fairlead::net {

enum class ContextTakeover { kNo, kYes };
enum class MessagePart { kMore, kLast };

class Inflater {
 public:
  enum class Outcome { kOk, kTooBig, kCorrupt };

  explicit Inflater(ContextTakeover takeover, int window_bits = 15);
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;

  // Appends what the piece unpacks to, as long as `out` stays within `max_size` bytes. After
  // anything but kOk the connection is to be failed; the inflater must not be used again.
  Outcome append(std::string_view compressed, MessagePart part, std::string& out,
                 std::size_t max_size);

 private:
  struct State;
  ContextTakeover takeover_;
  int window_bits_;
  std::unique_ptr<State> state_;
};

class Deflater {
 public:
  // Never a window above 12 bits (36 KiB of memory instead of 262 KiB): the window that a sender
  // really uses is its own choice below the agreed one. `window_bits` is at least 9.
  static constexpr int kMaxWindowBits = 12;

  Deflater(ContextTakeover takeover, int window_bits);
  ~Deflater();
  Deflater(Deflater&&) noexcept;
  Deflater& operator=(Deflater&&) noexcept;

  // One whole message, without the 00 00 ff ff that ends it (RFC 7692 7.2.1).
  void append(std::string_view message, std::string& out);

 private:
  struct State;
  ContextTakeover takeover_;
  int window_bits_;
  std::unique_ptr<State> state_;
};

}  // namespace fairlead::net
