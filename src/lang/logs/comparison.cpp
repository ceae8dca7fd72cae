// Comparisons of filter patterns: wildcards at the ends, numbers, regular expressions.
#include "lang/logs/comparison.h"

#include <charconv>
#include <cmath>

namespace fairlead::logs {

std::optional<double> read_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.starts_with('+')) return std::nullopt;
  const char first = text.starts_with('-') && text.size() > 1 ? text[1] : text[0];
  if ((first < '0' || first > '9') && first != '.') return std::nullopt;  // no "inf", no "nan"
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<Comparison> Comparison::read(PatternReader& reader, std::string_view ends) {
  Comparison test;
  if (reader.accept("!=")) {
    test.order_ = Order::kNotEqual;
  } else if (reader.accept("<=")) {
    test.order_ = Order::kLessOrEqual;
  } else if (reader.accept(">=")) {
    test.order_ = Order::kGreaterOrEqual;
  } else if (reader.accept("<")) {
    test.order_ = Order::kLess;
  } else if (reader.accept(">")) {
    test.order_ = Order::kGreater;
  } else if (!reader.accept("=")) {
    return invalid_filter_pattern();
  }
  reader.skip_space();
  const bool ordering = test.order_ != Order::kEqual && test.order_ != Order::kNotEqual;
  if (reader.front() == '%') {
    if (ordering) return invalid_filter_pattern();
    test.regex_ = TRY(reader.take_regex());
    return test;
  }
  const bool quoted = reader.front() == '"';
  if (quoted) {
    test.text_ = TRY(reader.take_quoted());
  } else {
    test.text_ = reader.take_while(
        [&](char c) { return !is_space(c) && ends.find(c) == std::string_view::npos; });
    static constexpr std::string_view kSigns = "*._-+:/@#";
    for (const char c : test.text_) {
      if (!is_word(c) && kSigns.find(c) == std::string_view::npos) {
        return invalid_character(test.text_);
      }
    }
    test.number_ = read_number(test.text_);
  }
  if (test.text_.empty() && !quoted) return invalid_filter_pattern();
  if (ordering) {
    if (!test.number_) return invalid_filter_pattern();
    return test;
  }
  if (test.text_.starts_with('*')) {
    test.any_before_ = true;
    test.text_.erase(0, 1);
  }
  if (test.text_.ends_with('*')) {
    test.any_after_ = true;
    test.text_.pop_back();
  } else if (test.text_.empty() && test.any_before_) {
    test.any_after_ = true;
  }
  return test;
}

bool Comparison::equals(std::string_view text, std::optional<double> number) const {
  if (regex_) return regex_->found_in(text);
  if (number_ && number) return *number_ == *number;
  if (any_before_ && any_after_) return text.find(text_) != std::string_view::npos;
  if (any_before_) return text.ends_with(text_);
  if (any_after_) return text.starts_with(text_);
  return text == text_;
}

bool Comparison::holds(std::string_view text, std::optional<double> number) const {
  switch (order_) {
    case Order::kEqual:
      return equals(text, number);
    case Order::kNotEqual:
      return !equals(text, number);
    case Order::kLess:
      return number && *number < *number_;
    case Order::kLessOrEqual:
      return number && *number <= *number_;
    case Order::kGreater:
      return number && *number > *number_;
    case Order::kGreaterOrEqual:
      return number && *number >= *number_;
  }
  return false;
}

}  // namespace fairlead::logs
