// A compiled schema: one node for each schema object that can be reached, pointing at each other by
// number, so that a schema may contain itself.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/jsonschema/decimal.h"

namespace re2 {
class RE2;
}

namespace fairlead::jsonschema {

inline constexpr int kAnything = -1;   // instead of a node: no schema, all is well
inline constexpr int kForbidden = -2;  // `false`: nothing may be there

struct Expression {
  std::string text;
  std::shared_ptr<const re2::RE2> compiled;
};

enum class Format { kNone, kDateTime, kEmail, kHostname, kIpv4, kIpv6, kUri };

struct Node {
  int reference = kAnything;  // `$ref`: everything else is ignored

  std::vector<std::string> types;   // sorted; empty: any
  std::vector<std::string> values;  // `enum`, canonical
  bool has_values = false;
  std::string values_text;  // as written, for the message

  std::optional<Decimal> minimum, maximum, multiple_of;
  bool exclusive_minimum = false, exclusive_maximum = false;
  std::string minimum_text, maximum_text, multiple_text;

  std::optional<std::size_t> min_length, max_length, min_items, max_items, min_properties,
      max_properties;
  std::optional<Expression> pattern;
  Format format = Format::kNone;

  int items = kAnything;  // of every element, or of those behind `tuple`
  std::vector<int> tuple;
  bool unique_items = false;

  std::vector<std::pair<std::string, int>> properties;  // sorted by name
  std::vector<std::pair<Expression, int>> pattern_properties;
  int additional_properties = kAnything;
  std::vector<std::string> required;  // sorted
  struct Dependency {
    std::string property;
    std::vector<std::string> required;
    int schema = kAnything;
  };
  std::vector<Dependency> dependencies;

  std::vector<int> all_of, any_of, one_of;
  int negated = kAnything;  // `not`
};

struct Program {
  std::vector<Node> nodes;  // the first is the root
};

// ["a","b"]: how lists are quoted in messages.
std::string quoted_list(const std::vector<std::string>& names);

bool has_format(Format format, std::string_view text);  // format.cpp

}  // namespace fairlead::jsonschema
