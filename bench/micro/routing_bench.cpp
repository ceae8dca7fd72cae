// Choosing the route of a WebSocket message: `$request.body.action` found in the text.
#include <benchmark/benchmark.h>

#include <string>

#include "lang/routing/selector.h"

namespace {

void route_selection(benchmark::State& state) {
  const auto selector = fairlead::routing::Selector::compile("$request.body.action");
  const std::string message = R"({"action":"sendmessage","data":")" +
                              std::string(static_cast<std::size_t>(state.range(0)), 'x') + R"("})";
  std::string scratch;
  for (auto _ : state) {
    const auto key = selector->select(message, scratch);
    if (key != "sendmessage") return state.SkipWithError("another key");
    benchmark::DoNotOptimize(key);
  }
}
BENCHMARK(route_selection)->Arg(32)->Arg(4'000);

}  // namespace
