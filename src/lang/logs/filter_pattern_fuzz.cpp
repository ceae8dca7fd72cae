// Any pattern against any message: no crash, and what matches can be extracted from.
#include <algorithm>
#include <cstdint>

#include "lang/logs/filter_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fairlead;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = std::min(input.find('\n'), size);
  const std::string_view message = cut == size ? std::string_view() : input.substr(cut + 1);
  const auto pattern = logs::FilterPattern::parse(input.substr(0, cut));
  if (pattern.ok() && pattern->matches(message)) (void)pattern->extract(message);
  return 0;
}
