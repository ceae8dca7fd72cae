// Raw deflate and inflate streams of zlib, made at the first message and let go when nothing must
// be remembered.
#include "net/deflate.h"

#include <zlib.h>

#include <algorithm>

#include "base/check.h"

namespace fairlead::net {
namespace {

constexpr int kLevel = 3;        // chat messages are small: higher levels cost and gain nothing
constexpr int kMemoryLevel = 5;  // with a 12-bit window: 36 KiB for each active sender
constexpr std::size_t kMaxWindow = 32'768;
constexpr std::size_t kFirstOutput = 512;
constexpr std::size_t kTailSize = 4;  // 00 00 ff ff, which every message leaves away
constexpr unsigned char kTail[kTailSize] = {0, 0, 0xff, 0xff};

Bytef* as_bytes(const char* text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text));  // zlib's old interface; it only reads
}

}  // namespace

struct Inflater::State {
  explicit State(int window_bits) { CHECK(inflateInit2(&stream, -window_bits) == Z_OK); }
  ~State() { inflateEnd(&stream); }
  State(const State&) = delete;

  // A final block inside a message ends zlib's stream, but the window lives on (RFC 7692 7.2.3.4).
  bool restart() {
    std::string window(kMaxWindow, '\0');
    Bytef* const bytes = as_bytes(window.data());
    uInt size = 0;
    return inflateGetDictionary(&stream, bytes, &size) == Z_OK && inflateReset(&stream) == Z_OK &&
           inflateSetDictionary(&stream, bytes, size) == Z_OK;
  }

  Outcome run(std::string& out, std::size_t max_size) {
    bool ended = false;
    for (;;) {
      if (ended && stream.avail_in == 0) return Outcome::kOk;
      if (ended && !restart()) return Outcome::kCorrupt;
      const std::size_t before = out.size();
      const std::size_t wish = std::max({kFirstOutput, std::size_t{stream.avail_in} * 3, before});
      const std::size_t room = std::min(wish, max_size + 1 - before);
      out.resize(before + room);
      stream.next_out = as_bytes(out.data() + before);
      stream.avail_out = static_cast<uInt>(room);
      const int code = inflate(&stream, Z_SYNC_FLUSH);
      out.resize(before + room - stream.avail_out);
      if (out.size() > max_size) return Outcome::kTooBig;
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return Outcome::kCorrupt;
      ended = code == Z_STREAM_END;
      if (!ended && stream.avail_out > 0) return Outcome::kOk;  // everything that was given is used
    }
  }

  Outcome feed(const unsigned char* bytes, std::size_t size, std::string& out,
               std::size_t max_size) {
    stream.next_in = const_cast<unsigned char*>(bytes);
    stream.avail_in = static_cast<uInt>(size);
    return run(out, max_size);
  }

  // After the tail the stream must stand between two blocks; else the message was cut.
  bool between_blocks() const { return (stream.data_type & 128) != 0; }

  z_stream stream{};
};

Inflater::Inflater(ContextTakeover takeover, int window_bits)
    : takeover_(takeover), window_bits_(window_bits) {}
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

Inflater::Outcome Inflater::append(std::string_view compressed, MessagePart part, std::string& out,
                                   std::size_t max_size) {
  if (out.size() > max_size) return Outcome::kTooBig;
  if (!state_) state_ = std::make_unique<State>(window_bits_);
  Outcome outcome = state_->feed(as_bytes(compressed.data()), compressed.size(), out, max_size);
  if (outcome != Outcome::kOk || part == MessagePart::kMore) return outcome;
  outcome = state_->feed(kTail, kTailSize, out, max_size);
  if (outcome == Outcome::kOk && !state_->between_blocks()) outcome = Outcome::kCorrupt;
  if (takeover_ == ContextTakeover::kNo) state_.reset();
  return outcome;
}

struct Deflater::State {
  explicit State(int window_bits) {
    CHECK(deflateInit2(&stream, kLevel, Z_DEFLATED, -window_bits, kMemoryLevel,
                       Z_DEFAULT_STRATEGY) == Z_OK);
  }
  ~State() { deflateEnd(&stream); }
  State(const State&) = delete;

  z_stream stream{};
};

Deflater::Deflater(ContextTakeover takeover, int window_bits)
    : takeover_(takeover), window_bits_(std::min(window_bits, kMaxWindowBits)) {
  CHECK(window_bits >= 9);
}
Deflater::~Deflater() = default;
Deflater::Deflater(Deflater&&) noexcept = default;
Deflater& Deflater::operator=(Deflater&&) noexcept = default;

void Deflater::append(std::string_view message, std::string& out) {
  if (message.empty()) {
    out.push_back('\0');  // an empty stored block; zlib writes nothing for a flush without data
    return;
  }
  if (!state_) state_ = std::make_unique<State>(window_bits_);
  z_stream& stream = state_->stream;
  stream.next_in = as_bytes(message.data());
  stream.avail_in = static_cast<uInt>(message.size());
  std::size_t room = deflateBound(&stream, message.size()) + 16;
  do {
    const std::size_t before = out.size();
    out.resize(before + room);
    stream.next_out = as_bytes(out.data() + before);
    stream.avail_out = static_cast<uInt>(room);
    const int code = deflate(&stream, Z_SYNC_FLUSH);
    CHECK(code == Z_OK || code == Z_BUF_ERROR);
    out.resize(before + room - stream.avail_out);
  } while (stream.avail_out == 0);
  out.resize(out.size() - kTailSize);
  if (takeover_ == ContextTakeover::kNo) state_.reset();
}

}  // namespace fairlead::net
