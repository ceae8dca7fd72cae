// Any expression against any message: the scanner must agree with base's reader about what is JSON
// and about the value that a path leads to.
#include <cstdint>
#include <cstdlib>

#include "base/json_parse.h"
#include "base/utf8.h"
#include "lang/routing/java_text.h"
#include "lang/routing/selector.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fairlead;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = std::min(input.find('\n'), size);
  const std::string_view expression = input.substr(0, cut);
  const std::string_view message = cut == size ? std::string_view() : input.substr(cut + 1);
  if (!is_valid_utf8(message)) return 0;
  const auto parsed = parse_json(message);

  std::string_view found;
  const routing::JsonPath path{routing::PathStep{"a"}};
  const routing::Scan scan = routing::find_value(message, path, found);
  if ((scan != routing::Scan::kNotJson) != parsed.ok()) std::abort();
  if (parsed.ok()) {
    const Json* value = parsed.value().find("a");
    if ((value != nullptr) != (scan == routing::Scan::kFound)) std::abort();
    if (value && !(parse_json(found).value() == *value)) std::abort();
  }

  const auto selector = routing::Selector::compile(expression);
  if (!selector.ok()) return 0;
  std::string scratch;
  const auto key = selector.value().select(message, scratch);
  if (!selector.value().is_literal() && key.has_value() != parsed.ok()) std::abort();
  return 0;
}
