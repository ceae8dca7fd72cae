// Whatever parses must come back the same after writing, in both layouts.
#include <cstdint>

#include "base/json_parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto first = fairlead::parse_json(text);
  if (!first.ok()) return 0;
  (void)first->to_int64();
  (void)first->to_double();
  const std::string written = fairlead::write_json(*first);
  const auto second = fairlead::parse_json(written);
  CHECK(second.ok() && *second == *first && fairlead::write_json(*second) == written);
  const auto pretty = fairlead::parse_json(fairlead::write_json_pretty(*first));
  CHECK(pretty.ok() && *pretty == *first);
  return 0;
}
