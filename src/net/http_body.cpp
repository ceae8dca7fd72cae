// One state machine for the three framings; chunk sizes and trailers are read strictly and within
// bounds.
#include "net/http_body.h"

#include <algorithm>

#include "base/base64.h"
#include "base/text.h"
#include "net/http_parser.h"

namespace fairlead::net {
namespace {

constexpr std::size_t kMaxChunkLine = 256;  // the size and its extensions, which we ignore
constexpr std::size_t kMaxTrailerBytes = 8 * 1024;
constexpr std::size_t kMaxTrailers = 32;
constexpr std::size_t kMaxSizeDigits = 15;  // hexadecimal: no overflow is possible

bool response_has_no_body(const ResponseHead& head, std::string_view method) {
  return method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304 ||
         (method == "CONNECT" && head.status < 300);
}

}  // namespace

BodyDecoder::BodyDecoder(const RequestHead& head, std::uint64_t max_bytes) : allowance_(max_bytes) {
  if (head.chunked) {
    part_ = Part::kChunkSize;
  } else if (head.content_length.value_or(0) > max_bytes) {
    fail(413, "The body is larger than allowed");
  } else if (head.has_body()) {
    part_ = Part::kFixed;
    remaining_ = *head.content_length;
  }
}

BodyDecoder::BodyDecoder(const ResponseHead& head, std::string_view method, std::uint64_t max_bytes)
    : allowance_(max_bytes) {
  if (response_has_no_body(head, method)) return;
  if (head.chunked) {
    part_ = Part::kChunkSize;
  } else if (!head.content_length) {
    part_ = Part::kUntilClose;
  } else if (*head.content_length > max_bytes) {
    fail(413, "The body is larger than allowed");
  } else if (*head.content_length > 0) {
    part_ = Part::kFixed;
    remaining_ = *head.content_length;
  }
}

BodyDecoder::Step BodyDecoder::fail(int status, const char* text) {
  part_ = Part::kFailed;
  error_ = {status, text};
  return {State::kError, 0, {}};
}

BodyDecoder::State BodyDecoder::at_close() {
  if (part_ == Part::kUntilClose) part_ = Part::kDone;
  if (part_ == Part::kDone) return State::kDone;
  if (part_ != Part::kFailed) fail(400, "The connection was closed in the middle of a body");
  return State::kError;
}

BodyDecoder::Step BodyDecoder::next_into(std::string_view bytes, std::string& out) {
  std::size_t consumed = 0;
  for (;;) {
    Step step = next(bytes.substr(consumed));
    consumed += step.consumed;
    if (step.state == State::kData) {
      out.append(step.data);
      continue;
    }
    step.consumed = consumed;
    return step;
  }
}

BodyDecoder::Step BodyDecoder::next(std::string_view bytes) {
  const std::size_t given = bytes.size();
  for (;;) {
    switch (part_) {
      case Part::kDone:
        return {State::kDone, given - bytes.size(), {}};
      case Part::kFailed:
        return {State::kError, given - bytes.size(), {}};
      case Part::kFixed:
      case Part::kUntilClose:
      case Part::kChunkData: {
        Step step = take_payload(bytes);
        step.consumed += given - bytes.size();
        return step;
      }
      case Part::kChunkSize:
      case Part::kChunkEnd:
      case Part::kTrailer: {
        std::string_view line;
        const LineState state = take_line(bytes, kMaxChunkLine, line);
        if (state == LineState::kPartial) return {State::kNeedMore, given, {}};
        if (state == LineState::kBad) {
          if (part_ != Part::kFailed) fail(400, "A line of the chunked body is not well-formed");
          continue;
        }
        if (part_ == Part::kChunkSize) {
          if (!read_chunk_size(line)) fail(400, "The chunk size is not well-formed");
        } else if (part_ == Part::kTrailer) {
          if (!read_trailer(line)) fail(400, "A trailer is not well-formed");
        } else if (line.empty()) {
          part_ = Part::kChunkSize;
        } else {
          fail(400, "The chunk is longer than its size");
        }
      }
    }
  }
}

BodyDecoder::Step BodyDecoder::take_payload(std::string_view bytes) {
  if (bytes.empty()) return {State::kNeedMore, 0, {}};
  std::size_t size = bytes.size();
  if (part_ != Part::kUntilClose) size = std::min<std::uint64_t>(size, remaining_);
  if (size > allowance_) return fail(413, "The body is larger than allowed");
  allowance_ -= size;
  if (part_ != Part::kUntilClose) {
    remaining_ -= size;
    if (remaining_ == 0) part_ = part_ == Part::kFixed ? Part::kDone : Part::kChunkEnd;
  }
  return {State::kData, size, bytes.substr(0, size)};
}

// Trailer lines may be longer than chunk-size lines; all of them share kMaxTrailerBytes.
BodyDecoder::LineState BodyDecoder::take_line(std::string_view& bytes, std::size_t max_size,
                                              std::string_view& line) {
  if (line_taken_) {
    partial_line_.clear();
    line_taken_ = false;
  }
  if (part_ == Part::kTrailer) max_size = kMaxTrailerBytes;
  const std::size_t end = bytes.find('\n');
  const std::size_t size = end == std::string_view::npos ? bytes.size() : end;
  if (partial_line_.size() + size > max_size) {
    fail(part_ == Part::kTrailer ? 431 : 400, "A line of the chunked body is too long");
    return LineState::kBad;
  }
  if (end == std::string_view::npos) {
    partial_line_.append(bytes);
    bytes = {};
    return LineState::kPartial;
  }
  line = bytes.substr(0, end);
  if (!partial_line_.empty()) {
    partial_line_.append(line);
    line = partial_line_;
    line_taken_ = true;
  }
  bytes.remove_prefix(end + 1);
  if (line.empty() || line.back() != '\r') return LineState::kBad;
  line.remove_suffix(1);
  return line.find('\r') == std::string_view::npos ? LineState::kWhole : LineState::kBad;
}

bool BodyDecoder::read_chunk_size(std::string_view line) {
  std::size_t digits = 0;
  std::uint64_t size = 0;
  while (digits < line.size() && hex_value(line[digits]) >= 0) {
    if (digits == kMaxSizeDigits) return false;
    size = size * 16 + static_cast<std::uint64_t>(hex_value(line[digits++]));
  }
  if (digits == 0) return false;
  // Extensions are allowed and ignored (RFC 9112 7.1.1); what else follows the size is not.
  const std::string_view rest = trim(line.substr(digits));
  if (!rest.empty() && (rest[0] != ';' || !is_field_value(rest))) return false;
  if (size > allowance_) {
    fail(413, "The body is larger than allowed");
    return true;
  }
  remaining_ = size;
  part_ = size == 0 ? Part::kTrailer : Part::kChunkData;
  return true;
}

bool BodyDecoder::read_trailer(std::string_view line) {
  if (line.empty()) {
    part_ = Part::kDone;
    return true;
  }
  trailer_bytes_ += line.size();
  if (trailer_bytes_ > kMaxTrailerBytes || trailers_.size() == kMaxTrailers) {
    fail(431, "The trailers are too large");
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_http_token(line.substr(0, colon))) return false;
  const std::string_view value = trim(line.substr(colon + 1));
  if (!is_field_value(value)) return false;
  trailers_.push_back({std::string(line.substr(0, colon)), std::string(value)});
  return true;
}

}  // namespace fairlead::net
