// Expressions.
#include "lang/vtl/arithmetic.h"
#include "lang/vtl/renderer.h"

namespace fairlead::vtl {
bool Renderer::evaluate(const Expr& expr, Value& out) {
  if (depth_ >= kMaxDepth) return fail(expr.at, "nested too deep");
  if (!spend(expr.at)) return false;
  ++depth_;
  bool good = true;
  switch (expr.kind) {
    case Expr::Kind::kConstant:
      out = expr.value;
      break;
    case Expr::Kind::kReference:
      good = resolve(*expr.reference, expr.reference->steps.size(), out);
      break;
    case Expr::Kind::kText:
      good = render_text(expr.block, expr.at, out);
      break;
    case Expr::Kind::kList:
    case Expr::Kind::kMap:
      good = evaluate_items(expr, out);
      break;
    case Expr::Kind::kRange:
      good = evaluate_range(expr, out);
      break;
    case Expr::Kind::kNot:
      good = evaluate(*expr.items[0], out);
      if (good) out = Value::boolean(!is_true(out));
      break;
    case Expr::Kind::kChain:
      good = expr.operators[0] <= Operator::kAnd ? evaluate_logic(expr, out)
                                                 : evaluate_chain(expr, out);
      break;
  }
  --depth_;
  return good;
}

bool Renderer::evaluate_items(const Expr& expr, Value& out) {
  const bool map = expr.kind == Expr::Kind::kMap;
  if (!work_.take(64 + expr.items.size() * sizeof(Map::Member))) {
    return fail(expr.at, too_much_memory());
  }
  List items;
  Map members;
  for (std::size_t i = 0; i < expr.items.size(); ++i) {
    Value item;
    if (!evaluate(*expr.items[i], item)) return false;
    if (!map) {
      items.push_back(std::move(item));
      continue;
    }
    Value value;
    if (!evaluate(*expr.items[++i], value)) return false;
    if (!item.is_null()) members.put(key_text(item), std::move(value));
  }
  out = map ? Value::map(std::move(members)) : Value::list(std::move(items));
  return true;
}

bool Renderer::evaluate_range(const Expr& expr, Value& out) {
  Value from;
  Value to;
  if (!evaluate(*expr.items[0], from) || !evaluate(*expr.items[1], to)) return false;
  out = Value();
  if (from.kind() != Value::Kind::kLong || to.kind() != Value::Kind::kLong) return true;
  const std::int64_t first = from.as_long();
  const std::int64_t last = to.as_long();
  const std::int64_t step = first <= last ? 1 : -1;
  std::int64_t distance = 0;
  const bool far = __builtin_sub_overflow(last, first, &distance);
  const std::uint64_t count = static_cast<std::uint64_t>(distance * step) + 1;
  if (far || count > work_.memory() / sizeof(Value) || !work_.take(count * sizeof(Value)) ||
      !work_.spend(count / 4)) {
    return fail(expr.at, too_much_memory());
  }
  List items;
  items.reserve(count);
  std::int64_t value = first;
  for (std::uint64_t i = 0; i < count; ++i) {
    items.push_back(Value::integer(value));
    if (i + 1 < count) value += step;
  }
  out = Value::list(std::move(items));
  return true;
}

// && and ||: from left to right, and no further than the answer is known.
bool Renderer::evaluate_logic(const Expr& expr, Value& out) {
  const bool stop_at = expr.operators[0] == Operator::kOr;
  for (const ExprPtr& item : expr.items) {
    if (!evaluate(*item, out)) return false;
    if (is_true(out) == stop_at) {
      out = Value::boolean(stop_at);
      return true;
    }
  }
  out = Value::boolean(!stop_at);
  return true;
}

bool Renderer::evaluate_chain(const Expr& expr, Value& out) {
  if (!evaluate(*expr.items[0], out)) return false;
  for (std::size_t i = 0; i < expr.operators.size(); ++i) {
    Value right;
    if (!evaluate(*expr.items[i + 1], right)) return false;
    if (!apply_operator(expr, i, out, right)) return false;
  }
  return true;
}

bool Renderer::apply_operator(const Expr& expr, std::size_t i, Value& left, const Value& right) {
  const Operator op = expr.operators[i];
  if (op == Operator::kEqual || op == Operator::kNotEqual) {
    const auto same = loosely_equal(left, right, work_);
    if (!same.ok()) return fail(expr.at, same.error());
    left = Value::boolean(same.value() == (op == Operator::kEqual));
    return true;
  }
  if (op <= Operator::kGreaterOrEqual) {
    left = Value::boolean(in_order(op, left, right));
    return true;
  }
  if (op == Operator::kAdd && (left.is_string() || right.is_string())) {
    return join(expr, i, left, right);
  }
  auto result = calculate(op, left, right);
  if (!result.ok()) return fail(expr.at, result.error());
  left = std::move(result).value();
  return true;
}

// A + with a text on one side; what is null there shows as it is written.
bool Renderer::join(const Expr& expr, std::size_t i, Value& left, const Value& right) {
  std::string text;
  const auto add = [&](const Value& value, const Expr& written) {
    if (!value.is_null()) return value.append_text(text, work_.memory());
    if (written.kind == Expr::Kind::kReference) text += written.reference->source;
    return true;
  };
  if (!add(left, *expr.items[i]) || !add(right, *expr.items[i + 1]) ||
      !work_.take(text.size() + 48)) {
    return fail(expr.at, too_much_memory());
  }
  left = Value::string(std::move(text));
  return true;
}

}  // namespace fairlead::vtl
