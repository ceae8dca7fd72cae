// Operators one by one. Literal numbers are compared by their text ("300" is not "300.0"), as AWS
// documents; only `numeric` compares values.
#include "lang/patterns/test.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/address_range.h"
#include "base/text.h"

namespace fairlead::patterns {

const ErrorCode kInvalidPattern{"InvalidEventPatternException", 400};

Error invalid_pattern(std::string message) { return {&kInvalidPattern, std::move(message), {}}; }

namespace {

constexpr std::array<std::string_view, 8> kNames = {"prefix",   "suffix",      "equals-ignore-case",
                                                    "wildcard", "numeric",     "exists",
                                                    "cidr",     "anything-but"};
constexpr double kMostNumber = 5e9;

bool is_address_range(const std::string& text) {
  const std::string address = text.substr(0, text.find('/'));
  return text.find('/') != std::string::npos && in_address_range(text, address);
}

}  // namespace

bool is_test_name(std::string_view name) {
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

Result<Test> Test::compile(const Json& test) {
  if (test.is_array()) return invalid_pattern("Match value must be a scalar or an object");
  if (!test.is_object()) {
    Test literal;
    literal.literal_ = test;
    return literal;
  }
  if (test.size() != 1) return invalid_pattern("Only one key allowed in match expression");
  const auto& [name, value] = test.members().front();
  return operator_test(name, value);
}

Result<Test> Test::operator_test(std::string_view name, const Json& value) {
  if (name == "prefix") return text_test(Kind::kPrefix, name, value);
  if (name == "suffix") return text_test(Kind::kSuffix, name, value);
  if (name == "equals-ignore-case") return text_test(Kind::kIgnoringCase, name, value);
  if (name == "wildcard") return text_test(Kind::kWildcard, name, value);
  if (name == "cidr") return text_test(Kind::kCidr, name, value);
  if (name == "numeric") return numeric_test(value);
  if (name == "anything-but") return anything_but(value);
  if (name == "exists") {
    if (!value.is_bool()) {
      return invalid_pattern("exists match pattern must be either true or false.");
    }
    Test test;
    test.kind_ = value.as_bool() ? Kind::kPresent : Kind::kAbsent;
    return test;
  }
  return invalid_pattern("Unrecognized match type " + std::string(name));
}

// {"prefix": "x"} and {"prefix": {"equals-ignore-case": "x"}}.
Result<Test> Test::text_test(Kind kind, std::string_view name, const Json& value) {
  Test test;
  test.kind_ = kind;
  const Json* text = &value;
  const bool may_ignore_case = kind == Kind::kPrefix || kind == Kind::kSuffix;
  if (may_ignore_case && value.is_object() && value.size() == 1) {
    text = value.find("equals-ignore-case");
    test.case_ = Case::kIgnored;
  }
  if (!text || !text->is_string()) {
    return invalid_pattern(std::string(name) + " match pattern must be a string");
  }
  test.text_ = text->as_string();
  if (kind == Kind::kWildcard) TRY(test.read_wildcard(test.text_));
  if (kind == Kind::kCidr && !is_address_range(test.text_)) {
    return invalid_pattern("Malformed CIDR, one '/' required");
  }
  if (test.case_ == Case::kIgnored || kind == Kind::kIgnoringCase) {
    test.text_ = to_lower(test.text_);
  }
  return test;
}

Status Test::read_wildcard(const std::string& pattern) {
  pieces_.emplace_back();
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*') {
      if (i > 0 && pieces_.size() > 1 && pieces_.back().empty()) {
        return invalid_pattern("Consecutive wildcard characters at pos " + std::to_string(i - 1));
      }
      pieces_.emplace_back();
      continue;
    }
    if (pattern[i] == '\\') {
      const char next = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
      if (next != '*' && next != '\\') {
        return invalid_pattern("Invalid escape character at pos " + std::to_string(i));
      }
      ++i;
    }
    pieces_.back() += pattern[i];
  }
  return {};
}

Status Test::read_bound(const std::string& sign, const Json& number) {
  const auto value = number.is_number() ? number.to_double() : std::nullopt;
  if (!value) return invalid_pattern("Value of " + sign + " must be numeric");
  if (*value < -kMostNumber || *value > kMostNumber) {
    return invalid_pattern("Value must be between -5.0E9 and 5.0E9, inclusive");
  }
  const Bound bound{*value, sign.find('=') != std::string::npos, true};
  if (sign == "=") {
    low_ = high_ = bound;
  } else if (sign == ">" || sign == ">=") {
    if (low_.given || high_.given)
      return invalid_pattern("Too many elements in numeric expression");
    low_ = bound;
  } else if (sign == "<" || sign == "<=") {
    if (high_.given) return invalid_pattern("Too many elements in numeric expression");
    high_ = bound;
  } else {
    return invalid_pattern("Unrecognized numeric range operator: " + sign);
  }
  return {};
}

