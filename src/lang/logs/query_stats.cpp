// Counting, summing and ranking.
#include "lang/logs/query_stats.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "lang/logs/errors.h"
#include "lang/logs/query_functions.h"

namespace fairlead::logs {

namespace {
constexpr std::size_t kMaxBytes = 64 * 1024 * 1024;
constexpr std::size_t kMaxGroups = 100'000;
constexpr std::size_t kMaxSamples = 65'536;
}  // namespace

std::size_t Accumulator::add_sample(double number) {
  if (samples_.size() < kMaxSamples) {
    samples_.push_back(number);
    return sizeof(double);
  }
  // Each of the numbers so far stays with the same chance.
  draw_ ^= draw_ << 13;
  draw_ ^= draw_ >> 7;
  draw_ ^= draw_ << 17;
  const std::uint64_t place = draw_ % static_cast<std::uint64_t>(count_);
  if (place < kMaxSamples) samples_[place] = number;
  return 0;
}

std::size_t Accumulator::add(const Aggregate& what, const Record& record) {
  using Kind = Aggregate::Kind;
  if (!what.of) {
    ++count_;
    return 0;
  }
  const Value value = evaluate(*what.of, record);
  if (value.missing()) return 0;
  const auto number = value.as_number();
  switch (what.kind) {
    case Kind::kCount:
      ++count_;
      return 0;
    case Kind::kCountDistinct:
      return seen_.insert(std::hash<std::string>()(value.shown())).second ? 32 : 0;
    case Kind::kSum:
    case Kind::kAvg:
    case Kind::kStddev: {
      if (!number) return 0;
      ++count_;
      sum_ += *number;
      const double off = *number - mean_;
      mean_ += off / static_cast<double>(count_);
      squares_ += off * (*number - mean_);
      return 0;
    }
    case Kind::kPct:
      if (!number) return 0;
      ++count_;
      return add_sample(*number);
    case Kind::kMin:
    case Kind::kMax:
      if (!number) return 0;
      [[fallthrough]];
    case Kind::kSortsFirst:
    case Kind::kSortsLast: {
      const bool low = what.kind == Kind::kMin || what.kind == Kind::kSortsFirst;
      const int order = best_.missing() ? 0 : compare(value, best_);
      if (best_.missing() || (low ? order < 0 : order > 0)) best_ = value;
      return 0;
    }
    case Kind::kEarliest:
    case Kind::kLatest: {
      const double time = record.get("@timestamp").as_number().value_or(0);
      const bool better = what.kind == Kind::kEarliest ? time < best_time_ : time > best_time_;
      if (best_.missing() || better) {
        best_ = value;
        best_time_ = time;
      }
      return 0;
    }
  }
  return 0;
}

Value Accumulator::result(const Aggregate& what) const {
  using Kind = Aggregate::Kind;
  const double count = static_cast<double>(count_);
  switch (what.kind) {
    case Kind::kCount:
      return Value::number(count);
    case Kind::kCountDistinct:
      return Value::number(static_cast<double>(seen_.size()));
    case Kind::kSum:
      return count_ ? Value::number(sum_) : Value();
    case Kind::kAvg:
      return count_ ? Value::number(sum_ / count) : Value();
    case Kind::kStddev:
      return count_ ? Value::number(std::sqrt(squares_ / count)) : Value();
    case Kind::kPct: {
      if (samples_.empty()) return {};
      std::vector<double> sorted = samples_;
      const double rank = std::ceil(what.percent / 100 * static_cast<double>(sorted.size()));
      const auto place = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
      std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(place),
                       sorted.end());
      return Value::number(sorted[place]);
    }
    default:
      return best_;
  }
}

Status Grouping::add(const Record& record) {
  std::vector<Value> by;
  std::string key;
  for (const Named& group : stats_.groups) {
    by.push_back(evaluate(group.expression, record));
    const std::string text = by.back().shown();
    key += std::to_string(by.back().missing() ? -1 : static_cast<long>(text.size())) + ":" + text;
  }
  const auto [place, is_new] = places_.emplace(key, groups_.size());
  if (is_new) {
    bytes_ += 2 * key.size() + 200 + stats_.slots.size() * sizeof(Accumulator);
    groups_.push_back({std::move(by), std::vector<Accumulator>(stats_.slots.size())});
  }
  Group& group = groups_[place->second];
  for (std::size_t i = 0; i < stats_.slots.size(); ++i) {
    bytes_ += group.slots[i].add(stats_.slots[i], record);
  }
  if (bytes_ > kMaxBytes || groups_.size() > kMaxGroups) {
    return malformed_query("The query needs too much memory: group by less, or filter more.");
  }
  return {};
}

std::vector<Record> Grouping::results() const {
  std::vector<Record> records;
  std::vector<Group> none;
  if (groups_.empty() && stats_.groups.empty()) {
    none.push_back({{}, std::vector<Accumulator>(stats_.slots.size())});
  }
  for (const Group& group : groups_.empty() ? none : groups_) {
    std::vector<Value> slots;
    for (std::size_t i = 0; i < stats_.slots.size(); ++i) {
      slots.push_back(group.slots[i].result(stats_.slots[i]));
    }
    Record record;
    for (std::size_t i = 0; i < stats_.groups.size(); ++i) {
      record.set(stats_.groups[i].name, group.by[i]);
    }
    for (const Named& named : stats_.named) {
      record.set(named.name, evaluate(named.expression, record, &slots));
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace fairlead::logs
