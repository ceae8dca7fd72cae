// Asking a compiled schema about a value. Every call says the first thing that is wrong; steps and
// depth are counted, because a schema may refer to itself.
#include <re2/re2.h>

#include <algorithm>

#include "base/utf8.h"
#include "lang/jsonschema/canonical.h"
#include "lang/jsonschema/program.h"
#include "lang/jsonschema/schema.h"

namespace fairlead::jsonschema {

std::string quoted_list(const std::vector<std::string>& names) {
  std::string out = "[";
  for (const std::string& name : names) {
    if (out.size() > 1) out += ',';
    append_json_string(out, name);
  }
  return out + "]";
}

namespace {

using Problem = std::optional<std::string>;

constexpr std::size_t kMostSteps = 500'000;
constexpr std::size_t kBytesOfAStep = 32;  // of texts that are copied or searched
constexpr int kDeepest = 512;

std::string type_of(const Json& value) {
  switch (value.kind()) {
    case Json::Kind::kNull:
      return "null";
    case Json::Kind::kBool:
      return "boolean";
    case Json::Kind::kString:
      return "string";
    case Json::Kind::kArray:
      return "array";
    case Json::Kind::kObject:
      return "object";
    case Json::Kind::kNumber:
      break;
  }
  // Draft 4: 1.0 is a number and no integer.
  const bool whole = value.number_text().find_first_of(".eE") == std::string::npos;
  return whole ? "integer" : "number";
}

bool matches(const Expression& expression, std::string_view text) {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *expression.compiled);
}

std::string number(std::size_t n) { return std::to_string(n); }

class Check {
 public:
  explicit Check(const Program& program) : program_(program) {}

  Problem ask(int index, const Json& value);

 private:
  Problem general(const Node& node, const Json& value);
  Problem combined(const Node& node, const Json& value);
  Problem numbers(const Node& node, const Json& value);
  Problem strings(const Node& node, const std::string& text);
  Problem arrays(const Node& node, const Json& value);
  Problem objects(const Node& node, const Json& value);
  Problem members(const Node& node, const Json& value);
  Problem dependencies(const Node& node, const Json& value);
  std::size_t matching(const std::vector<int>& schemas, const Json& value);

  const Program& program_;
  void spend(std::size_t bytes) { steps_ += bytes / kBytesOfAStep; }

