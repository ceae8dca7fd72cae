// Reading bodies: limits and peers that leave become AWS's errors here.
#include "edge/bodies.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/base64.h"
#include "base/text.h"
#include "edge/errors.h"
#include "net/errors.h"

namespace fairlead::edge {

namespace {

Error in_aws_terms(const Error& error) {
  if (error.code == &net::kBodyTooLarge) return request_too_large();
  if (error.code == &net::kPeerSlow) return request_timeout();
  return incomplete_body();
}

// AWS's SDKs send x-amz-content-sha256: STREAMING-… or, unsigned, only Content-Encoding.
bool is_aws_chunked(const Call& call) {
  if (call.claim && call.claim->body_hash >= wire::BodyHash::kStreamingSigned) return true;
  const std::string* encoding = call.http().header("content-encoding");
  return encoding && encoding->find("aws-chunked") != std::string::npos;
}

}  // namespace

Result<std::string> read_body(net::Exchange& exchange, std::size_t limit) {
  auto body = exchange.read_all(limit);
  if (!body.ok()) return in_aws_terms(body.error());
  return body;
}

StreamedBody::StreamedBody(Call& call) : call_(call) {
  if (is_aws_chunked(call)) {
    auto options = call.claim ? wire::chunked_options(*call.claim, call.http(), call.secret)
                              : wire::AwsChunkedDecoder::Options{};
    decoder_ = std::make_unique<wire::AwsChunkedDecoder>(std::move(options));
  } else if (call.claim && call.claim->body_hash == wire::BodyHash::kLiteral) {
    digest_ = std::make_unique<Digest>(Digest::Kind::kSha256);
  }
}

Result<std::size_t> StreamedBody::read(char* into, std::size_t n) {
  if (ended_ || n == 0) return std::size_t{0};
  return decoder_ ? read_chunked(into, n) : read_plain(into, n);
}

Result<std::size_t> StreamedBody::read_plain(char* into, std::size_t n) {
  auto got = call_.exchange.read(into, n);
  if (!got.ok()) return in_aws_terms(got.error());
  if (*got > 0) {
    if (digest_) digest_->update({into, *got});
    return got;
  }
  ended_ = true;
  if (digest_) TRY(wire::check_body(*call_.claim, hex_encode(digest_->finish())));
  return std::size_t{0};
}

Result<std::size_t> StreamedBody::read_chunked(char* into, std::size_t n) {
  char raw[16 * 1024];
  while (decoded_from_ == decoded_.size()) {
    decoded_.clear();
    decoded_from_ = 0;
    auto got = call_.exchange.read(raw, sizeof raw);
    if (!got.ok()) return in_aws_terms(got.error());
    if (*got == 0) {
      ended_ = true;
      TRY(decoder_->finish());
      return std::size_t{0};
    }
    TRY(decoder_->feed({raw, *got}, decoded_));
  }
  const std::size_t take = std::min(n, decoded_.size() - decoded_from_);
  std::memcpy(into, decoded_.data() + decoded_from_, take);
  decoded_from_ += take;
  return take;
}

}  // namespace fairlead::edge