Result<Test> Test::numeric_test(const Json& value) {
  Test test;
  test.kind_ = Kind::kNumeric;
  const auto& items = value.items();
  if (!value.is_array() || (items.size() != 2 && items.size() != 4)) {
    return invalid_pattern("Value of numeric must be an array of an operator and a number.");
  }
  for (std::size_t i = 0; i < items.size(); i += 2) {
    if (!items[i].is_string()) return invalid_pattern("Invalid member in numeric match");
    if (i > 0 && !test.low_.given) return invalid_pattern("Bad numeric range operator");
    TRY(test.read_bound(items[i].as_string(), items[i + 1]));
  }
  if (items.size() == 4) {
    if (!test.high_.given) return invalid_pattern("Bad numeric range operator");
    if (test.low_.value >= test.high_.value) {
      return invalid_pattern("Bottom must be less than top");
    }
  }
  return test;
}

Result<Test> Test::anything_but(const Json& value) {
  Test test;
  test.kind_ = Kind::kAnythingBut;
  const auto add_literal = [&](const Json& item) -> Status {
    if (!item.is_string() && !item.is_number()) {
      return invalid_pattern("Inside anything but list, start|null|boolean is not supported.");
    }
    test.none_of_.push_back(TRY(compile(item)));
    return {};
  };
  if (value.is_object()) {
    if (value.size() != 1) return invalid_pattern("Only one key allowed in match expression");
    const auto& [name, inner] = value.members().front();
    if (name != "prefix" && name != "suffix" && name != "equals-ignore-case" &&
        name != "wildcard") {
      return invalid_pattern("Unsupported anything-but pattern: " + name);
    }
    if (!inner.is_array()) {
      test.none_of_.push_back(TRY(operator_test(name, inner)));
    }
    for (const Json& item : inner.items()) {
      test.none_of_.push_back(TRY(operator_test(name, item)));
    }
  } else if (value.is_array()) {
    for (const Json& item : value.items()) TRY(add_literal(item));
  } else {
    TRY(add_literal(value));
  }
  if (test.none_of_.empty()) return invalid_pattern("Empty arrays are not allowed");
  return test;
}

bool Test::holds(const Json& value) const {
  if (kind_ == Kind::kAbsent) return false;
  if (!value.is_array()) return !value.is_object() && holds_for(value);
  return std::any_of(value.items().begin(), value.items().end(),
                     [&](const Json& item) { return holds(item); });
}

bool Test::holds_for(const Json& scalar) const {
  switch (kind_) {
    case Kind::kLiteral:
      return scalar == literal_;
    case Kind::kPresent:
      return true;
    case Kind::kAbsent:
      return false;
    case Kind::kNumeric:
      return in_bounds(scalar);
    case Kind::kAnythingBut:
      return std::none_of(none_of_.begin(), none_of_.end(),
                          [&](const Test& test) { return test.holds_for(scalar); });
    default:
      return scalar.is_string() && holds_for_text(scalar.as_string());
  }
}

bool Test::holds_for_text(const std::string& text) const {
  if (kind_ == Kind::kWildcard) return wildcard_holds(text);
  if (kind_ == Kind::kCidr) return in_address_range(text_, text);
  if (kind_ == Kind::kIgnoringCase) return to_lower(text) == text_;
  const std::string seen = case_ == Case::kIgnored ? to_lower(text) : text;
  return kind_ == Kind::kPrefix ? seen.starts_with(text_) : seen.ends_with(text_);
}

bool Test::in_bounds(const Json& scalar) const {
  const auto value = scalar.is_number() ? scalar.to_double() : std::nullopt;
  if (!value) return false;
  if (low_.given && (low_.included ? *value < low_.value : *value <= low_.value)) return false;
  if (high_.given && (high_.included ? *value > high_.value : *value >= high_.value)) return false;
  return true;
}

// The first piece begins the text, the last one ends it, the others follow each other in between.
bool Test::wildcard_holds(std::string_view text) const {
  if (pieces_.size() == 1) return text == pieces_[0];
  const std::string& first = pieces_.front();
  const std::string& last = pieces_.back();
  if (text.size() < first.size() + last.size() || !text.starts_with(first)) return false;
  text.remove_prefix(first.size());
  if (!text.ends_with(last)) return false;
  text.remove_suffix(last.size());
  for (std::size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const auto at = text.find(pieces_[i]);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + pieces_[i].size());
  }
  return true;
}

}  // namespace fairlead::patterns
