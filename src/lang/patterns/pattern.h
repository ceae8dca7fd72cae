// Event patterns: which events somebody wants, as JSON of the same shape as the event. The language
// of Lambda's filter criteria and of EventBridge's rules.
//   {"source": ["shop"], "detail": {"price": [{"numeric": [">", 10]}]}}
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lang/patterns/test.h"

namespace fairlead::patterns {

// Compiled once, constant, copied by pointer.
class Pattern {
 public:
  // kInvalidPattern; its message says what is wrong, without AWS's words around it.
  static Result<Pattern> compile(const Json& pattern);
  static Result<Pattern> compile_text(std::string_view text);

  // Every field of the pattern holds. Where the event has an array, one of its elements must do;
  // an array of objects must have one object in which all nested fields hold.
  bool matches(const Json& event) const;

 private:
  struct Field;
  // An object of the pattern: all fields, and of each `$or` one alternative.
  struct Node {
    std::vector<Field> fields;
    std::vector<std::vector<Node>> alternatives;
  };
  struct Field {
    std::string name;
    std::vector<Test> tests;  // a leaf: one of them; empty when `node` is there
    std::unique_ptr<Node> node;
  };

  static Result<Node> compile_node(const Json& pattern, int depth);
  static Result<Field> compile_field(const std::string& name, const Json& value, int depth);
  static bool holds(const Node& node, const Json& event);
  static bool holds_in_object(const Node& node, const Json& object);
  static bool holds(const Field& field, const Json* value);

  std::shared_ptr<const Node> root_;
};

}  // namespace fairlead::patterns
