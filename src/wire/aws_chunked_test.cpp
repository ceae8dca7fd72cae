// aws-chunked bodies fed in pieces of every size: checksums, signed chunks, and what is malformed.
#include "wire/aws_chunked.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace fairlead::wire {
namespace {

struct Outcome {
  std::string decoded, error;
  bool complete = false;
};

// Feeds `body` in pieces of `step` bytes.
Outcome decode(AwsChunkedDecoder::Options options, const std::string& body, std::size_t step) {
  AwsChunkedDecoder decoder(std::move(options));
  Outcome outcome;
  Status status;
  for (std::size_t at = 0; at < body.size() && status.ok(); at += step) {
    status = decoder.feed(std::string_view(body).substr(at, step), outcome.decoded);
  }
  if (status.ok()) status = decoder.finish();
  if (!status.ok()) outcome.error = status.error().code->name;
  outcome.complete = decoder.complete();
  return outcome;
}

std::string checksum_text(ChecksumKind kind, std::string_view bytes) {
  Checksum checksum(kind);
  checksum.update(bytes);
  return base64_encode(checksum.finish());
}

TEST(AwsChunked, UnsignedWithTrailer) {
  const std::string crc = checksum_text(ChecksumKind::kCrc32, "hello world");
  const std::string body =
      "6\r\nhello \r\n5\r\nworld\r\n0\r\nx-amz-checksum-crc32:" + crc + "\r\n\r\n";
  AwsChunkedDecoder::Options options;
  options.decoded_length = 11;
  options.trailer_names = "x-amz-checksum-crc32";
  for (std::size_t step : {std::size_t{1}, std::size_t{3}, body.size()}) {
    const Outcome outcome = decode(options, body, step);
    EXPECT_EQ(outcome.error, "");
    EXPECT_EQ(outcome.decoded, "hello world");
    EXPECT_TRUE(outcome.complete);
  }
}

TEST(AwsChunked, EveryChecksum) {
  for (const ChecksumKind kind :
       {ChecksumKind::kCrc32, ChecksumKind::kCrc32c, ChecksumKind::kCrc64Nvme, ChecksumKind::kSha1,
        ChecksumKind::kSha256}) {
    AwsChunkedDecoder::Options options;
    options.trailer_names = checksum_header(kind);
    const std::string head = "3\r\nabc\r\n0\r\n" + std::string(checksum_header(kind)) + ":";
    EXPECT_EQ(decode(options, head + checksum_text(kind, "abc") + "\r\n\r\n", 5).error, "");
    EXPECT_EQ(decode(options, head + checksum_text(kind, "abd") + "\r\n\r\n", 5).error,
              "BadDigest");
    EXPECT_EQ(checksum_of_algorithm(checksum_algorithm(kind)), kind);
  }
  // "123456789" is every CRC's own check value.
  EXPECT_EQ(checksum_text(ChecksumKind::kCrc32, "123456789"), "y/Q5Jg==");
  EXPECT_EQ(checksum_text(ChecksumKind::kCrc32c, "123456789"), "4waSgw==");
  EXPECT_EQ(checksum_text(ChecksumKind::kCrc64Nvme, "123456789"), "rosUhgp5mIg=");
}

// The example of "Signature calculations for the authorization header: transferring payload in
// multiple chunks" in the S3 documentation.
TEST(AwsChunked, SignedChunksOfTheDocumentation) {
  AwsChunkedDecoder::Options options;
  options.mode = BodyHash::kStreamingSigned;
  options.signing_key =
      signing_key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524", "us-east-1", "s3");
  options.timestamp = "20130524T000000Z";
  options.scope = "20130524/us-east-1/s3/aws4_request";
  options.seed_signature = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
  options.decoded_length = 66560;
  const std::string body =
      "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
      std::string(65536, 'a') +
      "\r\n400;chunk-signature="
      "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
      std::string(1024, 'a') +
      "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n"
      "\r\n";
  const Outcome outcome = decode(options, body, 1000);
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.decoded.size(), 66560u);
  std::string changed = body;
  changed[66'000] = 'b';
  EXPECT_EQ(decode(options, changed, 1000).error, "SignatureDoesNotMatch");
  changed = body;
  changed[50'000] = 'b';
  EXPECT_EQ(decode(options, changed, 1000).error, "SignatureDoesNotMatch");
}

TEST(AwsChunked, Malformed) {
  struct Row {
    const char *body, *error;
  };
  const Row rows[] = {
      {"", "IncompleteBody"},
      {"zz\r\n", "InvalidRequest"},
      {"-5\r\n", "InvalidRequest"},
      {"5\r\nhel", "IncompleteBody"},
      {"5\r\nhello", "IncompleteBody"},
      {"5\r\nhelloo\r\n", "InvalidRequest"},
      {"5\r\nhello\r\n0\r\n\r\n", "IncompleteBody"},  // 11 were promised
      {"f\r\nhello", "IncompleteBody"},               // more than was promised
      {"fffffffffffffff\r\n", "EntityTooLarge"},
      {"5\r\nhello\r\n6\r\n world\r\n0\r\nno colon\r\n\r\n", "MalformedTrailerError"},
      {"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nmore", "InvalidRequest"},
      {"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", ""},
      {"5\r\nhello\r\n6\r\n world\r\n0\r\n", ""},
  };
  for (const Row& row : rows) {
    AwsChunkedDecoder::Options options;
    options.decoded_length = 11;
    for (std::size_t step : {std::size_t{1}, std::size_t{1000}}) {
      EXPECT_EQ(decode(options, row.body, step).error, row.error) << row.body;
    }
  }
  AwsChunkedDecoder::Options options;
  EXPECT_EQ(decode(options, std::string(100'000, '1'), 1000).error, "InvalidRequest");
  options.trailer_names = "x-amz-checksum-sha256";
  EXPECT_EQ(decode(options, "0\r\n\r\n", 1000).error, "MalformedTrailerError");
}

}  // namespace
}  // namespace fairlead::wire
