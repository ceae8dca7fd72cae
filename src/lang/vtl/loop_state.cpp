// $foreach.index, .count, .hasNext, .first, .last, .parent and .topmost.
#include "lang/vtl/loop_state.h"

#include "lang/vtl/vtl.h"

namespace fairlead::vtl {

LoopState::LoopState(std::size_t total, const Value& parent) : total_(total) {
  if (parent.kind() != Value::Kind::kObject) return;
  const auto* state = dynamic_cast<const LoopState*>(&parent.as_object());
  if (!state || state->depth_ >= kMaxNesting) return;
  parent_ = parent;
  depth_ = state->depth_ + 1;
}

Result<Value> LoopState::property(std::string_view name) {
  if (name == "index") return Value::integer(static_cast<std::int64_t>(index_));
  if (name == "count") return Value::integer(static_cast<std::int64_t>(index_) + 1);
  if (name == "hasNext") return Value::boolean(has_next());
  if (name == "first") return Value::boolean(index_ == 0);
  if (name == "last") return Value::boolean(!has_next());
  if (name == "parent") return parent_;
  if (name != "topmost" || parent_.kind() != Value::Kind::kObject) return Value();
  Value top = parent_;
  for (;;) {
    const auto* state = dynamic_cast<const LoopState*>(&top.as_object());
    if (!state || state->parent_.kind() != Value::Kind::kObject) return top;
    top = Value(state->parent_);
  }
}

Result<Value> LoopState::call(std::string_view name, std::span<const Value> arguments) {
  if (!arguments.empty()) return Value();
  if (name == "hasNext") return property(name);
  if (name == "getIndex") return property("index");
  if (name == "getCount") return property("count");
  if (name == "isFirst") return property("first");
  if (name == "isLast") return property("last");
  return Value();
}

}  // namespace fairlead::vtl
