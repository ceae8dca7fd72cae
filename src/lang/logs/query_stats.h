// The stats command: groups and their aggregates. Inside lang/logs.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "lang/logs/query_command.h"
#include "lang/logs/query_record.h"

namespace fairlead::logs {

// One aggregate of one group.
class Accumulator {
 public:
  // Answers how many bytes more it keeps.
  std::size_t add(const Aggregate& what, const Record& record);
  Value result(const Aggregate& what) const;

 private:
  std::size_t add_sample(double number);

  std::int64_t count_ = 0;
  double sum_ = 0, mean_ = 0, squares_ = 0;  // Welford's, for stddev
  Value best_;
  double best_time_ = 0;
  std::unordered_set<std::size_t> seen_;  // hashes
  std::vector<double> samples_;           // all of them, or 65,536 drawn evenly
  std::uint64_t draw_ = 88172645463325252ull;
};

class Grouping {
 public:
  explicit Grouping(const Command& stats) : stats_(stats) {}
  Status add(const Record& record);  // MalformedQueryException when memory does not suffice
  std::vector<Record> results() const;

 private:
  struct Group {
    std::vector<Value> by;
    std::vector<Accumulator> slots;
  };
  const Command& stats_;
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<Group> groups_;  // in the order of their first records
  std::size_t bytes_ = 0;
};

}  // namespace fairlead::logs
