// Bytes in and out: a request's body into a blob while its digests are taken, and a stretch of an
// object's pieces as a stream.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "services/s3/checksums.h"
#include "services/s3/records.h"
#include "services/s3/s3.h"

namespace fairlead::s3 {

// Blobs that no record names yet: removed with this, unless kept.
class FreshBlobs {
 public:
  explicit FreshBlobs(S3& s3) : s3_(&s3) {}
  FreshBlobs(FreshBlobs&& other) noexcept
      : s3_(other.s3_), blobs_(std::exchange(other.blobs_, {})) {}
  FreshBlobs& operator=(FreshBlobs&&) = delete;
  ~FreshBlobs();
  void add(std::string blob) { blobs_.push_back(std::move(blob)); }
  // Right before the commit that names them: whatever that answers, they may be referenced then.
  void keep() { blobs_.clear(); }

 private:
  S3* s3_;
  std::vector<std::string> blobs_;
};

struct Received {
  FreshBlobs fresh;
  Piece piece;
  std::string md5;       // raw
  std::string checksum;  // raw
  Algorithm algorithm;

  std::string etag() const;
  Json checksums() const;  // {"Checksum…": base64, "ChecksumType": "FULL_OBJECT"}
};

// The whole body, durable and compared with what the request promised: BadDigest, IncompleteBody,
// EntityTooLarge.
Result<Received> receive(S3& s3, platform::Request& request, const Expectation& expected);
// The same for bytes that are here already.
Result<Received> receive(S3& s3, platform::BodyReader& from, const Expectation& expected,
                         std::uint64_t most);

// `length` bytes from `first` of what the pieces hold. NoSuchKey when the first needed blob has
// just been replaced and removed (read the record again).
Result<std::unique_ptr<platform::BodyReader>> open_pieces(S3& s3, std::vector<Piece> pieces,
                                                          std::uint64_t first,
                                                          std::uint64_t length);

void remove_blobs(S3& s3, const std::vector<Piece>& pieces);

}  // namespace fairlead::s3
