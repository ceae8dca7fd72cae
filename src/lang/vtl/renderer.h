// One render of one template. Functions that return bool answer false after `fail`. Nothing here
// keeps more than a little on the stack: renders run on fibers, and templates nest.
#pragma once

#include <string>
#include <vector>

#include "lang/vtl/loop_state.h"
#include "lang/vtl/program.h"
#include "lang/vtl/vtl.h"
#include "lang/vtl/work.h"

namespace fairlead::vtl {

inline constexpr int kMaxDepth = 128;  // of blocks and expressions in one another

class Renderer {
 public:
  Renderer(const Program& program, Scope& scope, const Limits& limits);
  Result<std::string> run();

 private:
  enum class Flow { kGo, kBreak, kStop, kFailed };
  struct Variable {
    enum class State { kUnasked, kValue, kDefined };
    State state = State::kUnasked;
    const Block* defined = nullptr;  // by #define: rendered at each use
    Value value;
  };

  // render.cpp
  Flow render_block(const Block& block);
  Flow render_if(const Statement& statement);
  Flow render_foreach(const Statement& statement);
  Flow render_rounds(const Statement& statement, const std::vector<Value>& items);
  Flow render_macro(const Statement& statement);
  bool output(const Reference& reference);
  bool append(std::string_view text, std::uint32_t at);
  bool append(const Value& value, std::uint32_t at);
  bool render_text(const Block& block, std::uint32_t at, Value& out);
  bool items_of(const Value& value, std::vector<Value>& out, std::size_t& count) const;

  // evaluate.cpp
  bool evaluate(const Expr& expr, Value& out);
  bool evaluate_chain(const Expr& expr, Value& out);
  bool evaluate_logic(const Expr& expr, Value& out);
  bool evaluate_items(const Expr& expr, Value& out);
  bool evaluate_range(const Expr& expr, Value& out);
  bool apply_operator(const Expr& expr, std::size_t i, Value& left, const Value& right);
  bool join(const Expr& expr, std::size_t i, Value& left, const Value& right);

  // references.cpp
  bool look_up(const Reference& reference, Value& out);
  bool resolve(const Reference& reference, std::size_t steps, Value& out);
  bool apply_step(const Step& step, Value& value);
  bool apply_index(const Step& step, Value& value);
  bool apply_call(const Step& step, Value& value);
  bool assign(const Statement& statement);
  bool assign_within(const Step& step, const Value& container, Value value);

  bool fail(std::uint32_t at, Error error);
  bool fail(std::uint32_t at, std::string_view what) { return fail(at, failure(what)); }
  bool spend(std::uint32_t at) { return work_.spend(1) || fail(at, too_many_steps()); }

  const Program& program_;
  Scope& scope_;
  const Limits& limits_;
  Work work_;
  std::vector<Variable> variables_;
  std::string result_;
  std::string* out_ = &result_;
  int depth_ = 0;
  int macro_depth_ = 0;
  Error error_;
  // Slots that loops fill, where the template uses them.
  std::optional<std::uint32_t> foreach_slot_;
  std::optional<std::uint32_t> count_slot_;
  std::optional<std::uint32_t> has_next_slot_;
};

}  // namespace fairlead::vtl
