// Any query over any message: no crash, and every refusal says where.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "lang/logs/query.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fairlead;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = std::min(input.find('\0'), size);
  const auto query = logs::Query::parse(input.substr(0, cut));
  if (!query.ok()) {
    if (query.error().message.empty()) std::abort();
    return 0;
  }
  logs::QueryRun run(*query, 100);
  logs::QueryEvent event;
  event.message = cut == size ? "" : std::string(input.substr(cut + 1));
  event.of_function = size % 2 == 0;
  for (event.time_ms = 3; event.time_ms > 0 && !run.done(); --event.time_ms) {
    if (!run.add(event).ok()) return 0;
  }
  (void)run.finish();
  return 0;
}
