// RE2 behind a table of slots, one for each distinct pattern of the house's models.
#include "wire/patterns.h"

#include <re2/re2.h>

#include <atomic>
#include <memory>
#include <vector>

namespace fairlead::wire {
namespace {

std::unique_ptr<RE2> compile(std::string_view regex) {
  RE2::Options options(RE2::Quiet);
  options.set_dot_nl(false);
  return std::make_unique<RE2>(re2::StringPiece(regex.data(), regex.size()), options);
}

bool full_match(const RE2& expression, std::string_view text) {
  if (!expression.ok()) return true;
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), expression);
}

// Two threads may compile the same pattern at once; one of them wins and the other's goes.
const RE2& compiled(std::uint16_t index, std::string_view regex) {
  // Never destroyed: other threads may still validate while the process ends.
  static auto& slots =
      *new std::vector<std::atomic<const RE2*>>(Models::house().pattern_count() + 1);
  std::atomic<const RE2*>& slot = slots[index];
  if (const RE2* ready = slot.load(std::memory_order_acquire)) return *ready;
  std::unique_ptr<RE2> fresh = compile(regex);
  const RE2* expected = nullptr;
  if (slot.compare_exchange_strong(expected, fresh.get(), std::memory_order_acq_rel)) {
    return *fresh.release();
  }
  return *expected;
}

}  // namespace

bool matches_pattern(const ShapeModel& shape, std::string_view text) {
  const std::string_view regex = shape.regex();
  if (regex.empty()) return true;
  // Only the house's own blob has slots (tests bring others).
  const bool house = shape.base() == Models::house().service(0).base();
  if (house) return full_match(compiled(shape.pattern_index(), regex), text);
  return full_match(*compile(regex), text);
}

}  // namespace fairlead::wire
