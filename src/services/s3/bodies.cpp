// Copy loops. Buffers live on the heap: fibers have small stacks.
#include "services/s3/bodies.h"

#include <cstring>

#include "base/base64.h"
#include "base/limits.h"
#include "base/text.h"
#include "services/s3/errors.h"
#include "services/s3/headers.h"

namespace fairlead::s3 {

namespace {

constexpr std::size_t kBufferBytes = 128 * 1024;

class TextReader : public platform::BodyReader {
 public:
  explicit TextReader(std::string_view text) : rest_(text) {}
  Result<std::size_t> read(char* into, std::size_t n) override {
    const std::size_t count = std::min(n, rest_.size());
    if (count > 0) std::memcpy(into, rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
};

class PiecesReader : public platform::BodyReader {
 public:
  PiecesReader(storage::Blobs& blobs, std::vector<Piece> pieces, std::uint64_t first,
               std::uint64_t length)
      : blobs_(blobs), pieces_(std::move(pieces)), skip_(first), left_(length) {}

  // Opens the blob that holds the next byte.
  Status open_next() {
    while (at_ < pieces_.size() && skip_ >= pieces_[at_].size) skip_ -= pieces_[at_++].size;
    if (at_ == pieces_.size()) {
      return Error{&storage::kBlobMissing, "An object is shorter than its record says.", {}};
    }
    blob_ = TRY(blobs_.open(pieces_[at_].blob, skip_));
    skip_ = 0;
    ++at_;
    return {};
  }

  Result<std::size_t> read(char* into, std::size_t n) override {
    while (left_ > 0) {
      if (!blob_) TRY(open_next());
      const std::size_t wanted = std::min<std::uint64_t>(n, left_);
      const std::size_t got = TRY(blob_->read(into, wanted));
      left_ -= got;
      if (got > 0) return got;
      blob_.reset();
    }
    return std::size_t{0};
  }

  std::uint64_t left() const { return left_; }

 private:
  storage::Blobs& blobs_;
  std::vector<Piece> pieces_;
  std::size_t at_ = 0;
  std::uint64_t skip_, left_;
  std::unique_ptr<storage::BlobReader> blob_;
};

// What the client said its body's length would be, once aws-chunked is undone.
std::optional<std::uint64_t> promised_length(const platform::Request& request) {
  const std::string_view decoded = header_or_empty(request.headers, "x-amz-decoded-content-length");
  if (is_digits(decoded) && decoded.size() < 19) return std::stoull(std::string(decoded));
  const bool chunked = header_or_empty(request.headers, "content-encoding").find("aws-chunked") !=
                       std::string_view::npos;
  const auto length = request.input["ContentLength"].to_int64();
  if (chunked || !length || *length < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*length);
}

}  // namespace

FreshBlobs::~FreshBlobs() {
  for (const std::string& blob : blobs_) s3_->blobs().remove(blob);
}

std::string Received::etag() const { return hex_encode(md5); }

Json Received::checksums() const {
  return Json::object(
      {{member_of(algorithm), base64_encode(checksum)}, {"ChecksumType", "FULL_OBJECT"}});
}

Result<Received> receive(S3& s3, platform::BodyReader& from, const Expectation& expected,
                         std::uint64_t most) {
  Received received{FreshBlobs(s3), {}, {}, {}, expected.algorithm};
  Digest md5(Digest::Kind::kMd5);
  Checksum checksum(expected.algorithm);
  std::unique_ptr<storage::BlobWriter> writer;
  const auto buffer = std::make_unique<char[]>(kBufferBytes);
  for (;;) {
    const std::size_t n = TRY(from.read(buffer.get(), kBufferBytes));
    if (n == 0) break;
    const std::string_view bytes(buffer.get(), n);
    received.piece.size += n;
    if (received.piece.size > most) return entity_too_large(received.piece.size, most);
    if (!writer) writer = TRY(s3.blobs().create());
    TRY(writer->write(bytes));
    md5.update(bytes);
    checksum.update(bytes);
  }
  received.md5 = md5.finish();
  received.checksum = checksum.finish();
  if (!expected.md5.empty() && expected.md5 != received.md5) {
    return bad_digest(base64_encode(expected.md5), base64_encode(received.md5));
  }
  if (!expected.checksum.empty() && expected.checksum != received.checksum) {
    return bad_checksum(name_of(expected.algorithm));
  }
  if (writer) {
    received.piece.blob = TRY(writer->finish());
    received.fresh.add(received.piece.blob);
  }
  return received;
}

Result<Received> receive(S3& s3, platform::Request& request, const Expectation& expected) {
  const auto promised = promised_length(request);
  if (promised && *promised > limits::kMaxObject) {
    return entity_too_large(*promised, limits::kMaxObject);
  }
  TextReader text(request.body);
  platform::BodyReader& from = request.stream ? *request.stream : text;
  Received received = TRY(receive(s3, from, expected, limits::kMaxObject));
  if (promised && *promised != received.piece.size) return incomplete_body();
  return received;
}

Result<std::unique_ptr<platform::BodyReader>> open_pieces(S3& s3, std::vector<Piece> pieces,
                                                          std::uint64_t first,
                                                          std::uint64_t length) {
  auto reader = std::make_unique<PiecesReader>(s3.blobs(), std::move(pieces), first, length);
  if (reader->left() > 0) TRY(reader->open_next());
  return std::unique_ptr<platform::BodyReader>(std::move(reader));
}

void remove_blobs(S3& s3, const std::vector<Piece>& pieces) {
  for (const Piece& piece : pieces) {
    if (!piece.blob.empty()) s3.blobs().remove(piece.blob);
  }
}

}  // namespace fairlead::s3
