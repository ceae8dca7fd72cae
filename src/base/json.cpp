// The Json value: construction, access and comparison. Objects are vectors searched from the front,
// which beats a map for the sizes that requests have and keeps the order for free.
#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "base/check.h"

namespace fairlead {

static_assert(sizeof(Json) <= 40);
static_assert(std::is_nothrow_move_constructible_v<Json>);

namespace {

constexpr int kNumberIndex = 2;
const Json kNull;
const Json::Array kNoItems;
const Json::Object kNoMembers;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The grammar of RFC 8259, section 6.
bool is_json_number(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i > from;
  };
  if (i < text.size() && text[i] == '-') ++i;
  if (i < text.size() && text[i] == '0') {
    ++i;
  } else if (!digits()) {
    return false;
  }
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!digits()) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (!digits()) return false;
  }
  return i == text.size();
}

std::optional<std::int64_t> plain_int64(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Exact integer of a JSON number with a fraction or an exponent: moves the point over the digits
// and refuses what does not come out whole.
std::optional<std::int64_t> scaled_int64(std::string_view text) {
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  std::int64_t exponent = 0;
  if (const auto e = text.find_first_of("eE"); e != text.npos) {
    std::string_view power = text.substr(e + 1);
    if (power.front() == '+') power.remove_prefix(1);
    const auto parsed = plain_int64(power);
    const bool huge = !parsed || *parsed > 1'000'000 || *parsed < -1'000'000;
    exponent = huge ? (power.front() == '-' ? -1'000'000 : 1'000'000) : *parsed;
    text = text.substr(0, e);
  }
  std::string digits;
  if (const auto point = text.find('.'); point != text.npos) {
    digits.append(text.substr(0, point)).append(text.substr(point + 1));
    exponent -= static_cast<std::int64_t>(text.size() - point - 1);
  } else {
    digits = text;
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return 0;
  while (exponent < 0 && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  if (exponent < 0 || exponent + static_cast<std::int64_t>(digits.size()) > 19) return std::nullopt;
  digits.append(static_cast<std::size_t>(exponent), '0');
  if (negative) digits.insert(0, "-");
  return plain_int64(digits);
}

bool equal_objects(const Json::Object& a, const Json::Object& b) {
  if (a.size() != b.size()) return false;
  const bool same_order = std::equal(a.begin(), a.end(), b.begin(),
                                     [](const auto& x, const auto& y) { return x.key == y.key; });
  if (same_order) {
    return std::equal(a.begin(), a.end(), b.begin(),
                      [](const auto& x, const auto& y) { return x.value == y.value; });
  }
  std::unordered_map<std::string_view, const Json*> others;
  for (const auto& member : b) others.emplace(member.key, &member.value);
  return std::all_of(a.begin(), a.end(), [&](const auto& member) {
    const auto other = others.find(member.key);
    return other != others.end() && member.value == *other->second;
  });
}

}  // namespace

Json::Json() = default;
Json::Json(std::nullptr_t) {}
Json::Json(bool value) : value_(value) {}
Json::Json(int value) : value_(Number{std::to_string(value)}) {}
Json::Json(unsigned value) : value_(Number{std::to_string(value)}) {}
Json::Json(long value) : value_(Number{std::to_string(value)}) {}
Json::Json(unsigned long value) : value_(Number{std::to_string(value)}) {}
Json::Json(long long value) : value_(Number{std::to_string(value)}) {}
Json::Json(unsigned long long value) : value_(Number{std::to_string(value)}) {}
Json::Json(double value) {
  CHECK(std::isfinite(value));  // JSON has no text for the others
  value_ = Number{fmt::format("{}", value)};
  std::string& text = std::get<kNumberIndex>(value_).text;
  if (text.ends_with(".0")) text.resize(text.size() - 2);
}
Json::Json(const char* value) : value_(std::string(value)) {}
Json::Json(std::string value) : value_(std::move(value)) {}
Json::Json(std::string_view value) : value_(std::string(value)) {}
Json::Json(Array value) : value_(std::move(value)) {}
Json::Json(Object value) : value_(std::move(value)) {}
Json::Json(const Json&) = default;
Json::Json(Json&&) noexcept = default;
Json::~Json() = default;

// A value may be assigned from inside itself (`node = std::move(node.items()[0])`), so the source
// is taken out before the old content goes. A scalar has no inside.
Json& Json::operator=(const Json& other) {
  Json copy(other);
  value_.swap(copy.value_);
  return *this;
}
Json& Json::operator=(Json&& other) noexcept {
  if (!is_array() && !is_object()) {
    value_ = std::move(other.value_);
    return *this;
  }
  Json taken(std::move(other));
  value_.swap(taken.value_);
  return *this;
}

Json Json::number(std::string text) {
  CHECK(is_json_number(text));
  Json made;
  made.value_ = Number{std::move(text)};
  return made;
}

Json Json::array(std::initializer_list<Json> items) { return Json(Array(items)); }

Json Json::object(std::initializer_list<Member> members) {
  Json made{Object{}};
  made.members().reserve(members.size());
  for (const Member& member : members) made.set(member.key, member.value);
  return made;
}

bool Json::as_bool() const {
  CHECK(is_bool());
  return *std::get_if<bool>(&value_);
}

const std::string& Json::as_string() const {
  CHECK(is_string());
  return *std::get_if<std::string>(&value_);
}

std::string& Json::as_string() {
  CHECK(is_string());
  return *std::get_if<std::string>(&value_);
}

const std::string& Json::number_text() const {
  CHECK(is_number());
  return std::get_if<Number>(&value_)->text;
}

bool Json::bool_or(bool fallback) const { return is_bool() ? as_bool() : fallback; }

std::string Json::string_or(std::string_view fallback) const {
  return is_string() ? as_string() : std::string(fallback);
}

std::int64_t Json::int_or(std::int64_t fallback) const { return to_int64().value_or(fallback); }

std::optional<std::int64_t> Json::to_int64() const {
  if (!is_number()) return std::nullopt;
  const std::string& text = number_text();
  if (text.find_first_of(".eE") == text.npos) return plain_int64(text);
  return scaled_int64(text);
}

std::optional<double> Json::to_double() const {
  if (!is_number()) return std::nullopt;
  const std::string& text = number_text();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

const Json::Array& Json::items() const {
  return is_array() ? *std::get_if<Array>(&value_) : kNoItems;
}

Json::Array& Json::items() {
  if (!is_array()) value_.emplace<Array>();
  return *std::get_if<Array>(&value_);
}

void Json::push_back(Json item) { items().push_back(std::move(item)); }

const Json::Object& Json::members() const {
  return is_object() ? *std::get_if<Object>(&value_) : kNoMembers;
}

Json::Object& Json::members() {
  if (!is_object()) value_.emplace<Object>();
  return *std::get_if<Object>(&value_);
}

const Json* Json::find(std::string_view key) const {
  for (const Member& member : members()) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Json* Json::find(std::string_view key) {
  return const_cast<Json*>(static_cast<const Json*>(this)->find(key));
}

const Json& Json::operator[](std::string_view key) const {
  const Json* found = find(key);
  return found ? *found : kNull;
}

Json& Json::set(std::string_view key, Json value) {
  CHECK(is_object() || is_null());
  if (Json* found = find(key)) {
    *found = std::move(value);
    return *found;
  }
  members().push_back({std::string(key), std::move(value)});
  return members().back().value;
}

bool Json::erase(std::string_view key) {
  if (!is_object()) return false;
  Object& all = members();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Member& member) { return member.key == key; });
  if (found == all.end()) return false;
  all.erase(found);
  return true;
}

std::size_t Json::size() const { return is_array() ? items().size() : members().size(); }

bool Json::operator==(const Json& other) const {
  if (kind() != other.kind()) return false;
  switch (kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
      return as_bool() == other.as_bool();
    case Kind::kNumber:
      return number_text() == other.number_text();
    case Kind::kString:
      return as_string() == other.as_string();
    case Kind::kArray:
      return items() == other.items();
    case Kind::kObject:
      return equal_objects(members(), other.members());
  }
  return false;
}

}  // namespace fairlead
