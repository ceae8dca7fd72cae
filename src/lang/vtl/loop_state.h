// $foreach: where a loop is.
#pragma once

#include "lang/vtl/value.h"

namespace fairlead::vtl {

class LoopState : public Object {
 public:
  // `parent` is dropped when it is no loop, or the chain of loops would get longer than any
  // template nests them (#set can make such chains, and letting go of them recurses).
  LoopState(std::size_t total, const Value& parent);
  void move_to(std::size_t index) { index_ = index; }
  bool has_next() const { return index_ + 1 < total_; }

  Result<Value> property(std::string_view name) override;
  Result<Value> call(std::string_view name, std::span<const Value> arguments) override;
  std::string text() const override { return "{}"; }

 private:
  std::size_t index_ = 0;
  std::size_t total_;
  Value parent_;  // of the loop around
  int depth_ = 0;
};

}  // namespace fairlead::vtl
