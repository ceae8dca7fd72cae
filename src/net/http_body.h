// The body of an HTTP/1.x message: bytes in, payload out. Knows the three framings (a length,
// chunks, until the connection closes) and never needs the caller to keep bytes for it.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "net/http_head.h"

namespace fairlead::net {

// A refusal of the peer's bytes: the status to answer with (then close), and why.
struct HttpError {
  int status = 400;
  const char* text = "";
};

class BodyDecoder {
 public:
  static constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();
  enum class State {
    kNeedMore,  // everything given was used; feed more
    kData,      // `data` holds payload; call again with the rest
    kDone,      // the body is complete; the rest belongs to the next message
    kError,     // see error()
  };
  struct Step {
    State state;
    std::size_t consumed;   // bytes used from the front of what was given
    std::string_view data;  // payload, inside what was given; only with kData
  };

  BodyDecoder() = default;  // an empty body
  // A body larger than `max_bytes` ends with 413: at once when its length was announced.
  BodyDecoder(const RequestHead& head, std::uint64_t max_bytes);
  // `method` is that of the request: the answer to HEAD has no body.
  BodyDecoder(const ResponseHead& head, std::string_view method, std::uint64_t max_bytes);

  Step next(std::string_view bytes);
  // The same until nothing more can be done, appending the payload to `out` (never kData).
  Step next_into(std::string_view bytes, std::string& out);
  // The peer closed its side: kDone when that is how the body ends, else kError.
  State at_close();

  bool done() const { return part_ == Part::kDone; }
  const HttpError& error() const { return error_; }
  const Headers& trailers() const { return trailers_; }  // after chunks; may be empty

 private:
  enum class Part : std::uint8_t {
    kDone,
    kFixed,
    kUntilClose,
    kChunkSize,
    kChunkData,
    kChunkEnd,
    kTrailer,
    kFailed
  };
  Step fail(int status, const char* text);
  Step take_payload(std::string_view bytes);
  // Moves one CRLF-ended line from `bytes` (and what was kept of it) to `line`.
  enum class LineState { kPartial, kWhole, kBad };
  LineState take_line(std::string_view& bytes, std::size_t max_size, std::string_view& line);
  bool read_chunk_size(std::string_view line);
  bool read_trailer(std::string_view line);

  Part part_ = Part::kDone;
  bool line_taken_ = false;      // partial_line_ holds a line that was handed out already
  std::uint64_t remaining_ = 0;  // of the body (kFixed) or of the chunk
  std::uint64_t allowance_ = 0;  // payload bytes that may still come
  std::size_t trailer_bytes_ = 0;
  std::string partial_line_;
  Headers trailers_;
  HttpError error_;
};

}  // namespace fairlead::net
