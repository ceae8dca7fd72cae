// How values compare and how they are shown.
#include "lang/logs/query_value.h"

#include <cmath>
#include <cstdio>

#include "base/clock.h"
#include "lang/logs/comparison.h"

namespace fairlead::logs {

Value Value::text(std::string text) {
  Value value;
  value.kind_ = Kind::kText;
  value.text_ = std::move(text);
  return value;
}

Value Value::number(double number) {
  Value value;
  if (!std::isfinite(number)) return value;
  value.kind_ = Kind::kNumber;
  value.number_ = number;
  return value;
}

Value Value::moment(double ms) {
  Value value = number(ms);
  if (!value.missing()) value.kind_ = Kind::kTime;
  return value;
}

Value Value::truth(bool truth) {
  Value value;
  value.kind_ = Kind::kBool;
  value.number_ = truth ? 1 : 0;
  return value;
}

Value Value::of_json(const Json& json) {
  switch (json.kind()) {
    case Json::Kind::kNull:
      return {};
    case Json::Kind::kBool:
      return truth(json.as_bool());
    case Json::Kind::kNumber:
      return text(json.number_text());
    case Json::Kind::kString:
      return text(json.as_string());
    default:
      return text(write_json(json));
  }
}

std::optional<double> Value::as_number() const {
  switch (kind_) {
    case Kind::kMissing:
      return std::nullopt;
    case Kind::kText:
      return read_number(text_);
    default:
      return number_;
  }
}

std::string Value::shown() const {
  switch (kind_) {
    case Kind::kMissing:
      return "";
    case Kind::kText:
      return text_;
    case Kind::kBool:
      return number_ != 0 ? "1" : "0";
    case Kind::kTime: {
      // The years 1970 to 9999; beyond them the number says more.
      if (number_ >= 0 && number_ < 253402300800000.0) {
        std::string out = iso8601_millis(static_cast<std::int64_t>(number_));
        out[10] = ' ';
        out.pop_back();
        return out;
      }
      break;
    }
    case Kind::kNumber:
      break;
  }
  char out[64];
  const bool whole = number_ == std::floor(number_) && std::fabs(number_) < 1e15;
  const bool huge = std::fabs(number_) >= 1e15;
  std::snprintf(out, sizeof out, whole ? "%.0f" : huge ? "%.16G" : "%.4f", number_);
  std::string text = out;
  if (!whole && !huge) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    if (text == "-0") text = "0";
  }
  return text;
}

bool Value::holds() const {
  if (kind_ == Kind::kMissing) return false;
  if (kind_ == Kind::kText) return !text_.empty() && text_ != "false" && text_ != "0";
  return number_ != 0;
}

int compare(const Value& a, const Value& b) {
  if (a.missing() || b.missing()) return int(!a.missing()) - int(!b.missing());
  const auto left = a.as_number(), right = b.as_number();
  if (left && right) return *left < *right ? -1 : *left > *right ? 1 : 0;
  const int order = a.shown().compare(b.shown());
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

bool same(const Value& a, const Value& b) {
  if (a.missing() || b.missing()) return false;
  // "true" as text and a truth are the same.
  const auto truth = [](const Value& value) -> std::optional<bool> {
    if (value.kind() == Value::Kind::kBool) return value.holds();
    const std::string text = value.shown();
    if (text == "true") return true;
    if (text == "false") return false;
    return std::nullopt;
  };
  if (a.kind() == Value::Kind::kBool || b.kind() == Value::Kind::kBool) {
    const auto left = truth(a), right = truth(b);
    if (left && right) return *left == *right;
  }
  return compare(a, b) == 0;
}

}  // namespace fairlead::logs
