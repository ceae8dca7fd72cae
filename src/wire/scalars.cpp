// Scalars to and from text.
#include "wire/scalars.h"

#include <cmath>

#include "base/clock.h"
#include "base/text.h"

namespace fairlead::wire {
namespace {

// Whether `text` is a number as JSON writes one; a leading '+' or zeros are not.
bool is_json_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - start;
  };
  const bool zero = at < text.size() && text[at] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

std::optional<Json> read_number(std::string_view text, bool whole) {
  text = trim(text);
  if (text.size() > 512) return std::nullopt;
  if (!whole && (text == "NaN" || text == "Infinity" || text == "-Infinity")) return Json(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::string plain(text);
  const std::size_t first = plain.starts_with('-') ? 1 : 0;
  while (plain.size() > first + 1 && plain[first] == '0' && plain[first + 1] >= '0' &&
         plain[first + 1] <= '9') {
    plain.erase(first, 1);
  }
  if (!is_json_number(plain)) return std::nullopt;
  Json number = Json::number(std::move(plain));
  if (whole && !number.to_int64()) return std::nullopt;
  return number;
}

std::optional<Json> read_boolean(std::string_view text) {
  text = trim(text);
  if (equals_ignoring_case(text, "true") || text == "1") return Json(true);
  if (equals_ignoring_case(text, "false") || text == "0") return Json(false);
  return std::nullopt;
}

}  // namespace

bool is_scalar(const ShapeModel& shape) {
  const ShapeKind kind = shape.kind();
  return kind != ShapeKind::kStructure && kind != ShapeKind::kList && kind != ShapeKind::kMap;
}

std::string_view type_name(const ShapeModel& shape) {
  switch (shape.kind()) {
    case ShapeKind::kStructure:
      return "structure";
    case ShapeKind::kList:
      return "list";
    case ShapeKind::kMap:
      return "map";
    case ShapeKind::kString:
      return "string";
    case ShapeKind::kBlob:
      return "blob";
    case ShapeKind::kBoolean:
      return "boolean";
    case ShapeKind::kInteger:
      return "integer";
    case ShapeKind::kLong:
      return "long";
    case ShapeKind::kFloat:
      return "float";
    case ShapeKind::kDouble:
      return "double";
    case ShapeKind::kTimestamp:
      return "timestamp";
  }
  return "value";
}

std::optional<Json> read_scalar(const ShapeModel& shape, std::string_view text) {
  switch (shape.kind()) {
    case ShapeKind::kBoolean:
      return read_boolean(text);
    case ShapeKind::kInteger:
    case ShapeKind::kLong:
      return read_number(text, true);
    case ShapeKind::kFloat:
    case ShapeKind::kDouble:
      return read_number(text, false);
    case ShapeKind::kTimestamp:
      return read_timestamp(trim(text));
    default:
      return Json(text);
  }
}

std::optional<Json> read_timestamp(std::string_view text) {
  if (text.empty() || text.size() > 64) return std::nullopt;
  if (is_json_number(text)) return Json::number(std::string(text));
  const std::string copy(text);
  std::int64_t ms = parse_iso8601(copy);
  if (ms == -1) ms = parse_http_date(copy);
  if (ms == -1) ms = parse_sigv4_time(copy);
  if (ms == -1) return std::nullopt;
  return Json::number(epoch_seconds(ms));
}

std::int64_t timestamp_ms(const Json& value) {
  if (const auto whole = value.to_int64(); whole && std::abs(*whole) < 1'000'000'000'000'000) {
    return *whole * 1000;
  }
  const double seconds = value.to_double().value_or(0);
  return std::fabs(seconds) < 1e15 ? std::llround(seconds * 1000) : 0;
}

std::string write_timestamp(const Json& value, TimestampFormat format) {
  if (value.is_string()) return value.as_string();
  const std::int64_t ms = timestamp_ms(value);
  switch (format) {
    case TimestampFormat::kUnixSeconds:
      return epoch_seconds(ms);
    case TimestampFormat::kHttpDate:
      return http_date(ms);
    default:
      return ms % 1000 == 0 ? iso8601_seconds(ms) : iso8601_millis(ms);
  }
}

std::string write_scalar(const ShapeModel& shape, const Json& value, TimestampFormat format) {
  if (shape.kind() == ShapeKind::kTimestamp) return write_timestamp(value, format);
  switch (value.kind()) {
    case Json::Kind::kBool:
      return value.as_bool() ? "true" : "false";
    case Json::Kind::kNumber:
      return value.number_text();
    case Json::Kind::kString:
      return value.as_string();
    default:
      return {};
  }
}

}  // namespace fairlead::wire
