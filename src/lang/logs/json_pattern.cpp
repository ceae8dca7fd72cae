// JSON patterns: conditions on values that selectors ($.a.b[0]) name, with && before ||, and
// parentheses. An event that is not JSON never matches.
#include <algorithm>
#include <optional>

#include "base/json_parse.h"
#include "base/text.h"
#include "lang/logs/comparison.h"
#include "lang/logs/filter_pattern.h"

namespace fairlead::logs {

namespace {

constexpr int kMaxDepth = 16;  // of parentheses: fibers have small stacks
constexpr std::size_t kMaxConditions = 200;

struct Step {
  std::string member;               // or, when it is empty:
  std::optional<std::size_t> item;  // an index; neither: any item, [*]
};

struct Condition {
  enum class Kind { kCompare, kIsNull, kIsTrue, kIsFalse, kNotExists };
  Kind kind = Kind::kCompare;
  std::string selector;  // as written
  std::vector<Step> path;
  std::optional<Comparison> test;
};

// A tree in one array: `all` and `any` nodes name their children.
struct Node {
  enum class Kind { kCondition, kAll, kAny };
  Kind kind = Kind::kCondition;
  std::size_t condition = 0;
  std::vector<Node> children;
};

const Json* step_into(const Json& value, const Step& step) {
  if (!step.member.empty()) return value.find(step.member);
  if (!value.is_array() || !step.item || *step.item >= value.items().size()) return nullptr;
  return &value.items()[*step.item];
}

// Text and number of a value that may be compared; nothing for objects, arrays and null.
std::optional<std::string> text_of(const Json& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_number()) return value.number_text();
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  return std::nullopt;
}

bool holds_at(const Condition& condition, const Json& value) {
  switch (condition.kind) {
    case Condition::Kind::kIsNull:
      return value.is_null();
    case Condition::Kind::kIsTrue:
      return value.is_bool() && value.as_bool();
    case Condition::Kind::kIsFalse:
      return value.is_bool() && !value.as_bool();
    case Condition::Kind::kNotExists:
      return false;
    case Condition::Kind::kCompare:
      break;
  }
  const auto text = text_of(value);
  if (!text) return false;
  return condition.test->holds(*text, value.is_number() ? value.to_double() : std::nullopt);
}

// With [*] it is enough that one item fits.
bool holds(const Condition& condition, const Json& value, std::size_t depth) {
  const Json* at = &value;
  for (std::size_t i = depth; i < condition.path.size(); ++i) {
    const Step& step = condition.path[i];
    if (step.member.empty() && !step.item) {
      const auto& items = at->items();
      const auto fits = [&](const Json& item) { return holds(condition, item, i + 1); };
      if (condition.kind != Condition::Kind::kNotExists) {
        return std::any_of(items.begin(), items.end(), fits);
      }
      return std::all_of(items.begin(), items.end(), fits);
    }
    at = step_into(*at, step);
    if (!at) return condition.kind == Condition::Kind::kNotExists;
  }
  return holds_at(condition, *at);
}

const Json* value_at(const Condition& condition, const Json& root) {
  const Json* at = &root;
  for (const Step& step : condition.path) {
    at = step_into(*at, step);
    if (!at) return nullptr;
  }
  return at;
}

class JsonPattern : public Matcher {
 public:
  bool matches(std::string_view message) const override {
    const auto json = read(message);
    return json && evaluate(root, *json);
  }
  void extract(std::string_view message, Extracted& all) const override {
    const auto json = read(message);
    if (!json) return;
    for (const Condition& condition : conditions) {
      const Json* value = value_at(condition, *json);
      if (value == nullptr) continue;
      const auto text = text_of(*value);
      const bool known = std::any_of(
          all.begin(), all.end(), [&](const auto& one) { return one.first == condition.selector; });
      if (text && !known) all.emplace_back(condition.selector, *text);
    }
  }

  std::vector<Condition> conditions;
  Node root;

 private:
  static std::optional<Json> read(std::string_view message) {
    const std::size_t first = message.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return std::nullopt;
    if (message[first] != '{' && message[first] != '[') return std::nullopt;
    auto json = parse_json(message);
    if (!json.ok()) return std::nullopt;
    return std::move(json).value();
  }
  bool evaluate(const Node& node, const Json& json) const {
    const auto child = [&](const Node& one) { return evaluate(one, json); };
    switch (node.kind) {
      case Node::Kind::kAll:
        return std::all_of(node.children.begin(), node.children.end(), child);
      case Node::Kind::kAny:
        return std::any_of(node.children.begin(), node.children.end(), child);
      case Node::Kind::kCondition:
        break;
    }
    return holds(conditions[node.condition], json, 0);
  }
};

class Parser {
 public:
  explicit Parser(std::string_view text) : reader_(text) {}

