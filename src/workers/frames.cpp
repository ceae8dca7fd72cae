// Cuts the byte stream into frames without ever keeping more of one than its kind may have.
#include "workers/frames.h"

#include <algorithm>

namespace fairlead::workers {
namespace {

constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kLengthBytes = 4;

std::uint64_t read_little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
  }
  return value;
}

void append_u32(std::string& out, std::size_t value) {
  for (int shift = 0; shift < 32; shift += 8)
    out.push_back(static_cast<char>(value >> shift & 0xff));
}

// How much of a body of that type is kept. 0 with `known` false: no such type.
std::size_t kept_bytes(FrameType type, bool& known) {
  known = true;
  switch (type) {
    case FrameType::kReady:
      return 0;
    case FrameType::kInitError:
      return kMaxFrameHeader;
    case FrameType::kResponse:
      return limits::kMaxLambdaResponse;
    case FrameType::kFunctionError:
      return kLengthBytes + kMaxFrameHeader + limits::kMaxLambdaResponse;
    case FrameType::kLog:
      return kTimeBytes + kMaxLogText;
    default:
      known = false;
      return 0;
  }
}

}  // namespace

WorkerFrame FrameReader::violation(const char* what) {
  broken_ = true;
  return {WorkerFrame::Kind::kViolation, what, {}, 0};
}

WorkerFrame FrameReader::next(std::string_view& bytes) {
  if (broken_) {
    bytes = {};
    return {};
  }
  if (head_size_ < sizeof head_) {
    while (head_size_ < sizeof head_ && !bytes.empty()) {
      head_[head_size_++] = bytes.front();
      bytes.remove_prefix(1);
      if (head_size_ == kLengthBytes && !length_is_fine()) {
        return violation("a frame whose length is 0 or above 64 MiB");
      }
    }
    if (head_size_ < sizeof head_) return {};
    WorkerFrame refused = begin_body();
    if (broken_) return refused;
  }
  const std::size_t take = std::min(remaining_, bytes.size());
  const std::size_t room = keep_ - std::min(keep_, body_.size());
  body_.append(bytes.substr(0, std::min(take, room)));
  bytes.remove_prefix(take);
  remaining_ -= take;
  if (remaining_ > 0) return {};
  head_size_ = 0;
  WorkerFrame frame = finish();
  body_ = std::string();
  return frame;
}

std::size_t FrameReader::length() const {
  return read_little_endian(std::string_view(head_, kLengthBytes));
}

bool FrameReader::length_is_fine() const { return length() > 0 && length() <= kMaxAnyFrame; }

WorkerFrame FrameReader::begin_body() {
  type_ = static_cast<FrameType>(head_[kLengthBytes]);
  bool known = false;
  keep_ = kept_bytes(type_, known);
  if (!known) return violation("a frame of an unknown type");
  remaining_ = length() - 1;
  cut_ = remaining_ > keep_;
  return {};
}

WorkerFrame FrameReader::finish() {
  switch (type_) {
    case FrameType::kReady:
      if (cut_) return violation("a ready frame with a body");
      return {WorkerFrame::Kind::kReady, {}, {}, 0};
    case FrameType::kInitError:
      if (cut_) return violation("an init error above 256 KiB");
      return {WorkerFrame::Kind::kInitError, {}, std::move(body_), 0};
    case FrameType::kResponse:
      if (cut_) return {WorkerFrame::Kind::kTooLarge, {}, {}, 0};
      return {WorkerFrame::Kind::kResponse, {}, std::move(body_), 0};
    case FrameType::kFunctionError:
      return finish_function_error();
    default:
      return finish_log();
  }
}

WorkerFrame FrameReader::finish_function_error() {
  if (body_.size() < kLengthBytes) return violation("a function error without a header");
  const std::size_t size = read_little_endian(std::string_view(body_).substr(0, kLengthBytes));
  if (size > kMaxFrameHeader || size > body_.size() - kLengthBytes) {
    return violation("a function error whose header does not fit");
  }
  std::string header = body_.substr(kLengthBytes, size);
  if (cut_ || body_.size() - kLengthBytes - size > limits::kMaxLambdaResponse) {
    return {WorkerFrame::Kind::kTooLarge, {}, {}, 0};
  }
  body_.erase(0, kLengthBytes + size);
  return {WorkerFrame::Kind::kFunctionError, std::move(header), std::move(body_), 0};
}

WorkerFrame FrameReader::finish_log() {
  if (body_.size() < kTimeBytes) return violation("a log frame without a time");
  const std::uint64_t time = read_little_endian(std::string_view(body_).substr(0, kTimeBytes));
  body_.erase(0, kTimeBytes);
  return {WorkerFrame::Kind::kLog, {}, std::move(body_), static_cast<std::int64_t>(time)};
}

std::string frame_head(FrameType type, std::size_t body_size) {
  std::string out;
  append_u32(out, body_size + 1);
  out.push_back(static_cast<char>(type));
  return out;
}

void append_frame(std::string& out, FrameType type, std::string_view body) {
  out.append(frame_head(type, body.size())).append(body);
}

std::string invoke_frame_head(std::string_view header_json, std::size_t payload_size) {
  std::string out =
      frame_head(FrameType::kInvoke, kLengthBytes + header_json.size() + payload_size);
  append_u32(out, header_json.size());
  return out.append(header_json);
}

}  // namespace fairlead::workers
