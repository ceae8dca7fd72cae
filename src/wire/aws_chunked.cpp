// The aws-chunked state machine: size line, data, CRLF, …, a chunk of size zero, trailers.
#include "wire/aws_chunked.h"

#include <algorithm>

#include "base/base64.h"
#include "base/text.h"
#include "wire/http_input.h"

namespace fairlead::wire {
namespace {

constexpr std::size_t kMaxLine = 8 * 1024;
constexpr std::size_t kMaxTrailers = 32;
constexpr std::string_view kEmptyHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const ErrorCode kInvalidRequest = {"InvalidRequest", 400};
const ErrorCode kIncompleteBody = {"IncompleteBody", 400};
const ErrorCode kEntityTooLarge = {"EntityTooLarge", 400};
const ErrorCode kBadDigest = {"BadDigest", 400};
const ErrorCode kMalformedTrailer = {"MalformedTrailerError", 400};

Error bad_chunk() {
  return {&kInvalidRequest, "The body is not in valid aws-chunked encoding.", {}};
}
Error incomplete() {
  return {&kIncompleteBody,
          "You did not provide the number of bytes specified by the Content-Length HTTP header",
          {}};
}
Error too_large() {
  return {&kEntityTooLarge, "Your proposed upload exceeds the maximum allowed object size.", {}};
}
Error bad_digest(ChecksumKind kind) {
  return {&kBadDigest,
          "The " + std::string(checksum_algorithm(kind)) +
              " you specified did not match the calculated checksum.",
          {}};
}
Error bad_trailer() {
  return {&kMalformedTrailer,
          "The request contained trailing data that was not well-formed or did not conform to our "
          "published schema.",
          {}};
}

std::optional<std::uint64_t> read_size(std::string_view hex) {
  if (hex.empty() || hex.size() > 15) return std::nullopt;
  std::uint64_t size = 0;
  for (const char c : hex) {
    int digit = -1;
    if (c >= '0' && c <= '9') digit = c - '0';
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') digit = (c | 0x20) - 'a' + 10;
    if (digit < 0) return std::nullopt;
    size = size * 16 + static_cast<unsigned>(digit);
  }
  return size;
}

}  // namespace

AwsChunkedDecoder::AwsChunkedDecoder(Options options) : options_(std::move(options)) {
  previous_signature_ = options_.seed_signature;
  for (const std::string_view name : split(options_.trailer_names, ',')) {
    if (checksums_.size() == kMaxTrailers) break;
    if (const auto kind = checksum_of_header(trim(name))) checksums_.emplace_back(*kind);
  }
}

Status AwsChunkedDecoder::feed(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    if (step_ == Step::kDone) return bad_chunk();
    if (step_ == Step::kData) {
      const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
      const std::string_view data = bytes.substr(0, n);
      out.append(data);
      if (chunk_digest_) chunk_digest_->update(data);
      for (Checksum& checksum : checksums_) checksum.update(data);
      decoded_ += n;
      left_ -= n;
      bytes.remove_prefix(n);
      if (left_ == 0) step_ = Step::kDataEnd;
      continue;
    }
    const std::size_t end = bytes.find('\n');
    line_.append(bytes.substr(0, std::min(end, bytes.size())));
    if (line_.size() > kMaxLine) return bad_chunk();
    if (end == std::string_view::npos) return {};
    bytes.remove_prefix(end + 1);
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    const std::string line = std::move(line_);
    line_.clear();
    TRY(take_line(line));
  }
  return {};
}

Status AwsChunkedDecoder::take_line(std::string_view line) {
  switch (step_) {
    case Step::kSize:
      return start_chunk(line);
    case Step::kDataEnd:
      if (!line.empty()) return bad_chunk();
      step_ = Step::kSize;
      return end_chunk();
    case Step::kTrailer:
      if (line.empty()) return end_body();
      return take_trailer(line);
    default:
      return bad_chunk();
  }
}