  std::size_t steps_ = 0;
  int depth_ = 0;
};

Problem Check::ask(int index, const Json& value) {
  if (index < 0) return std::nullopt;
  if (++steps_ > kMostSteps || depth_ >= kDeepest) return "validation takes too many steps";
  ++depth_;
  const Node& node = program_.nodes[static_cast<std::size_t>(index)];
  Problem problem = node.reference >= 0 ? ask(node.reference, value) : general(node, value);
  --depth_;
  return problem;
}

Problem Check::general(const Node& node, const Json& value) {
  if (!node.types.empty()) {
    const std::string type = type_of(value);
    const auto allowed = [&](std::string_view name) {
      return std::find(node.types.begin(), node.types.end(), name) != node.types.end();
    };
    if (!allowed(type) && !(type == "integer" && allowed("number"))) {
      return "instance type (" + type +
             ") does not match any allowed primitive type (allowed: " + quoted_list(node.types) +
             ")";
    }
  }
  if (node.has_values) {
    const std::string text = canonical(value);
    spend(text.size());
    if (!std::binary_search(node.values.begin(), node.values.end(), text)) {
      return "instance value (" + write_json(value) +
             ") not found in enum (possible values: " + node.values_text + ")";
    }
  }
  Problem problem;
  if (value.is_number()) problem = numbers(node, value);
  if (value.is_string()) problem = strings(node, value.as_string());
  if (value.is_array()) problem = arrays(node, value);
  if (value.is_object()) problem = objects(node, value);
  return problem ? problem : combined(node, value);
}

std::size_t Check::matching(const std::vector<int>& schemas, const Json& value) {
  return static_cast<std::size_t>(std::count_if(schemas.begin(), schemas.end(),
                                                [&](int schema) { return !ask(schema, value); }));
}

Problem Check::combined(const Node& node, const Json& value) {
  if (!node.all_of.empty()) {
    const std::size_t matched = matching(node.all_of, value);
    if (matched < node.all_of.size()) {
      return "instance failed to match all required schemas (matched only " + number(matched) +
             " out of " + number(node.all_of.size()) + ")";
    }
  }
  if (!node.any_of.empty() && matching(node.any_of, value) == 0) {
    return "instance failed to match at least one required schema among " +
           number(node.any_of.size());
  }
  if (!node.one_of.empty()) {
    const std::size_t matched = matching(node.one_of, value);
    if (matched != 1) {
      return "instance failed to match exactly one schema (matched " + number(matched) +
             " out of " + number(node.one_of.size()) + ")";
    }
  }
  if (node.negated >= 0 && !ask(node.negated, value)) {
    return "instance matched a schema which it should not have";
  }
  // Out of steps inside a `not` must not count as "did not match".
  if (steps_ > kMostSteps) return "validation takes too many steps";
  return std::nullopt;
}

Problem Check::numbers(const Node& node, const Json& value) {
  if (!node.minimum && !node.maximum && !node.multiple_of) return std::nullopt;
  const std::string& text = value.number_text();
  spend(text.size());
  const Decimal decimal = Decimal::read(text);
  if (node.minimum && decimal < *node.minimum) {
    return "numeric instance is lower than the required minimum (minimum: " + node.minimum_text +
           ", found: " + text + ")";
  }
  if (node.minimum && node.exclusive_minimum && decimal == *node.minimum) {
    return "numeric instance is not strictly greater than the required minimum " +
           node.minimum_text;
  }
  if (node.maximum && decimal > *node.maximum) {
    return "numeric instance is greater than the required maximum (maximum: " + node.maximum_text +
           ", found: " + text + ")";
  }
  if (node.maximum && node.exclusive_maximum && decimal == *node.maximum) {
    return "numeric instance is not strictly lower than the required maximum " + node.maximum_text;
  }
  if (node.multiple_of && !decimal.is_multiple_of(*node.multiple_of)) {
    return "remainder of division is not zero (" + text + " / " + node.multiple_text + ")";
  }
  return std::nullopt;
}

Problem Check::strings(const Node& node, const std::string& text) {
  spend(text.size());
  const auto quoted = [&] { return write_json(Json(text)); };
  if (node.min_length || node.max_length) {
    const std::size_t length = utf8_length(text);
    if (node.min_length && length < *node.min_length) {
      return "string " + quoted() + " is too short (length: " + number(length) +
             ", required minimum: " + number(*node.min_length) + ")";
    }
    if (node.max_length && length > *node.max_length) {
      return "string " + quoted() + " is too long (length: " + number(length) +
             ", maximum allowed: " + number(*node.max_length) + ")";
    }
  }
  if (node.pattern && !matches(*node.pattern, text)) {
    return "ECMA 262 regex " + write_json(Json(node.pattern->text)) +
           " does not match input string " + quoted();
  }
  if (!has_format(node.format, text)) return "string " + quoted() + " is invalid for its format";
  return std::nullopt;
}

// `bytes`: how much text was compared.
bool has_duplicates(const Json& array, std::size_t& bytes) {
  std::vector<std::string> texts;
  for (const Json& item : array.items()) {
    texts.push_back(canonical(item));
    bytes += texts.back().size();
  }
  std::sort(texts.begin(), texts.end());
  return std::adjacent_find(texts.begin(), texts.end()) != texts.end();
}

Problem Check::arrays(const Node& node, const Json& value) {
  const std::size_t size = value.size();
  if (node.min_items && size < *node.min_items) {
    return "array is too short: must have at least " + number(*node.min_items) +
           " elements but instance has " + number(size) + " elements";
  }
  if (node.max_items && size > *node.max_items) {
    return "array is too long: must have at most " + number(*node.max_items) +
           " elements but instance has " + number(size) + " elements";
  }
  if (node.items == kForbidden && size > node.tuple.size()) {
    return "array is too long: must have at most " + number(node.tuple.size()) +
           " elements but instance has " + number(size) + " elements";
  }
  if (node.unique_items) {
    std::size_t bytes = 0;
    const bool duplicates = has_duplicates(value, bytes);
    spend(bytes);
    if (duplicates) return "array must not contain duplicate elements";
  }
  for (std::size_t i = 0; i < size; ++i) {
    const int schema = i < node.tuple.size() ? node.tuple[i] : node.items;
    if (auto problem = ask(schema, value.items()[i])) return problem;
  }
  return std::nullopt;
}

Problem Check::objects(const Node& node, const Json& value) {
  const std::size_t size = value.size();
  if (node.min_properties && size < *node.min_properties) {
    return "object has too few properties (found " + number(size) +
           " but schema requires at least " + number(*node.min_properties) + ")";
  }
  if (node.max_properties && size > *node.max_properties) {
    return "object has too many properties (found " + number(size) +
           " but schema requires at most " + number(*node.max_properties) + ")";
  }
  spend((node.required.size() + node.dependencies.size()) * size);  // members are searched in line
  std::vector<std::string> missing;
  for (const std::string& name : node.required) {
    if (!value.has(name)) missing.push_back(name);
  }
  if (!missing.empty()) {
    return "object has missing required properties (" + quoted_list(missing) + ")";
  }
  if (auto problem = members(node, value)) return problem;
  return dependencies(node, value);
}

Problem Check::members(const Node& node, const Json& value) {
  const bool strict = node.additional_properties != kAnything;
  if (!strict && node.properties.empty() && node.pattern_properties.empty()) return std::nullopt;
  std::vector<std::string> unwanted;
  for (const Json::Member& member : value.members()) {
    if (++steps_ > kMostSteps) return "validation takes too many steps";
    bool named = false;
    const auto found = std::lower_bound(
        node.properties.begin(), node.properties.end(), member.key,
        [](const auto& property, const std::string& key) { return property.first < key; });
    if (found != node.properties.end() && found->first == member.key) {
      named = true;
      if (auto problem = ask(found->second, member.value)) return problem;
    }
    for (const auto& [expression, schema] : node.pattern_properties) {
      if (!matches(expression, member.key)) continue;
      named = true;
      if (auto problem = ask(schema, member.value)) return problem;
    }
    if (named || !strict) continue;
    if (node.additional_properties == kForbidden) {
      unwanted.push_back(member.key);
    } else if (auto problem = ask(node.additional_properties, member.value)) {
      return problem;
    }
  }
  if (unwanted.empty()) return std::nullopt;
  std::sort(unwanted.begin(), unwanted.end());
  return "object instance has properties which are not allowed by the schema: " +
         quoted_list(unwanted);
}

Problem Check::dependencies(const Node& node, const Json& value) {
  for (const Node::Dependency& dependency : node.dependencies) {
    if (!value.has(dependency.property)) continue;
    std::vector<std::string> missing;
    for (const std::string& name : dependency.required) {
      if (!value.has(name)) missing.push_back(name);
    }
    if (!missing.empty()) {
      return "property " + write_json(Json(dependency.property)) +
             " of object has missing property dependencies (schema requires " +
             quoted_list(dependency.required) + "; missing: " + quoted_list(missing) + ")";
    }
    if (auto problem = ask(dependency.schema, value)) return problem;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> Schema::problem(const Json& value) const {
  return Check(*program_).ask(0, value);
}

}  // namespace fairlead::jsonschema
