// $foreach: where a loop is.
#pragma once

#include "lang/vtl/value.h"

namespace fairlead::vtl {

class LoopState : public Object {
 public:
  LoopState(std::size_t total, Value parent) : total_(total), parent_(std::move(parent)) {}
  void move_to(std::size_t index) { index_ = index; }
  bool has_next() const { return index_ + 1 < total_; }

  Result<Value> property(std::string_view name) override;
  Result<Value> call(std::string_view name, std::span<const Value> arguments) override;
  std::string text() const override { return "{}"; }

 private:
  std::size_t index_ = 0;
  std::size_t total_;
  Value parent_;  // of the loop around
};

}  // namespace fairlead::vtl