// "400;chunk-signature=ab…"
Status AwsChunkedDecoder::start_chunk(std::string_view line) {
  constexpr std::string_view kExtension = "chunk-signature=";
  const std::size_t semicolon = std::min(line.find(';'), line.size());
  const auto size = read_size(trim(line.substr(0, semicolon)));
  if (!size) return bad_chunk();
  const std::string_view extension = trim(line.substr(std::min(semicolon + 1, line.size())));
  chunk_signature_.clear();
  if (extension.starts_with(kExtension)) chunk_signature_ = extension.substr(kExtension.size());
  if (is_signed() && chunk_signature_.empty()) return bad_chunk();
  if (*size > options_.max_length || decoded_ + *size > options_.max_length) return too_large();
  const bool past_end = options_.decoded_length >= 0 &&
                        decoded_ + *size > static_cast<std::uint64_t>(options_.decoded_length);
  if (past_end) return incomplete();
  if (is_signed()) chunk_digest_.emplace(Digest::Kind::kSha256);
  left_ = *size;
  if (*size > 0) {
    step_ = Step::kData;
    return {};
  }
  step_ = Step::kTrailer;
  return end_chunk();
}

// Each chunk's signature covers the one before it.
Status AwsChunkedDecoder::end_chunk() {
  if (!is_signed()) return {};
  const std::string to_sign = "AWS4-HMAC-SHA256-PAYLOAD\n" + options_.timestamp + "\n" +
                              options_.scope + "\n" + previous_signature_ + "\n" +
                              std::string(kEmptyHash) + "\n" + hex_encode(chunk_digest_->finish());
  chunk_digest_.reset();
  const std::string expected = hex_encode(hmac_sha256(options_.signing_key, to_sign));
  if (!equal_constant_time(expected, chunk_signature_)) {
    return wrong_signature(AuthStyle::kS3, "", to_sign, "", chunk_signature_);
  }
  previous_signature_ = chunk_signature_;
  return {};
}

Status AwsChunkedDecoder::take_trailer(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || trailers_.size() == kMaxTrailers) return bad_trailer();
  if (!has_trailer()) return bad_trailer();
  std::string name = to_lower(trim(line.substr(0, colon)));
  const std::string_view value = trim(line.substr(colon + 1));
  if (name != "x-amz-trailer-signature") {
    signed_trailers_.append(name).append(":").append(value).append("\n");
  }
  trailers_.emplace_back(std::move(name), value);
  return {};
}

Status AwsChunkedDecoder::end_body() {
  step_ = Step::kDone;
  if (options_.decoded_length >= 0 &&
      decoded_ != static_cast<std::uint64_t>(options_.decoded_length)) {
    return incomplete();
  }
  const auto trailer = [&](std::string_view name) -> const std::string* {
    for (const auto& [have, value] : trailers_) {
      if (have == name) return &value;
    }
    return nullptr;
  };
  if (options_.mode == BodyHash::kStreamingSignedTrailer) {
    const std::string* signature = trailer("x-amz-trailer-signature");
    const std::string to_sign = "AWS4-HMAC-SHA256-TRAILER\n" + options_.timestamp + "\n" +
                                options_.scope + "\n" + previous_signature_ + "\n" +
                                hex_encode(sha256(signed_trailers_));
    const std::string expected = hex_encode(hmac_sha256(options_.signing_key, to_sign));
    if (signature == nullptr) return bad_trailer();
    if (!equal_constant_time(expected, *signature)) {
      return wrong_signature(AuthStyle::kS3, "", to_sign, "", *signature);
    }
  }
  for (Checksum& checksum : checksums_) {
    const std::string* claimed = trailer(checksum_header(checksum.kind()));
    if (claimed == nullptr) return bad_trailer();
    if (base64_encode(checksum.finish()) != *claimed) return bad_digest(checksum.kind());
  }
  return {};
}

Status AwsChunkedDecoder::finish() {
  if (step_ == Step::kDone) return {};
  // The empty line behind the last chunk or trailer may be missing.
  if (step_ == Step::kTrailer && !line_.empty()) {
    const std::string line = std::move(line_);
    line_.clear();
    TRY(take_trailer(line));
  }
  if (step_ == Step::kTrailer) return end_body();
  return incomplete();
}

AwsChunkedDecoder::Options chunked_options(const SignatureClaim& claim, const HttpInput& input,
                                           std::string_view secret) {
  AwsChunkedDecoder::Options options;
  options.mode = claim.body_hash;
  options.signing_key = signing_key(secret, claim.date, claim.region, claim.service);
  options.timestamp = claim.timestamp;
  options.scope = claim.scope();
  options.seed_signature = claim.signature;
  options.trailer_names = header_or_empty(input, "x-amz-trailer");
  const std::string_view length = header_or_empty(input, "x-amz-decoded-content-length");
  if (is_digits(length) && length.size() < 18) {
    options.decoded_length = std::stoll(std::string(length));
  }
  return options;
}

}  // namespace fairlead::wire
