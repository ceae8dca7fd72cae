// Any schema against any value, one line each: what a schema accepts, its `not` refuses, and equal
// values have one canonical text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/json_parse.h"
#include "lang/jsonschema/canonical.h"
#include "lang/jsonschema/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fairlead;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = std::min(input.find('\n'), size);
  const auto document = parse_json(input.substr(0, cut));
  const auto value = parse_json(cut == size ? "null" : input.substr(cut + 1));
  if (!document.ok() || !value.ok()) return 0;
  const auto again = parse_json(write_json(*value), JsonLimits{256});
  if (!again.ok() || jsonschema::canonical(*again) != jsonschema::canonical(*value)) std::abort();

  const auto schema = jsonschema::Schema::compile(*document);
  if (!schema.ok()) return 0;
  const auto problem = schema->problem(*value);
  if (problem != schema->problem(*value)) std::abort();
  // References start at the root, which is another one inside a `not`.
  if (input.substr(0, cut).find("ref") != std::string_view::npos) return 0;
  const auto negated = jsonschema::Schema::compile(Json::object({{"not", *document}}));
  if (!negated.ok()) return 0;  // one level deeper
  const auto other = negated->problem(*value);
  const bool exhausted = other && other->find("too many steps") != std::string::npos;
  if (!exhausted && problem.has_value() == other.has_value() &&
      !(problem && problem->find("too many steps") != std::string::npos)) {
    std::abort();
  }
  return 0;
}
