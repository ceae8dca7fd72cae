// Bytes waiting to be sent on one connection. Holds memory only while something waits; the memory
// comes from the loop's round of buffers and goes back to it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/loop.h"
#include "net/stream.h"

namespace fairlead::net {

class OutBuffer {
 public:
  bool empty() const { return sent_ == bytes_.size(); }
  std::size_t size() const { return bytes_.size() - sent_; }
  std::string_view rest() const { return std::string_view(bytes_).substr(sent_); }

  // The string to append to.
  std::string& tail(Loop& loop) {
    if (bytes_.capacity() <= kInline) bytes_ = loop.take_buffer();
    return bytes_;
  }

  void drop_front(std::size_t n, Loop& loop) {
    sent_ += n;
    if (sent_ == bytes_.size()) return release(loop);
    if (sent_ >= kCompactFrom && sent_ * 2 >= bytes_.size()) {
      bytes_.erase(0, sent_);
      sent_ = 0;
    }
  }

  void release(Loop& loop) {
    if (bytes_.capacity() > kInline) loop.give_buffer(std::move(bytes_));
    std::string().swap(bytes_);
    sent_ = 0;
  }

  // Sends what the stream takes. kOk: everything went out.
  Io flush(Stream& stream, Loop& loop) {
    while (!empty()) {
      const Transfer sent = stream.write(rest());
      if (sent.state != Io::kOk) return sent.state;
      drop_front(sent.n, loop);
    }
    return Io::kOk;
  }

 private:
  static constexpr std::size_t kInline = 15;  // a std::string of this capacity holds no memory
  static constexpr std::size_t kCompactFrom = 64 * 1024;
  std::string bytes_;
  std::size_t sent_ = 0;
};

}  // namespace fairlead::net
