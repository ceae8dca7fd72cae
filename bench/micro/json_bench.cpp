// Our Json reader and writer on a DynamoDB request; simdjson's DOM is the peer of the reader.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <string>

#include "base/json.h"
#include "base/json_parse.h"

namespace {

// A PutItem of about `bytes`.
std::string request_of(std::size_t bytes) {
  std::string text = R"({"TableName":"connections","Item":{"id":{"S":"DaWbBdbxIAMCE1g="})";
  for (int at = 0; text.size() < bytes; ++at) {
    text += R"(,"attribute)" + std::to_string(at) + R"(":{"M":{"count":{"N":")" +
            std::to_string(at * 7919) + R"("},"text":{"S":"a value with \"quotes\" and more"}}})";
  }
  return text + "}}";
}

void json_parse(benchmark::State& state) {
  const std::string text = request_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    auto parsed = fairlead::parse_json(text);
    if (!parsed.ok()) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(parsed);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(json_parse)->Arg(300)->Arg(10'000);

void json_parse_peer(benchmark::State& state) {
  const simdjson::padded_string text(request_of(static_cast<std::size_t>(state.range(0))));
  simdjson::dom::parser parser;
  for (auto _ : state) {
    simdjson::dom::element parsed;
    if (parser.parse(text).get(parsed) != simdjson::SUCCESS) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(parsed);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(json_parse_peer)->Arg(300)->Arg(10'000);

void json_write(benchmark::State& state) {
  const std::string text = request_of(static_cast<std::size_t>(state.range(0)));
  const auto parsed = fairlead::parse_json(text);
  for (auto _ : state) benchmark::DoNotOptimize(fairlead::write_json(*parsed));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(json_write)->Arg(300)->Arg(10'000);

}  // namespace
