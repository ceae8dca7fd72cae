// Writing the canonical text.
#include "lang/jsonschema/canonical.h"

#include <algorithm>
#include <vector>

#include "lang/jsonschema/decimal.h"

namespace fairlead::jsonschema {

namespace {

void append(std::string& out, const Json& value) {
  if (value.is_number()) {
    out += Decimal::read(value.number_text()).text();
  } else if (value.is_array()) {
    out += '[';
    for (const Json& item : value.items()) {
      append(out, item);
      out += ',';
    }
    out += ']';
  } else if (value.is_object()) {
    std::vector<const Json::Member*> sorted;
    for (const Json::Member& member : value.members()) sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* a, const auto* b) { return a->key < b->key; });
    out += '{';
    for (const Json::Member* member : sorted) {
      append_json_string(out, member->key);
      out += ':';
      append(out, member->value);
      out += ',';
    }
    out += '}';
  } else {
    append_json(out, value);
  }
}

}  // namespace

std::string canonical(const Json& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace fairlead::jsonschema
