// When a folder that changes has changed enough: a moment of quiet after the last change, so that
// an editor's rename-and-replace or "save all" is one swap; bounded, so that a folder that never
// rests is still looked at. Installing packages touches thousands of files: those wait longer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace fairlead::app {

enum class ChangeKind { kSource, kDependency };

class Debounce {
 public:
  static constexpr std::int64_t kQuietMs = 30, kLongestMs = 200;
  static constexpr std::int64_t kDependencyQuietMs = 1'000, kDependencyLongestMs = 15'000;

  void changed(std::int64_t now_ms, ChangeKind kind) {
    if (!pending_) *this = Debounce(now_ms);
    last_ms_ = now_ms;
    dependencies_ |= kind == ChangeKind::kDependency;
  }
  // Tries again after `wait_ms`, for what could not be done now; the first change stays the first.
  void again(std::int64_t first_ms, std::int64_t now_ms, std::int64_t wait_ms) {
    if (!pending_) *this = Debounce(first_ms);
    not_before_ms_ = now_ms + wait_ms;
  }

  // When it is to be looked at; empty when nothing changed.
  std::optional<std::int64_t> due_ms() const {
    if (!pending_) return std::nullopt;
    const std::int64_t quiet = last_ms_ + (dependencies_ ? kDependencyQuietMs : kQuietMs);
    const std::int64_t longest = first_ms_ + (dependencies_ ? kDependencyLongestMs : kLongestMs);
    return std::max(std::min(quiet, longest), not_before_ms_);
  }
  // If it is due: when it first changed, and it is quiet again.
  std::optional<std::int64_t> take(std::int64_t now_ms) {
    const auto due = due_ms();
    if (!due || *due > now_ms) return std::nullopt;
    pending_ = false;
    return first_ms_;
  }

  Debounce() = default;

 private:
  explicit Debounce(std::int64_t first_ms)
      : pending_(true), first_ms_(first_ms), last_ms_(first_ms) {}

  bool pending_ = false, dependencies_ = false;
  std::int64_t first_ms_ = 0, last_ms_ = 0, not_before_ms_ = 0;
};

}  // namespace fairlead::app
