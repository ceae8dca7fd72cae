// Numbers, their order, and who waits for them.
#include "services/dynamodb/stream.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/arn.h"
#include "base/check.h"
#include "base/hashes.h"

namespace fairlead::dynamodb {

namespace {

constexpr Sequence kPerMillisecond = 10'000;
constexpr std::size_t kSequenceDigits = 20;
constexpr const char* kViews[] = {"KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"};

std::string padded(std::uint64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

std::string hex8(std::uint64_t number) {
  std::string text(8, '0');
  for (std::size_t i = 0; i < 8; ++i) text[i] = "0123456789abcdef"[(number >> (4 * i)) & 15];
  return text;
}

}  // namespace

const char* view_name(StreamView view) { return kViews[static_cast<int>(view)]; }

std::optional<StreamView> read_view(std::string_view name) {
  for (int i = 0; i < 4; ++i) {
    if (name == kViews[i]) return static_cast<StreamView>(i);
  }
  return std::nullopt;
}

Sequence sequence_at(std::int64_t now_ms) {
  return now_ms <= 0 ? 0 : static_cast<Sequence>(now_ms) * kPerMillisecond;
}

std::string sequence_text(Sequence sequence) { return "1" + padded(sequence, kSequenceDigits); }

std::optional<Sequence> read_sequence(std::string_view text) {
  if (text.size() != kSequenceDigits + 1 || text[0] != '1') return std::nullopt;
  text.remove_prefix(1);
  Sequence sequence = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), sequence);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return sequence;
}

Stream::Stream(StreamFacts facts, Sequence last)
    : facts_(std::move(facts)), last_(last), visible_(last) {}

std::string Stream::arn() const {
  return format_arn("dynamodb", facts_.region, facts_.account,
                    "table/" + facts_.table + "/stream/" + facts_.label);
}

std::string Stream::shard_id() const {
  return "shardId-" + padded(static_cast<std::uint64_t>(facts_.created_ms), 20) + "-" +
         hex8(crc32c(arn()));
}

Sequence Stream::reserve(std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  last_ = std::max(last_ + 1, sequence_at(now_ms));
  pending_.push_back({last_, std::nullopt});
  return last_;
}

void Stream::settle(Sequence sequence, Outcome outcome) {
  Waiters woken;
  {
    std::lock_guard lock(mutex_);
    auto found = std::lower_bound(
        pending_.begin(), pending_.end(), sequence,
        [](const Pending& each, Sequence wanted) { return each.sequence < wanted; });
    CHECK(found != pending_.end() && found->sequence == sequence);
    found->outcome = outcome;
    const Sequence before = visible_;
    for (; !pending_.empty() && pending_.front().outcome; pending_.pop_front()) {
      if (*pending_.front().outcome == Outcome::kDurable) visible_ = pending_.front().sequence;
    }
    if (visible_ != before) woken.swap(waiters_);
  }
  for (auto& [id, future] : woken) future.set(true);
}

void Stream::close() {
  Waiters woken;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    woken.swap(waiters_);
  }
  for (auto& [id, future] : woken) future.set(true);
}

Sequence Stream::visible() const {
  std::lock_guard lock(mutex_);
  return visible_;
}

bool Stream::closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

bool Stream::wait(Sequence after, std::int64_t deadline_ms) {
  Future<bool> woken;
  std::uint64_t id = 0;
  {
    std::lock_guard lock(mutex_);
    if (closed_ || visible_ > after) return true;
    id = next_waiter_++;
    waiters_.emplace_back(id, woken);
  }
  if (woken.get_until(deadline_ms)) return true;
  std::lock_guard lock(mutex_);
  std::erase_if(waiters_, [&](const auto& waiter) { return waiter.first == id; });
  return closed_ || visible_ > after;
}

}  // namespace fairlead::dynamodb
