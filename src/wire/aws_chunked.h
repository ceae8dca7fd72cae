// Bodies in `aws-chunked` encoding: chunks with a size line, perhaps signed in a chain, perhaps
// followed by trailers with a checksum. Bytes in, bytes out; nothing is kept but the current line.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
//
// Decoded bytes are handed out before their chunk's signature is known to be right: the caller must
// throw them away when a later call fails (S3 writes to a staging blob).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hashes.h"
#include "wire/checksum.h"
#include "wire/sigv4.h"

namespace fairlead::wire {

class AwsChunkedDecoder {
 public:
  struct Options {
    BodyHash mode = BodyHash::kStreamingUnsignedTrailer;  // one of the kStreaming…
    // Signed modes: of the request's claim.
    std::string signing_key, timestamp, scope, seed_signature;
    std::int64_t decoded_length = -1;  // x-amz-decoded-content-length; -1: not said
    std::string trailer_names;         // x-amz-trailer, comma-separated
    std::uint64_t max_length = 5ull * 1024 * 1024 * 1024;
  };

  explicit AwsChunkedDecoder(Options options);

  // Appends decoded bytes to `out`. SignatureDoesNotMatch, InvalidRequest, BadDigest,
  // IncompleteBody, EntityTooLarge as S3 names them; after an error, no more calls.
  Status feed(std::string_view bytes, std::string& out);
  Status finish();  // the body ended: IncompleteBody when a piece is missing

  bool complete() const { return step_ == Step::kDone; }
  std::uint64_t decoded_length() const { return decoded_; }
  // The trailers as sent (lower-case names), once complete.
  const std::vector<std::pair<std::string, std::string>>& trailers() const { return trailers_; }

 private:
  enum class Step { kSize, kData, kDataEnd, kTrailer, kDone };
  Status take_line(std::string_view line);
  Status start_chunk(std::string_view line);
  Status end_chunk();
  Status take_trailer(std::string_view line);
  Status end_body();
  bool is_signed() const { return options_.mode != BodyHash::kStreamingUnsignedTrailer; }
  bool has_trailer() const { return options_.mode != BodyHash::kStreamingSigned; }

  Options options_;
  Step step_ = Step::kSize;
  std::string line_;
  std::uint64_t left_ = 0, decoded_ = 0;
  std::string previous_signature_, chunk_signature_;
  std::optional<Digest> chunk_digest_;
  std::vector<Checksum> checksums_;
  std::vector<std::pair<std::string, std::string>> trailers_;
  std::string signed_trailers_;
};

// Options from a verified claim and its request's headers.
AwsChunkedDecoder::Options chunked_options(const SignatureClaim& claim, const HttpInput& input,
                                           std::string_view secret);

}  // namespace fairlead::wire
