// A value in an Insights query: text, number, time, truth or nothing. Inside lang/logs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace fairlead::logs {

class Value {
 public:
  enum class Kind : std::uint8_t { kMissing, kText, kNumber, kTime, kBool };

  Value() = default;
  static Value text(std::string text);
  static Value number(double number);
  static Value moment(double ms);  // since the Unix epoch
  static Value truth(bool truth);
  static Value of_json(const Json& json);  // objects and arrays as their JSON text

  Kind kind() const { return kind_; }
  bool missing() const { return kind_ == Kind::kMissing; }
  // A number, also one that is written as text; a time's milliseconds; 1 and 0 for truths.
  std::optional<double> as_number() const;
  // As results show it: numbers with at most four decimals, times as 2026-01-12 21:44:56.599.
  std::string shown() const;
  bool holds() const;  // as a condition: not missing, not zero, not empty, not "false"
  std::size_t size() const { return sizeof(Value) + text_.size(); }

 private:
  Kind kind_ = Kind::kMissing;
  double number_ = 0;
  std::string text_;
};

// Numerically where both are numbers, else as text; missing values come first.
int compare(const Value& a, const Value& b);
bool same(const Value& a, const Value& b);  // missing equals nothing

}  // namespace fairlead::logs
