// Json: a value that keeps what was written. Numbers are kept as text ("1.50" stays "1.50") and
// members keep their order, because Lambda payloads, DynamoDB numbers and Step Functions states
// must come out as they went in.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fairlead {

class Json {
 public:
  enum class Kind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };
  struct Member;
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;

  Json();  // null
  Json(std::nullptr_t);
  Json(bool value);
  Json(int value);
  Json(unsigned value);
  Json(long value);
  Json(unsigned long value);
  Json(long long value);
  Json(unsigned long long value);
  Json(double value);  // shortest text that reads back as the same double
  Json(const char* value);
  Json(std::string value);
  Json(std::string_view value);
  Json(Array value);
  Json(Object value);
  Json(const Json&);
  Json(Json&&) noexcept;
  Json& operator=(const Json&);
  Json& operator=(Json&&) noexcept;
  ~Json();

  static Json number(std::string text);  // `text` must be a JSON number
  static Json array(std::initializer_list<Json> items = {});
  static Json object(std::initializer_list<Member> members = {});

  Kind kind() const { return static_cast<Kind>(value_.index()); }
  bool is_null() const { return kind() == Kind::kNull; }
  bool is_bool() const { return kind() == Kind::kBool; }
  bool is_number() const { return kind() == Kind::kNumber; }
  bool is_string() const { return kind() == Kind::kString; }
  bool is_array() const { return kind() == Kind::kArray; }
  bool is_object() const { return kind() == Kind::kObject; }

  // These CHECK the kind: call them on what was validated.
  bool as_bool() const;
  const std::string& as_string() const;
  std::string& as_string();
  const std::string& number_text() const;

  // These never fail: the fallback answers for every other kind.
  bool bool_or(bool fallback) const;
  std::string string_or(std::string_view fallback) const;
  std::int64_t int_or(std::int64_t fallback) const;
  std::optional<std::int64_t> to_int64() const;  // exact integers only ("1e2" and "5.0" count)
  std::optional<double> to_double() const;

  // Arrays. `items` of any other kind is empty (const) or makes this an array (non-const).
  const Array& items() const;
  Array& items();
  void push_back(Json item);

  // Objects. `find` answers nullptr for other kinds; `[]` answers a null for what is missing.
  const Object& members() const;
  Object& members();
  const Json* find(std::string_view key) const;
  Json* find(std::string_view key);
  bool has(std::string_view key) const { return find(key) != nullptr; }
  const Json& operator[](std::string_view key) const;
  Json& set(std::string_view key, Json value);  // replaces or appends; makes a null an object
  bool erase(std::string_view key);

  std::size_t size() const;  // items or members; 0 for scalars
  bool empty() const { return size() == 0; }

  bool operator==(const Json& other) const;  // members in any order; numbers by their text

 private:
  struct Number {
    std::string text;
  };
  std::variant<std::monostate, bool, Number, std::string, Array, Object> value_;
};

struct Json::Member {
  std::string key;
  Json value;
};

std::string write_json(const Json& value);                         // compact: {"a":1}
void append_json(std::string& out, const Json& value);             // the same, onto `out`
void append_json_string(std::string& out, std::string_view text);  // with quotes and escapes
// AWS's pretty layout (Jackson's): two spaces of indent and ` : ` between key and value.
std::string write_json_pretty(const Json& value);

}  // namespace fairlead
