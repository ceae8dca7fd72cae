// The frames between the server and a worker (docs/formats/worker-frames.md): bytes in, events out.
// The reader bounds what it keeps: an answer that is too large is counted and skipped, and what
// breaks the page's rules is reported as a violation, after which the worker is to be killed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/limits.h"

namespace fairlead::workers {

enum class FrameType : std::uint8_t {
  kInit = 1,
  kInvoke = 2,
  kShutdown = 3,
  kReady = 16,
  kInitError = 17,
  kResponse = 18,
  kFunctionError = 19,
  kLog = 20,
};

inline constexpr std::size_t kMaxFrameHeader = 256 * 1024;     // JSON headers, init errors
inline constexpr std::size_t kMaxLogText = 256 * 1024;         // as CloudWatch Logs
inline constexpr std::size_t kMaxAnyFrame = 64 * 1024 * 1024;  // above: a violation

struct WorkerFrame {
  enum class Kind {
    kNeedMore,
    kReady,
    kInitError,      // payload: the error as JSON
    kResponse,       // payload
    kTooLarge,       // a response beyond limits::kMaxLambdaResponse; its bytes were skipped
    kFunctionError,  // header (JSON) and payload
    kLog,            // time_us and payload
    kViolation,      // header: what is wrong; the reader is of no more use
  };
  Kind kind = Kind::kNeedMore;
  std::string header;
  std::string payload;
  std::int64_t time_us = 0;
};

// Reads what a worker sends.
class FrameReader {
 public:
  // Uses bytes from the front of `bytes` (and removes them) up to the end of one frame.
  WorkerFrame next(std::string_view& bytes);

 private:
  std::size_t length() const;
  bool length_is_fine() const;
  WorkerFrame begin_body();
  WorkerFrame finish();
  WorkerFrame finish_function_error();
  WorkerFrame finish_log();
  WorkerFrame violation(const char* what);

  char head_[5];
  std::size_t head_size_ = 0;
  FrameType type_ = FrameType::kReady;
  std::size_t remaining_ = 0;  // of the body
  std::size_t keep_ = 0;       // how many bytes of the body are kept; the rest is skipped
  bool cut_ = false;           // the body is longer than what is kept
  bool broken_ = false;
  std::string body_;
};

// Writing. A frame's body may come in two parts, so that a payload need not be copied together.
std::string frame_head(FrameType type, std::size_t body_size);
void append_frame(std::string& out, FrameType type, std::string_view body);
// The invoke frame without its payload, which must follow.
std::string invoke_frame_head(std::string_view header_json, std::size_t payload_size);

}  // namespace fairlead::workers
