// What authenticating a request costs: hashing its body, the canonical request, the signature.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "base/base64.h"
#include "base/hashes.h"
#include "wire/sigv4.h"

namespace {

using namespace fairlead;

constexpr std::int64_t kNow = 1'795'203'000'000;

void sigv4_verify(benchmark::State& state) {
  const std::string body(static_cast<std::size_t>(state.range(0)), 'x');
  std::vector<wire::HeaderPair> headers = {{"Host", "127.0.0.1:4566"},
                                           {"Content-Type", "application/x-amz-json-1.0"},
                                           {"X-Amz-Target", "DynamoDB_20120810.GetItem"}};
  const wire::HttpInput unsigned_input{"POST", "/", "", headers, body};
  const wire::SigningIdentity identity{"test", "test", "", "us-east-1", "dynamodb"};
  std::vector<wire::HeaderPair> added = wire::sign(identity, unsigned_input, kNow);
  for (wire::HeaderPair& header : added) headers.push_back(std::move(header));
  const wire::HttpInput input{"POST", "/", "", headers, body};
  for (auto _ : state) {
    const auto claim = wire::read_claim(input, wire::AuthStyle::kJson);
    const std::string hash = hex_encode(sha256(body));
    if (!claim.ok() || !wire::verify(**claim, input, "test", hash, kNow).ok()) {
      return state.SkipWithError("refused");
    }
  }
}
BENCHMARK(sigv4_verify)->Arg(100)->Arg(1'000);

}  // namespace
