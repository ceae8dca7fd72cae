// Bytes waiting to be sent on one connection. Holds memory only while something waits; the memory
// comes from the loop's round of buffers and goes back to it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/loop.h"
#include "net/stream.h"

namespace fairlead::net {

class OutBuffer {
 public:
  OutBuffer() = default;
  OutBuffer(OutBuffer&& other) noexcept
      : bytes_(std::move(other.bytes_)), sent_(std::exchange(other.sent_, 0)) {}

  bool empty() const { return size() == 0; }
  std::size_t size() const { return bytes_ ? bytes_->size() - sent_ : 0; }
  std::string_view rest() const {
    if (!bytes_) return {};
    return {bytes_->data() + sent_, bytes_->size() - sent_};
  }

  // The string to append to.
  std::string& tail(Loop& loop) {
    if (!bytes_) bytes_ = loop.take_buffer();
    return *bytes_;
  }

  void drop_front(std::size_t n, Loop& loop) {
    sent_ += n;
    if (sent_ == bytes_->size()) return release(loop);
    if (sent_ >= kCompactFrom && sent_ * 2 >= bytes_->size()) {
      bytes_->erase(0, sent_);
      sent_ = 0;
    }
  }

  void release(Loop& loop) {
    if (bytes_) loop.give_buffer(std::move(bytes_));
    sent_ = 0;
  }

  // Sends what the stream takes. kOk: everything went out.
  Io flush(Stream& stream, Loop& loop) {
    while (!empty()) {
      const Transfer sent = stream.write(rest());
      if (sent.state != Io::kOk) return sent.state;
      drop_front(sent.n, loop);
      if (!bytes_) [[likely]]
        return Io::kOk;
    }
    if (bytes_) release(loop);
    return Io::kOk;
  }

 private:
  static constexpr std::size_t kCompactFrom = 64 * 1024;
  std::unique_ptr<std::string> bytes_;
  std::size_t sent_ = 0;
};

}  // namespace fairlead::net
