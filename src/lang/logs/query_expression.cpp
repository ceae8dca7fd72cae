// The grammar of expressions, by rank: or, and, not, comparisons, + -, * / %, ^, signs.
#include <optional>

#include "base/text.h"
#include "lang/logs/comparison.h"
#include "lang/logs/errors.h"
#include "lang/logs/query_functions.h"
#include "lang/logs/query_parser.h"

namespace fairlead::logs {

namespace {

// Fibers have small stacks, and a tree is walked by recursion.
constexpr int kMaxDepth = 12, kMaxOperators = 150;
constexpr std::size_t kMaxList = 1000;

using Kind = Expression::Kind;

struct Operator {
  std::string_view sign;
  Kind kind;
  int rank;
  bool word;
};
// Longer signs before their beginnings.
constexpr Operator kOperators[] = {
    {"or", Kind::kOr, 1, true},
    {"and", Kind::kAnd, 2, true},
    {"!=", Kind::kNotEqual, 4, false},
    {"<=", Kind::kLessOrEqual, 4, false},
    {">=", Kind::kGreaterOrEqual, 4, false},
    {"<", Kind::kLess, 4, false},
    {">", Kind::kGreater, 4, false},
    {"=", Kind::kEqual, 4, false},
    {"+", Kind::kAdd, 5, false},
    {"-", Kind::kSubtract, 5, false},
    {"*", Kind::kMultiply, 6, false},
    {"/", Kind::kDivide, 6, false},
    {"%", Kind::kRemainder, 6, false},
    {"^", Kind::kPower, 7, false},
};
constexpr int kNotRank = 3, kComparisonRank = 4;

std::optional<Aggregate::Kind> aggregate_of(std::string_view name) {
  static constexpr struct {
    std::string_view name;
    Aggregate::Kind kind;
  } kNames[] = {
      {"count", Aggregate::Kind::kCount},
      {"count_distinct", Aggregate::Kind::kCountDistinct},
      {"sum", Aggregate::Kind::kSum},
      {"avg", Aggregate::Kind::kAvg},
      {"min", Aggregate::Kind::kMin},
      {"max", Aggregate::Kind::kMax},
      {"pct", Aggregate::Kind::kPct},
      {"median", Aggregate::Kind::kPct},
      {"stddev", Aggregate::Kind::kStddev},
      {"earliest", Aggregate::Kind::kEarliest},
      {"latest", Aggregate::Kind::kLatest},
      {"sortsfirst", Aggregate::Kind::kSortsFirst},
      {"sortslast", Aggregate::Kind::kSortsLast},
  };
  for (const auto& known : kNames) {
    if (equals_ignoring_case(known.name, name)) return known.kind;
  }
  return std::nullopt;
}

Expression node(Kind kind, Expression left, std::optional<Expression> right = {}) {
  Expression e;
  // a or b or c is one node: trees stay flat.
  if ((kind == Kind::kOr || kind == Kind::kAnd) && left.kind == kind) {
    e = std::move(left);
  } else {
    e.kind = kind;
    e.parts.push_back(std::move(left));
  }
  if (right) e.parts.push_back(*std::move(right));
  return e;
}

Expression field(std::string name) {
  Expression e;
  e.kind = Kind::kField;
  e.name = std::move(name);
  return e;
}

Expression constant(Value value) {
  Expression e;
  e.value = std::move(value);
  return e;
}

}  // namespace

Status ExpressionParser::enter() {
  if (++depth_ > kMaxDepth) return reader_.error("the expression is nested too deeply");
  return {};
}

Result<Expression> ExpressionParser::read(std::vector<Aggregate>* slots) {
  slots_ = slots;
  depth_ = operators_ = 0;
  return binary(1);
}

Result<Named> ExpressionParser::read_named(std::vector<Aggregate>* slots) {
  const std::size_t from = reader_.offset();
  Named named;
  named.expression = TRY(read(slots));
  named.name = named.expression.kind == Kind::kField ? named.expression.name : reader_.since(from);
  named.plain = named.expression.kind == Kind::kField;
  if (reader_.accept_word("as")) {
    const QueryReader before = reader_;
    named.name = reader_.take_name();
    if (named.name.empty()) return before.unexpected();
    named.plain = false;
  }
  return named;
}

Result<Expression> ExpressionParser::binary(int least_rank) {
  Expression left;
  if (least_rank <= kNotRank && reader_.accept_word("not")) {
    TRY(enter());
    left = node(Kind::kNot, TRY(binary(kNotRank)));
    --depth_;
  } else {
    left = TRY(operand());
  }
  while (true) {
    if (least_rank <= kComparisonRank) left = TRY(suffixes(std::move(left)));
    const Operator* found = nullptr;
    for (const Operator& one : kOperators) {
      if (one.rank < least_rank) continue;
      if (one.word ? reader_.accept_word(one.sign) : reader_.accept(one.sign)) {
        found = &one;
        break;
      }
    }
    if (!found) return left;
    const bool flat = found->kind == Kind::kOr || found->kind == Kind::kAnd;
    if (!flat && ++operators_ > kMaxOperators) return reader_.error("the expression is too long");
    Expression right = TRY(binary(found->rank + 1));
    left = node(found->kind, std::move(left), std::move(right));
  }
}

Result<Expression> ExpressionParser::suffixes(Expression left) {
  while (true) {
    const QueryReader before = reader_;
    const bool no = reader_.accept_word("not");
    Expression e;
    if (reader_.accept_word("like") || (!no && reader_.accept("=~"))) {
      e = node(Kind::kLike, std::move(left));
      if (reader_.front() == '/') {
        e.regex = TRY(reader_.take_regex());
      } else {
        e.parts.push_back(TRY(operand()));
      }
    } else if (reader_.accept_word("in")) {
      e = node(Kind::kIn, std::move(left));
      if (!reader_.accept("[")) return reader_.unexpected();
      do {
        if (e.parts.size() > kMaxList) return reader_.error("the list is too long");
        e.parts.push_back(TRY(operand()));
      } while (reader_.accept(","));
      if (!reader_.accept("]")) return reader_.unexpected();
    } else {
      if (no) return before.unexpected();
      return left;
    }
    if (++operators_ > kMaxOperators) return reader_.error("the expression is too long");
    left = no ? node(Kind::kNot, std::move(e)) : std::move(e);
  }
}

Result<Expression> ExpressionParser::operand() {
  const char c = reader_.front();
  if (c == '"' || c == '\'') return constant(Value::text(TRY(reader_.take_quoted())));
  if (c >= '0' && c <= '9') return number();
  if (c == '(') {
    reader_.accept("(");
    TRY(enter());
    Expression inside = TRY(binary(1));
    --depth_;
    if (!reader_.accept(")")) return reader_.unexpected();
    return inside;
  }
  if (c == '-') {
    reader_.accept("-");
    TRY(enter());
    Expression inside = TRY(operand());
    --depth_;
    return node(Kind::kNegate, std::move(inside));
  }
  return name_or_call();
}

// A number, or a period in milliseconds: 5m.
Result<Expression> ExpressionParser::number() {
  const QueryReader before = reader_;
  const double count = read_number(reader_.take_digits()).value_or(0);
  const std::string unit = reader_.take_letters();
  if (unit.empty()) return constant(Value::number(count));
  const auto ms = period_ms(count, unit);
  if (!ms) return before.error("unknown period " + unit);
  return constant(Value::number(*ms));
}

Result<Expression> ExpressionParser::name_or_call() {
  const QueryReader before = reader_;
  const bool quoted = reader_.front() == '`';
  const std::string name = reader_.take_name();
  if (name.empty()) return before.unexpected();
  if (!quoted && reader_.front() == '(') {
    if (const auto kind = aggregate_of(name)) {
      if (!slots_) return before.error(name + " is only allowed in stats");
      Expression e = TRY(aggregate(*kind));
      if (*kind == Aggregate::Kind::kCount || !equals_ignoring_case(name, "median")) return e;
      (*slots_)[e.slot].percent = 50;
      return e;
    }
    auto called = call(name);
    if (!called.ok() && called.error().message.empty()) {
      return before.error("unknown function " + name);
    }
    return called;
  }
  for (const bool truth : {true, false}) {
    if (!quoted && name == (truth ? "true" : "false")) return constant(Value::truth(truth));
  }
  return field(name);
}

Result<Expression> ExpressionParser::call(const std::string& name) {
  Expression e;
  e.kind = Kind::kCall;
  e.function = find_function(name);
  if (!e.function) return Error{};  // the caller knows where the name stands
  reader_.accept("(");
  TRY(enter());
  if (equals_ignoring_case(name, "bin")) e.parts.push_back(field("@timestamp"));
  if (reader_.front() != ')') {
    do {
      if (e.parts.size() >= e.function->most) return reader_.unexpected();
      e.parts.push_back(TRY(binary(1)));
    } while (reader_.accept(","));
  }
  --depth_;
  if (e.parts.size() < e.function->least) {
    return reader_.error(name + " needs more arguments");
  }
  if (!reader_.accept(")")) return reader_.unexpected();
  return e;
}

Result<Expression> ExpressionParser::aggregate(Aggregate::Kind kind) {
  Aggregate one;
  one.kind = kind;
  reader_.accept("(");
  TRY(enter());
  const bool all =
      kind == Aggregate::Kind::kCount && (reader_.accept("*") || reader_.front() == ')');
  if (!all) {
    std::vector<Aggregate>* slots = std::exchange(slots_, nullptr);  // none inside another
    one.of = TRY(binary(1));
    slots_ = slots;
  }
  if (kind == Aggregate::Kind::kPct && reader_.accept(",")) {
    const QueryReader before = reader_;
    const auto percent = read_number(reader_.take_digits());
    if (!percent || *percent < 0 || *percent > 100) return before.unexpected();
    one.percent = *percent;
    reader_.take_letters();  // white space
  }
  --depth_;
  if (!reader_.accept(")")) return reader_.unexpected();
  slots_->push_back(std::move(one));
  Expression e;
  e.kind = Kind::kAggregate;
  e.slot = slots_->size() - 1;
  return e;
}

}  // namespace fairlead::logs