  Result<std::shared_ptr<const Matcher>> run() {
    reader_.accept("{");
    auto pattern = std::make_shared<JsonPattern>();
    pattern->root = TRY(any(0));
    if (!reader_.accept("}")) return invalid_filter_pattern();
    reader_.skip_space();
    if (!reader_.at_end()) return invalid_filter_pattern();
    pattern->conditions = std::move(conditions_);
    return std::shared_ptr<const Matcher>(std::move(pattern));
  }

 private:
  Result<Node> any(int depth) { return chain(Node::Kind::kAny, depth); }

  // One or more operands joined by && (kAll) or || (kAny).
  Result<Node> chain(Node::Kind kind, int depth) {
    Node node{kind, 0, {}};
    do {
      node.children.push_back(
          TRY(kind == Node::Kind::kAny ? chain(Node::Kind::kAll, depth) : operand(depth)));
      reader_.skip_space();
    } while (reader_.accept(kind == Node::Kind::kAny ? "||" : "&&"));
    if (node.children.size() > 1) return node;
    Node only = std::move(node.children.front());
    return only;
  }

  Result<Node> operand(int depth) {
    reader_.skip_space();
    if (depth > kMaxDepth) return invalid_filter_pattern();
    if (!reader_.accept("(")) return condition();
    Node inside = TRY(any(depth + 1));
    reader_.skip_space();
    if (!reader_.accept(")")) return invalid_filter_pattern();
    return inside;
  }

  Result<Node> condition() {
    Condition condition;
    const std::string_view before = reader_.rest();
    condition.path = TRY(selector());
    condition.selector = before.substr(0, before.size() - reader_.rest().size());
    reader_.skip_space();
    if (reader_.accept_word("IS")) {
      reader_.skip_space();
      condition.kind = reader_.accept_word("NULL")    ? Condition::Kind::kIsNull
                       : reader_.accept_word("TRUE")  ? Condition::Kind::kIsTrue
                       : reader_.accept_word("FALSE") ? Condition::Kind::kIsFalse
                                                      : Condition::Kind::kCompare;
      if (condition.kind == Condition::Kind::kCompare) return invalid_filter_pattern();
    } else if (reader_.accept_word("NOT")) {
      reader_.skip_space();
      if (!reader_.accept_word("EXISTS")) return invalid_filter_pattern();
      condition.kind = Condition::Kind::kNotExists;
    } else {
      condition.test = TRY(Comparison::read(reader_, ")}&|"));
    }
    if (conditions_.size() >= kMaxConditions) return invalid_filter_pattern();
    conditions_.push_back(std::move(condition));
    return Node{Node::Kind::kCondition, conditions_.size() - 1, {}};
  }

  Result<std::vector<Step>> selector() {
    if (!reader_.accept("$")) return invalid_filter_pattern();
    std::vector<Step> path;
    while (true) {
      const bool dot = reader_.accept(".");
      if (reader_.accept("[")) {
        path.push_back(TRY(bracket()));
      } else if (dot) {
        const auto name = reader_.take_while([](char c) { return is_word(c) || c == '-'; });
        if (name.empty()) return invalid_filter_pattern();
        path.push_back({std::string(name), std::nullopt});
      } else {
        break;
      }
    }
    if (path.empty()) return invalid_filter_pattern();
    return path;
  }

  // After the bracket: 0, *, 'a b' or "a b".
  Result<Step> bracket() {
    Step step;
    if (reader_.front() == '"') {
      step.member = TRY(reader_.take_quoted());
      if (step.member.empty()) return invalid_filter_pattern();
    } else if (reader_.accept("'")) {
      step.member = reader_.take_while([](char c) { return c != '\''; });
      if (!reader_.accept("'") || step.member.empty()) return invalid_filter_pattern();
    } else if (!reader_.accept("*")) {
      const auto digits = reader_.take_while([](char c) { return c >= '0' && c <= '9'; });
      if (digits.empty() || digits.size() > 9) return invalid_filter_pattern();
      step.item = static_cast<std::size_t>(std::stoul(std::string(digits)));
    }
    if (!reader_.accept("]")) return invalid_filter_pattern();
    return step;
  }

  PatternReader reader_;
  std::vector<Condition> conditions_;
};

}  // namespace

Result<std::shared_ptr<const Matcher>> parse_json_pattern(std::string_view text) {
  return Parser(text).run();
}

}  // namespace fairlead::logs
