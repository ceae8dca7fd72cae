// Rendering a mapping template that was parsed before: a small MOCK reply, and a list of a hundred
// items; and what parsing costs when a stage is compiled.
#include <benchmark/benchmark.h>

#include <string>

#include "base/json_parse.h"
#include "lang/vtl/vtl.h"

namespace {

using namespace fairlead;

class Data : public vtl::Scope {
 public:
  explicit Data(const vtl::Value& root) : root_(root) {}
  Result<vtl::Value> find(std::string_view name) override {
    if (name == "body") return root_;
    return vtl::Value();
  }

 private:
  const vtl::Value& root_;
};

constexpr std::string_view kReply = R"({"statusCode": 200, "connection": "$body.id"})";
constexpr std::string_view kList = R"(#set($all = $body.items)
[
#foreach($item in $all)
  {"id": $item.id, "name": "$item.name"#if($item.price > 50), "dear": true#end}#if($foreach.hasNext),#end
#end
])";

vtl::Value body() {
  Json items = Json::array();
  for (int i = 0; i < 100; ++i) {
    items.push_back(Json::object({{"id", i}, {"name", "item"}, {"price", i}}));
  }
  return vtl::Value::from_json(Json::object({{"id", "abc="}, {"items", std::move(items)}}));
}

void render_template(benchmark::State& state, std::string_view text) {
  const auto parsed = vtl::parse(text);
  const vtl::Value root = body();
  for (auto _ : state) {
    Data data(root);
    const auto result = vtl::render(*parsed, data);
    if (!result.ok()) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(result);
  }
}

void vtl_reply(benchmark::State& state) { render_template(state, kReply); }
BENCHMARK(vtl_reply);
void vtl_hundred_items(benchmark::State& state) { render_template(state, kList); }
BENCHMARK(vtl_hundred_items);

void vtl_parse(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(vtl::parse(kList));
}
BENCHMARK(vtl_parse);

}  // namespace
