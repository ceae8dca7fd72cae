// Request bodies for operations: read whole, or handed over as a stream whose promised hash and
// chunk signatures are checked on the way.
#pragma once

#include <memory>
#include <string>

#include "base/hashes.h"
#include "base/result.h"
#include "edge/call.h"
#include "platform/operation.h"
#include "wire/aws_chunked.h"

namespace fairlead::edge {

// The whole body; errors in AWS's terms (RequestEntityTooLargeException beyond `limit`).
Result<std::string> read_body(net::Exchange& exchange, std::size_t limit);

// A streaming body in plain bytes, whatever its encoding on the wire. Everything that the claim
// promised is checked before the last bytes are handed out (0 is only answered when all was well).
class StreamedBody : public platform::BodyReader {
 public:
  explicit StreamedBody(Call& call);
  Result<std::size_t> read(char* into, std::size_t n) override;

 private:
  Result<std::size_t> read_plain(char* into, std::size_t n);
  Result<std::size_t> read_chunked(char* into, std::size_t n);

  Call& call_;
  std::unique_ptr<Digest> digest_;                    // kLiteral
  std::unique_ptr<wire::AwsChunkedDecoder> decoder_;  // kStreaming…
  std::string decoded_;
  std::size_t decoded_from_ = 0;
  bool ended_ = false;
};

}  // namespace fairlead::edge
