// The shape of a pattern: objects, leaves and `$or`; what a single value is asked is in test.cpp.
#include "lang/patterns/pattern.h"

#include <algorithm>
#include <utility>

#include "base/json_parse.h"

namespace fairlead::patterns {

namespace {

constexpr int kMaxDepth = 32;

// `$or` is a combination only when it cannot be the name of a field: two objects or more, none of
// which is a test.
bool is_alternatives(const Json& value) {
  if (!value.is_array() || value.size() < 2) return false;
  return std::all_of(value.items().begin(), value.items().end(), [](const Json& item) {
    return item.is_object() && !item.empty() && !is_test_name(item.members().front().key);
  });
}

}  // namespace

Result<Pattern> Pattern::compile_text(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed.ok()) return invalid_pattern("it is not JSON: " + parsed.error().message);
  return compile(*parsed);
}

Result<Pattern> Pattern::compile(const Json& pattern) {
  if (!pattern.is_object()) return invalid_pattern("Filter is not an object");
  Pattern compiled;
  compiled.root_ = std::make_shared<const Node>(TRY(compile_node(pattern, 0)));
  return compiled;
}

Result<Pattern::Node> Pattern::compile_node(const Json& pattern, int depth) {
  if (depth > kMaxDepth) return invalid_pattern("it nests too deep");
  if (pattern.empty()) return invalid_pattern("Empty objects are not allowed");
  Node node;
  for (const auto& [name, value] : pattern.members()) {
    if (name == "$or" && is_alternatives(value)) {
      std::vector<Node> alternatives;
      for (const Json& item : value.items()) {
        alternatives.push_back(TRY(compile_node(item, depth + 1)));
      }
      node.alternatives.push_back(std::move(alternatives));
      continue;
    }
    node.fields.push_back(TRY(compile_field(name, value, depth)));
  }
  return node;
}

Result<Pattern::Field> Pattern::compile_field(const std::string& name, const Json& value,
                                              int depth) {
  Field field;
  field.name = name;
  if (value.is_object()) {
    field.node = std::make_unique<Node>(TRY(compile_node(value, depth + 1)));
    return field;
  }
  if (!value.is_array()) {
    return invalid_pattern("\"" + name + "\" must be an object or an array");
  }
  if (value.empty()) return invalid_pattern("Empty arrays are not allowed");
  for (const Json& item : value.items()) field.tests.push_back(TRY(Test::compile(item)));
  return field;
}

bool Pattern::matches(const Json& event) const { return holds(*root_, event); }

bool Pattern::holds(const Node& node, const Json& event) {
  if (!event.is_array() || event.empty()) return holds_in_object(node, event);
  return std::any_of(event.items().begin(), event.items().end(),
                     [&](const Json& item) { return holds(node, item); });
}

// What is no object has no fields; a pattern that wants some absent may still hold.
bool Pattern::holds_in_object(const Node& node, const Json& object) {
  for (const Field& field : node.fields) {
    if (!holds(field, object.find(field.name))) return false;
  }
  for (const auto& alternatives : node.alternatives) {
    const bool one = std::any_of(alternatives.begin(), alternatives.end(),
                                 [&](const Node& item) { return holds_in_object(item, object); });
    if (!one) return false;
  }
  return true;
}

bool Pattern::holds(const Field& field, const Json* value) {
  static const Json kNothing;
  if (field.node) return holds(*field.node, value ? *value : kNothing);
  return std::any_of(field.tests.begin(), field.tests.end(), [&](const Test& test) {
    return value ? test.holds(*value) : test.holds_without_value();
  });
}

}  // namespace fairlead::patterns
