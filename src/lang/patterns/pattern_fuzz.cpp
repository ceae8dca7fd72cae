// Any pattern against any event: nothing crashes, and a list of one event is that event.
// The first line is the pattern, the rest the event.
#include <cstdint>
#include <cstdlib>

#include "base/json_parse.h"
#include "lang/patterns/pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fairlead;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = std::min(input.find('\n'), size);
  const auto pattern = patterns::Pattern::compile_text(input.substr(0, cut));
  if (!pattern.ok()) return 0;
  const auto event = parse_json(cut == size ? std::string_view("{}") : input.substr(cut + 1));
  if (!event.ok()) return 0;
  const bool alone = pattern->matches(*event);
  // An array asks for one of its elements.
  if (event->is_object() && pattern->matches(Json::array({*event})) != alone) std::abort();
  return 0;
}
