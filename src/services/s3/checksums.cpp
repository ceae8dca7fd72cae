// Algorithms by name, and the headers that choose one.
#include "services/s3/checksums.h"

#include "base/base64.h"
#include "base/text.h"
#include "services/s3/errors.h"
#include "services/s3/headers.h"

namespace fairlead::s3 {

namespace {

struct Row {
  const char* name;
  std::size_t bytes;
};
constexpr Row kRows[kAlgorithms] = {
    {"CRC32", 4}, {"CRC32C", 4}, {"CRC64NVME", 8}, {"SHA1", 20}, {"SHA256", 32}};

const Row& row(Algorithm algorithm) { return kRows[static_cast<int>(algorithm)]; }

}  // namespace

const char* name_of(Algorithm algorithm) { return row(algorithm).name; }
std::string member_of(Algorithm algorithm) { return std::string("Checksum") + name_of(algorithm); }
std::size_t digest_bytes(Algorithm algorithm) { return row(algorithm).bytes; }

bool read_algorithm(std::string_view name, Algorithm& algorithm) {
  for (int i = 0; i < kAlgorithms; ++i) {
    if (!equals_ignoring_case(name, kRows[i].name)) continue;
    algorithm = static_cast<Algorithm>(i);
    return true;
  }
  return false;
}

Checksum::Checksum(Algorithm algorithm) : algorithm_(algorithm) {
  if (algorithm == Algorithm::kSha1) digest_ = std::make_unique<Digest>(Digest::Kind::kSha1);
  if (algorithm == Algorithm::kSha256) digest_ = std::make_unique<Digest>(Digest::Kind::kSha256);
}

void Checksum::update(std::string_view bytes) {
  switch (algorithm_) {
    case Algorithm::kCrc32:
      crc_ = crc32(bytes, static_cast<std::uint32_t>(crc_));
      break;
    case Algorithm::kCrc32c:
      crc_ = crc32c(bytes, static_cast<std::uint32_t>(crc_));
      break;
    case Algorithm::kCrc64nvme:
      crc_ = crc64nvme(bytes, crc_);
      break;
    case Algorithm::kSha1:
    case Algorithm::kSha256:
      digest_->update(bytes);
  }
}

std::string Checksum::finish() {
  if (digest_) return digest_->finish();
  std::string bytes;
  for (std::size_t left = digest_bytes(algorithm_); left > 0; --left) {
    bytes.push_back(static_cast<char>(crc_ >> (8 * (left - 1))));
  }
  return bytes;
}

std::string checksum_of(Algorithm algorithm, std::string_view bytes) {
  Checksum checksum(algorithm);
  checksum.update(bytes);
  return checksum.finish();
}

Result<Expectation> read_expectation(const platform::Request& request, Algorithm fallback) {
  Expectation expected;
  expected.algorithm = fallback;
  const Json& input = request.input;
  if (input["ContentMD5"].is_string()) {
    const std::string& given = input["ContentMD5"].as_string();
    const auto raw = base64_decode(given);
    if (!raw || raw->size() != 16) return invalid_digest(given);
    expected.md5 = *raw;
  }
  int given_checksums = 0;
  for (int i = 0; i < kAlgorithms; ++i) {
    const auto algorithm = static_cast<Algorithm>(i);
    const std::string header = "x-amz-checksum-" + to_lower(name_of(algorithm));
    const std::string given =
        input[member_of(algorithm)].string_or(header_or_empty(request.headers, header));
    if (given.empty()) continue;
    const auto raw = base64_decode(given);
    if (!raw || raw->size() != digest_bytes(algorithm)) return invalid_checksum_header(header);
    expected.algorithm = algorithm;
    expected.checksum = *raw;
    ++given_checksums;
  }
  if (given_checksums > 1) {
    return invalid_request(
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  }
  if (given_checksums == 1) return expected;
  // The value follows in a trailer, which the edge verifies; we keep our own calculation of it.
  std::string_view named = header_or_empty(request.headers, "x-amz-trailer");
  if (named.starts_with("x-amz-checksum-")) named.remove_prefix(15);
  const std::string chosen =
      named.empty() ? input["ChecksumAlgorithm"].string_or("") : std::string(trim(named));
  if (!chosen.empty() && !read_algorithm(chosen, expected.algorithm)) {
    return invalid_request(
        "Checksum algorithm provided is unsupported. Please try again with any "
        "of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
  }
  return expected;
}

Status check_body(const platform::Request& request) {
  if (request.body.empty()) return {};  // called without bytes, from inside the house
  const Expectation expected = TRY(read_expectation(request, Algorithm::kCrc64nvme));
  if (!expected.md5.empty() && expected.md5 != md5(request.body)) {
    return bad_digest(base64_encode(expected.md5), base64_encode(md5(request.body)));
  }
  if (!expected.checksum.empty() &&
      expected.checksum != checksum_of(expected.algorithm, request.body)) {
    return bad_checksum(name_of(expected.algorithm));
  }
  return {};
}

}  // namespace fairlead::s3
