// DynamoDB's expression language: reading a condition with its placeholders, and evaluating it.
#include <benchmark/benchmark.h>

#include <string_view>

#include "base/json_parse.h"
#include "lang/dynamodb/apply.h"
#include "lang/dynamodb/compare.h"
#include "lang/dynamodb/value_json.h"

namespace {

using namespace fairlead;

constexpr std::string_view kCondition =
    "attribute_exists(#room) AND (n BETWEEN :low AND :high OR contains(tags, :tag))";
constexpr std::string_view kNames = R"({"#room":"room"})";
constexpr std::string_view kValues = R"({":low":{"N":"1"},":high":{"N":"10"},":tag":{"S":"b"}})";
constexpr std::string_view kItem =
    R"({"id":{"S":"x"},"room":{"S":"lobby"},"n":{"N":"11"},"tags":{"SS":["a","b"]}})";

void condition_parse(benchmark::State& state) {
  const Json names = *parse_json(kNames);
  const Json values = *parse_json(kValues);
  for (auto _ : state) {
    auto placeholders = dynamodb::Placeholders::read(names, values);
    auto tree = dynamodb::parse_condition("ConditionExpression", kCondition, *placeholders);
    if (!tree.ok()) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(tree);
  }
}
BENCHMARK(condition_parse);

void condition_holds(benchmark::State& state) {
  auto placeholders = dynamodb::Placeholders::read(*parse_json(kNames), *parse_json(kValues));
  const auto tree = dynamodb::parse_condition("ConditionExpression", kCondition, *placeholders);
  const auto item = dynamodb::read_item(*parse_json(kItem));
  for (auto _ : state) {
    if (!dynamodb::holds(*tree, &*item)) return state.SkipWithError("does not hold");
  }
}
BENCHMARK(condition_holds);

void update_apply(benchmark::State& state) {
  auto placeholders =
      dynamodb::Placeholders::read(Json(), *parse_json(R"({":one":{"N":"1"},":t":{"SS":["c"]}})"));
  const auto update = dynamodb::parse_update("SET n = n + :one ADD tags :t", *placeholders);
  const auto item = dynamodb::read_item(*parse_json(kItem));
  for (auto _ : state) {
    auto after = dynamodb::apply_update(*update, *item);
    if (!after.ok()) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(after);
  }
}
BENCHMARK(update_apply);

}  // namespace
