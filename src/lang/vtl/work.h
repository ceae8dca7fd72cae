// What one render may still spend, and what it must tidy away when it ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lang/vtl/errors.h"
#include "lang/vtl/value.h"

namespace fairlead::vtl {

class Work {
 public:
  Work(std::uint64_t steps, std::size_t memory_bytes) : steps_(steps), memory_(memory_bytes) {}
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  // Rings of lists and maps would never be freed: whatever took another one in is emptied.
  ~Work() {
    for (const Value& container : touched_) empty_out(container);
  }

  bool spend(std::uint64_t steps) {
    if (steps > steps_) return steps_ = 0, false;
    steps_ -= steps;
    return true;
  }
  bool take(std::size_t bytes) {
    if (bytes > memory_) return memory_ = 0, false;
    memory_ -= bytes;
    return true;
  }
  std::uint64_t& steps() { return steps_; }
  std::size_t memory() const { return memory_; }

  // `container` got `inner` into it.
  void note_insert(const Value& container, const Value& inner) {
    const auto kind = inner.kind();
    if (kind != Value::Kind::kList && kind != Value::Kind::kMap) return;
    if (touched_.empty() || !same(touched_.back(), container)) touched_.push_back(container);
  }

 private:
  static bool same(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return false;
    return a.kind() == Value::Kind::kMap ? &a.as_map() == &b.as_map()
                                         : &a.as_list() == &b.as_list();
  }
  static void empty_out(const Value& container) {
    if (container.kind() == Value::Kind::kMap) {
      container.as_map().clear();
    } else {
      const List items = std::move(container.as_list());
      container.as_list().clear();
    }
  }

  std::uint64_t steps_;
  std::size_t memory_;
  std::vector<Value> touched_;
};

inline Error too_many_steps() { return failure("the template does more than a render may"); }
inline Error too_much_memory() {
  return failure("the template needs more memory than a render may");
}

}  // namespace fairlead::vtl
