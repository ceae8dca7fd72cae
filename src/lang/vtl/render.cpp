// Statements: text, output, #if, #foreach, macros.
#include <algorithm>

#include "lang/vtl/arithmetic.h"
#include "lang/vtl/renderer.h"

namespace fairlead::vtl {
namespace {

constexpr int kMaxMacroDepth = 20;  // Velocity's own bound on macros

}  // namespace

Renderer::Renderer(const Program& program, Scope& scope, const Limits& limits)
    : program_(program),
      scope_(scope),
      limits_(limits),
      work_(limits.steps, limits.memory_bytes),
      variables_(program.names.size()),
      foreach_slot_(program.slot_of("foreach")),
      count_slot_(program.slot_of("velocityCount")),
      has_next_slot_(program.slot_of("velocityHasNext")) {}

Result<std::string> Renderer::run() {
  result_.reserve(std::min(program_.source.size(), limits_.output_bytes));
  if (render_block(program_.body) == Flow::kFailed) return std::move(error_);
  return std::move(result_);
}

bool Renderer::fail(std::uint32_t at, Error error) {
  error_ = placed(std::move(error), position_in(program_.source, at));
  return false;
}

bool Renderer::append(std::string_view text, std::uint32_t at) {
  if (out_->size() + text.size() > limits_.output_bytes) {
    return fail(at, "the output is larger than a render may make");
  }
  out_->append(text);
  return true;
}

bool Renderer::append(const Value& value, std::uint32_t at) {
  if (value.is_string()) return append(value.as_string(), at);
  if (value.append_text(*out_, limits_.output_bytes)) return true;
  return fail(at, "a value prints larger, or is nested deeper, than a render may");
}

Renderer::Flow Renderer::render_block(const Block& block) {
  if (depth_ >= kMaxDepth) {
    fail(block.empty() ? 0 : block[0].at, "nested too deep");
    return Flow::kFailed;
  }
  ++depth_;
  Flow flow = Flow::kGo;
  for (const Statement& statement : block) {
    if (!spend(statement.at)) {
      flow = Flow::kFailed;
      break;
    }
    bool good = true;
    switch (statement.kind) {
      case Statement::Kind::kText:
        good = append(statement.text, statement.at);
        break;
      case Statement::Kind::kOutput:
        good = output(*statement.reference);
        break;
      case Statement::Kind::kSet:
        good = assign(statement);
        break;
      case Statement::Kind::kIf:
        flow = render_if(statement);
        break;
      case Statement::Kind::kForeach:
        flow = render_foreach(statement);
        break;
      case Statement::Kind::kMacro:
        flow = render_macro(statement);
        break;
      case Statement::Kind::kDefine:
        variables_[statement.slot] = {Variable::State::kDefined, &statement.blocks[0], Value()};
        break;
      case Statement::Kind::kBreak:
        flow = Flow::kBreak;
        break;
      case Statement::Kind::kStop:
        flow = Flow::kStop;
        break;
    }
    if (!good) flow = Flow::kFailed;
    if (flow != Flow::kGo) break;
  }
  --depth_;
  return flow;
}

Renderer::Flow Renderer::render_if(const Statement& statement) {
  for (std::size_t i = 0; i < statement.items.size(); ++i) {
    Value condition;
    if (!evaluate(*statement.items[i], condition)) return Flow::kFailed;
    if (is_true(condition)) return render_block(statement.blocks[i]);
  }
  const bool has_else = statement.blocks.size() > statement.items.size();
  return has_else ? render_block(statement.blocks.back()) : Flow::kGo;
}

// What a loop goes over, at most as many as it may, and how many there are.
bool Renderer::items_of(const Value& value, std::vector<Value>& out, std::size_t& count) const {
  if (value.kind() == Value::Kind::kList) {
    const List& items = value.as_list();
    count = items.size();
    const auto end =
        items.begin() + static_cast<std::ptrdiff_t>(std::min(count, limits_.loop_rounds));
    out.assign(items.begin(), end);
    return true;
  }
  if (value.kind() != Value::Kind::kMap) return false;
  count = value.as_map().size();
  for (const Map::Member& member : value.as_map().members()) {
    if (out.size() == limits_.loop_rounds) break;
    out.push_back(member.value);
  }
  return true;
}

Renderer::Flow Renderer::render_foreach(const Statement& statement) {
  Value source;
  if (!evaluate(*statement.items[0], source)) return Flow::kFailed;
  std::vector<Value> items;
  std::size_t count = 0;
  if (!items_of(source, items, count) || items.empty()) return Flow::kGo;
  if (!work_.spend(items.size() / 8)) {
    fail(statement.at, too_many_steps());
    return Flow::kFailed;
  }
  source = Value();
  // A loop's variables are gone when it ends.
  std::vector<std::pair<std::uint32_t, Variable>> before;
  for (const auto slot :
       {std::optional(statement.slot), foreach_slot_, count_slot_, has_next_slot_}) {
    if (slot) before.emplace_back(*slot, variables_[*slot]);
  }
  if (foreach_slot_) {
    const Value& parent = variables_[*foreach_slot_].value;
    auto state = std::make_shared<LoopState>(count, parent);
    variables_[*foreach_slot_] = {Variable::State::kValue, nullptr,
                                  Value::object(std::move(state))};
  }
  const Flow flow = render_rounds(statement, items);
  for (auto& [slot, variable] : before) variables_[slot] = std::move(variable);
  return flow;
}

Renderer::Flow Renderer::render_rounds(const Statement& statement,
                                       const std::vector<Value>& items) {
  const Value loop = foreach_slot_ ? variables_[*foreach_slot_].value : Value();
  auto* const state = foreach_slot_ ? static_cast<LoopState*>(&loop.as_object()) : nullptr;
  for (std::size_t i = 0; i < items.size(); ++i) {
    variables_[statement.slot] = {Variable::State::kValue, nullptr, items[i]};
    if (state) state->move_to(i);
    if (count_slot_) {
      const Value count = Value::integer(static_cast<std::int64_t>(i) + 1);
      variables_[*count_slot_] = {Variable::State::kValue, nullptr, count};
    }
    if (has_next_slot_) {
      const Value more = Value::boolean(i + 1 < items.size());
      variables_[*has_next_slot_] = {Variable::State::kValue, nullptr, more};
    }
    if (!spend(statement.at)) return Flow::kFailed;
    const Flow flow = render_block(statement.blocks[0]);
    if (flow == Flow::kBreak) break;
    if (flow != Flow::kGo) return flow;
  }
  return Flow::kGo;
}

Renderer::Flow Renderer::render_macro(const Statement& statement) {
  const Macro& macro = program_.macros[statement.slot];
  if (!macro.defined) return append(statement.text, statement.at) ? Flow::kGo : Flow::kFailed;
  if (macro_depth_ >= kMaxMacroDepth) {
    fail(statement.at, "macros call one another too deep");
    return Flow::kFailed;
  }
  std::vector<Variable> arguments(std::max(macro.parameters.size(), statement.items.size()));
  for (std::size_t i = 0; i < statement.items.size(); ++i) {
    arguments[i].state = Variable::State::kValue;
    if (!evaluate(*statement.items[i], arguments[i].value)) return Flow::kFailed;
  }
  for (std::size_t i = 0; i < macro.parameters.size(); ++i) {
    arguments[i].state = Variable::State::kValue;
    std::swap(variables_[macro.parameters[i]], arguments[i]);
  }
  ++macro_depth_;
  Flow flow = render_block(macro.body);
  --macro_depth_;
  for (std::size_t i = macro.parameters.size(); i-- > 0;) {
    std::swap(variables_[macro.parameters[i]], arguments[i]);
  }
  return flow == Flow::kBreak ? Flow::kGo : flow;
}

// Backslashes: half of them are printed before a value that is there; an odd one makes the
// reference print as it stands. Without a value nothing is halved (Velocity's rule).
bool Renderer::output(const Reference& reference) {
  Value value;
  if (!resolve(reference, reference.steps.size(), value)) return false;
  const std::uint32_t slashes = reference.backslashes;
  if (slashes > 0) {
    const std::uint32_t printed = value.is_null() ? slashes : slashes / 2;
    if (!append(std::string(printed, '\\'), reference.at)) return false;
    if (slashes % 2 == 1) return append(reference.source, reference.at);
  }
  return value.is_null() || append(value, reference.at);
}

bool Renderer::render_text(const Block& block, std::uint32_t at, Value& out) {
  std::string text;
  std::string* const before = std::exchange(out_, &text);
  const Flow flow = render_block(block);
  out_ = before;
  if (flow == Flow::kFailed) return false;
  if (!work_.take(text.size() + 48)) return fail(at, too_much_memory());
  out = Value::string(std::move(text));
  return true;
}

}  // namespace fairlead::vtl
