// Any bytes, in any pieces, as a request and its body: no crash, and the same result as at once.
#include <cstdlib>

#include "net/http_parser.h"
#include "net/websocket_handshake.h"

namespace {

using namespace fairlead::net;

struct Outcome {
  ParseState state = ParseState::kNeedMore;
  BodyDecoder::State body = BodyDecoder::State::kNeedMore;
  std::string text;
  std::size_t used = 0;
};

Outcome run(std::string_view bytes, std::size_t piece) {
  Outcome outcome;
  RequestParser parser;
  while (outcome.used < bytes.size() && outcome.state == ParseState::kNeedMore) {
    std::size_t used = 0;
    outcome.state = parser.feed(bytes.substr(outcome.used, piece), used);
    outcome.used += used;
  }
  if (outcome.state != ParseState::kHead) return outcome;
  if (wants_websocket(parser.head())) (void)read_upgrade(parser.head()).ok();
  BodyDecoder decoder(parser.head(), 1 << 16);
  do {
    const auto step = decoder.next_into(bytes.substr(outcome.used, piece), outcome.text);
    outcome.used += step.consumed;
    outcome.body = step.state;
  } while (outcome.body == BodyDecoder::State::kNeedMore && outcome.used < bytes.size());
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = run(bytes, bytes.size() + 1);
  const Outcome pieces = run(bytes, data[0] % 16 + 1u);
  if (whole.state != pieces.state || whole.body != pieces.body) std::abort();
  if (whole.body == BodyDecoder::State::kDone &&
      (whole.text != pieces.text || whole.used != pieces.used)) {
    std::abort();
  }
  ResponseParser responses;
  std::size_t used = 0;
  if (responses.feed(bytes, used) == ParseState::kHead) {
    std::string text;
    BodyDecoder(responses.head(), "GET", 1 << 16).next_into(bytes.substr(used), text);
  }
  return 0;
}
