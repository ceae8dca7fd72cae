// References: variables, properties, indexes, calls, and what #set does with them.
#include "lang/vtl/renderer.h"

namespace fairlead::vtl {
namespace {

constexpr int kMaxDefineDepth = 20;

// A list's place that an index names; negative ones count from the end.
bool place_in(const List& items, const Value& index, std::size_t& place) {
  std::int64_t at = index.as_long();
  const auto size = static_cast<std::int64_t>(items.size());
  if (at < 0) at += size;
  if (at < 0 || at >= size) return false;
  place = static_cast<std::size_t>(at);
  return true;
}

std::string outside(const Value& index, const List& items) {
  return "index " + index.text() + " of a list of " + std::to_string(items.size());
}

}  // namespace

bool Renderer::look_up(const Reference& reference, Value& out) {
  Variable& variable = variables_[reference.slot];
  if (variable.state == Variable::State::kDefined) {
    if (macro_depth_ >= kMaxDefineDepth) return fail(reference.at, "#define goes too deep");
    ++macro_depth_;
    const bool good = render_text(*variable.defined, reference.at, out);
    --macro_depth_;
    return good;
  }
  if (variable.state == Variable::State::kUnasked) {
    auto found = scope_.find(program_.names[reference.slot]);
    if (!found.ok()) return fail(reference.at, std::move(found).error());
    variable.value = std::move(found).value();
    variable.state = Variable::State::kValue;
  }
  out = variable.value;
  return true;
}

// With the first `steps` of its steps.
bool Renderer::resolve(const Reference& reference, std::size_t steps, Value& out) {
  if (!look_up(reference, out)) return false;
  for (std::size_t i = 0; i < steps && !out.is_null(); ++i) {
    if (!spend(reference.at) || !apply_step(reference.steps[i], out)) return false;
  }
  return true;
}

bool Renderer::apply_step(const Step& step, Value& value) {
  if (step.kind == Step::Kind::kCall) return apply_call(step, value);
  if (step.kind == Step::Kind::kIndex) return apply_index(step, value);
  Value next;
  switch (value.kind()) {
    case Value::Kind::kMap:
      if (const Value* const found = value.as_map().find(step.name)) next = *found;
      break;
    case Value::Kind::kObject: {
      auto found = value.as_object().property(step.name);
      if (!found.ok()) return fail(step.at, std::move(found).error());
      next = std::move(found).value();
      break;
    }
    case Value::Kind::kList:
      if (step.name == "empty") next = Value::boolean(value.as_list().empty());
      break;
    case Value::Kind::kString:
      if (step.name == "empty") next = Value::boolean(value.as_string().empty());
      break;
    default:
      break;
  }
  value = std::move(next);
  return true;
}

bool Renderer::apply_index(const Step& step, Value& value) {
  Value index;
  if (!evaluate(*step.arguments[0], index)) return false;
  Value next;
  if (value.kind() == Value::Kind::kList && index.kind() == Value::Kind::kLong) {
    std::size_t place = 0;
    if (!place_in(value.as_list(), index, place)) {
      return fail(step.at, outside(index, value.as_list()));
    }
    next = value.as_list()[place];
  } else if (value.kind() == Value::Kind::kMap && !index.is_null()) {
    if (const Value* const found = value.as_map().find(key_text(index))) next = *found;
  } else if (value.kind() == Value::Kind::kObject && index.is_string()) {
    auto found = value.as_object().property(index.as_string());
    if (!found.ok()) return fail(step.at, std::move(found).error());
    next = std::move(found).value();
  }
  value = std::move(next);
  return true;
}

bool Renderer::apply_call(const Step& step, Value& value) {
  std::vector<Value> arguments(step.arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!evaluate(*step.arguments[i], arguments[i])) return false;
  }
  auto result = [&] {
    if (value.kind() == Value::Kind::kObject) return value.as_object().call(step.name, arguments);
    const Call call{step.method, step.name, arguments, step.regex ? &*step.regex : nullptr};
    return call_method(value, call, work_);
  }();
  if (!result.ok()) return fail(step.at, std::move(result).error());
  value = std::move(result).value();
  return true;
}

// A null is not assigned: the variable keeps what it had (Velocity's default).
bool Renderer::assign(const Statement& statement) {
  Value value;
  if (!evaluate(*statement.items[0], value)) return false;
  if (value.is_null()) return true;
  const Reference& target = *statement.reference;
  if (target.steps.empty()) {
    variables_[target.slot] = {Variable::State::kValue, nullptr, std::move(value)};
    return true;
  }
  Value container;
  if (!resolve(target, target.steps.size() - 1, container)) return false;
  return assign_within(target.steps.back(), container, std::move(value));
}

bool Renderer::assign_within(const Step& step, const Value& container, Value value) {
  Value index = Value();
  if (step.kind == Step::Kind::kIndex && !evaluate(*step.arguments[0], index)) return false;
  if (container.kind() == Value::Kind::kMap && !container.as_map().is_entry()) {
    if (step.kind == Step::Kind::kIndex && index.is_null()) return true;
    std::string key = step.kind == Step::Kind::kIndex ? key_text(index) : std::string(step.name);
    if (!work_.take(key.size() + sizeof(Map::Member) * 2)) return fail(step.at, too_much_memory());
    work_.note_insert(container, value);
    container.as_map().put(std::move(key), std::move(value));
    return true;
  }
  if (container.kind() != Value::Kind::kList || index.kind() != Value::Kind::kLong) return true;
  std::size_t place = 0;
  if (!place_in(container.as_list(), index, place)) {
    return fail(step.at, outside(index, container.as_list()));
  }
  work_.note_insert(container, value);
  container.as_list()[place] = std::move(value);
  return true;
}

}  // namespace fairlead::vtl
