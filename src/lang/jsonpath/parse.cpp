// Reading a path.
#include <cctype>
#include <charconv>

#include "base/json_parse.h"
#include "base/text.h"
#include "lang/jsonpath/jsonpath.h"
#include "lang/jsonpath/steps.h"

namespace fairlead::jsonpath {

const ErrorCode kInvalidPath{"InvalidPath", 400};

namespace {

constexpr std::size_t kMaxPath = 4096;
constexpr int kMaxDepth = 16;  // of parentheses in filters

Error invalid(std::string_view why) { return Error{&kInvalidPath, std::string(why), {}}; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool take(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }

  // Steps until what is none: the end of the text, or of an operand in a filter.
  Result<std::vector<Step>> steps() {
    std::vector<Step> steps;
    for (;;) {
      Step step;
      if (take("..")) {
        step.descends = true;
        if (peek() == '[') {
          ++at_;
          TRY(bracket(step));
        } else {
          TRY(name(step));
        }
      } else if (take(".")) {
        if (take("[")) {
          TRY(bracket(step));
        } else {
          TRY(name(step));
        }
      } else if (take("[")) {
        TRY(bracket(step));
      } else {
        return steps;
      }
      steps.push_back(std::move(step));
    }
  }

 private:
  static bool ends_name(char c) {
    return c == '.' || c == '[' || c == ']' || c == '(' || c == ')' || c == '=' || c == '!' ||
           c == '<' || c == '>' || c == '&' || c == '|' || c == ',';
  }

  Status name(Step& step) {
    if (take("*")) {
      step.kind = Step::Kind::kAll;
      return {};
    }
    const std::size_t from = at_;
    while (!at_end() && !ends_name(peek()) && !(in_filter_ && peek() == ' ')) ++at_;
    if (at_ == from) return invalid("a name is missing");
    if (peek() == '(') return invalid("functions are not known");
    step.names.emplace_back(text_.substr(from, at_ - from));
    return {};
  }

  Status bracket(Step& step) {
    skip_blanks();
    if (take("?")) return filter(step);
    if (take("*")) {
      step.kind = Step::Kind::kAll;
    } else if (peek() == '\'' || peek() == '"') {
      do {
        skip_blanks();
        step.names.push_back(TRY(quoted()));
        skip_blanks();
      } while (take(","));
    } else {
      TRY(numbers(step));
    }
    skip_blanks();
    return take("]") ? Status() : invalid("a bracket is not closed");
  }

  Result<std::optional<std::int64_t>> number() {
    skip_blanks();
    std::int64_t value = 0;
    const char* const from = text_.data() + at_;
    const auto read = std::from_chars(from, text_.data() + text_.size(), value);
    if (read.ec == std::errc::result_out_of_range) return invalid("an index is too large");
    if (read.ec != std::errc()) return std::optional<std::int64_t>();
    at_ += static_cast<std::size_t>(read.ptr - from);
    skip_blanks();
    return std::optional(value);
  }

  Status numbers(Step& step) {
    auto first = TRY(number());
    if (take(":")) {
      step.kind = Step::Kind::kSlice;
      step.from = first;
      step.to = TRY(number());
      return {};
    }
    step.kind = Step::Kind::kIndices;
    while (first) {
      step.indices.push_back(*first);
      if (!take(",")) return {};
      first = TRY(number());
    }
    return invalid("an index or a quoted name is missing");
  }

  Result<std::string> quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') return invalid("a quoted text is missing");
    std::string value;
    for (++at_; !at_end() && peek() != quote; ++at_) {
      if (peek() == '\\' && at_ + 1 < text_.size()) ++at_;
      value += peek();
    }
    if (at_end()) return invalid("a quote is not closed");
    ++at_;
    return value;
  }

  Status filter(Step& step) {
    step.kind = Step::Kind::kFilter;
    if (!take("(")) return invalid("a filter needs parentheses");
    const bool outer = in_filter_;
    in_filter_ = true;
    step.condition = std::make_shared<const Condition>(TRY(any_of(0)));
    in_filter_ = outer;
    skip_blanks();
    if (!take(")")) return invalid("a filter is not closed");
    skip_blanks();
    return take("]") ? Status() : invalid("a bracket is not closed");
  }

  Result<Condition> any_of(int depth) {
    if (depth > kMaxDepth) return invalid("a filter is nested too deeply");
    Condition all;
    all.kind = Condition::Kind::kOr;
    do all.parts.push_back(TRY(all_of(depth)));
    while (blank_then("||"));
    if (all.parts.size() == 1) return Condition(std::move(all.parts.front()));
    return all;
  }
  Result<Condition> all_of(int depth) {
    Condition all;
    all.kind = Condition::Kind::kAnd;
    do all.parts.push_back(TRY(one(depth)));
    while (blank_then("&&"));
    if (all.parts.size() == 1) return Condition(std::move(all.parts.front()));
    return all;
  }
  bool blank_then(std::string_view what) {
    skip_blanks();
    return take(what);
  }

  Result<Condition> one(int depth) {
    skip_blanks();
    if (take("!")) {
      if (depth > kMaxDepth) return invalid("a filter is nested too deeply");
      Condition negated;
      negated.kind = Condition::Kind::kNot;
      negated.parts.push_back(TRY(one(depth + 1)));
      return negated;
    }
    if (take("(")) {
      Condition inner = TRY(any_of(depth + 1));
      if (!blank_then(")")) return invalid("a parenthesis is not closed");
      return inner;
    }
    if (!take("@")) return invalid("a filter compares @ with a value");
    if (++operands_ > 64) return invalid("a filter is too long");
    Condition condition;
    condition.left = TRY(steps());
    TRY(comparison(condition));
    return condition;
  }

  Status comparison(Condition& condition) {
    using Operator = Condition::Operator;
    static constexpr std::pair<std::string_view, Operator> kOperators[] = {
        {"==", Operator::kEqual},       {"!=", Operator::kNotEqual},
        {"<=", Operator::kLessOrEqual}, {">=", Operator::kGreaterOrEqual},
        {"<", Operator::kLess},         {">", Operator::kGreater}};
    for (const auto& [sign, meaning] : kOperators) {
      if (!blank_then(sign)) continue;
      condition.kind = Condition::Kind::kCompare;
      condition.compare = meaning;
      return literal(condition.right);
    }
    return {};
  }

  Status literal(Json& value) {
    skip_blanks();
    if (peek() == '\'' || peek() == '"') {
      value = Json(TRY(quoted()));
      return {};
    }
    const std::size_t from = at_;
    while (!at_end() && peek() != ' ' && peek() != ')' && peek() != '&' && peek() != '|') ++at_;
    auto parsed = parse_json(text_.substr(from, at_ - from));
    if (!parsed.ok() || parsed->is_array() || parsed->is_object()) {
      return invalid("a filter's value is none");
    }
    value = std::move(parsed).value();
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int operands_ = 0;
  bool in_filter_ = false;
};

}  // namespace

Result<JsonPath> JsonPath::parse(std::string_view text) {
  text = trim(text);
  if (text.empty()) return invalid("the path is empty");
  if (text.size() > kMaxPath) return invalid("the path is too long");
  std::string whole;
  if (text[0] != '$') whole = text[0] == '[' || text[0] == '.' ? "$" : "$.";
  whole += text;
  Parser parser(whole);
  parser.take("$");
  auto steps = TRY(parser.steps());
  if (!parser.at_end()) return invalid("the path ends before its text does");
  JsonPath path;
  path.steps_ = std::make_shared<const std::vector<Step>>(std::move(steps));
  return path;
}

}  // namespace fairlead::jsonpath
