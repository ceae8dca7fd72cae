// What a template computes with: Java's values as Velocity sees them. Lists, maps and objects are
// shared, as references are in Java: `#set($b = $a)` and a change through $b is seen through $a.
// Not to be shared between renders that run at the same time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace fairlead::vtl {

class Map;
class Object;
class Value;
using List = std::vector<Value>;
struct ListBox;

// How a list prints: `[a, b]` (a list that a template makes) or `["a","b"]` (one that came from
// JSON: what $input.path and $util.parseJson give).
enum class ListStyle : std::uint8_t { kJava, kJson };

class Value {
 public:
  enum class Kind : std::uint8_t { kNull, kBool, kLong, kDouble, kString, kList, kMap, kObject };

  Value() = default;  // null
  static Value boolean(bool value);
  static Value integer(std::int64_t value);
  static Value real(double value);
  static Value string(std::string text);
  static Value list(List items, ListStyle style = ListStyle::kJava);
  static Value map(Map members);
  static Value object(std::shared_ptr<Object> object);
  // Objects become maps, arrays lists that print as JSON, numbers Long when written without point
  // and exponent and small enough, else Double.
  static Value from_json(const Json& json);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind() == Kind::kNull; }
  bool is_string() const { return kind() == Kind::kString; }
  bool is_number() const { return kind() == Kind::kLong || kind() == Kind::kDouble; }

  // Each CHECKs its kind.
  bool as_bool() const;
  std::int64_t as_long() const;
  double as_double() const;  // of a Long too
  const std::string& as_string() const;
  List& as_list() const;
  ListStyle list_style() const;
  Map& as_map() const;
  Object& as_object() const;

  // As a reference prints it in a template on API Gateway: null is nothing, a string itself, a map
  // `{a=b, c=d}`, a list by its style, a double as Java does (1.0E10). Cut at kMaxPrintBytes.
  std::string text() const;
  // Compact JSON. Objects of the embedder are strings.
  std::string json_text() const;
  // Onto `out`; false when that would grow beyond `max_bytes` or the value is nested deeper than
  // kMaxPrintDepth (a list that holds itself is): `out` is then of no use.
  bool append_text(std::string& out, std::size_t max_bytes) const;
  bool append_json(std::string& out, std::size_t max_bytes) const;

  // Java's equals, but that Long and Double compare as numbers. `steps` counts down with every
  // pair that is looked at; at 0 the answer is false.
  bool equals(const Value& other, std::uint64_t& steps) const;

 private:
  friend struct Unravelling;
  Value(Kind kind, std::shared_ptr<const void> held) : kind_(kind), held_(std::move(held)) {}
  template <class T>
  T& held() const {
    return *static_cast<T*>(const_cast<void*>(held_.get()));
  }

  // Not a std::variant: templates copy values at every step, and this copies without a switch.
  Kind kind_ = Kind::kNull;
  union {
    std::int64_t whole_ = 0;
    double real_;
    bool bool_;
  };
  std::shared_ptr<const void> held_;  // a const std::string, ListBox, Map or Object
};

inline constexpr std::size_t kMaxPrintBytes = 16u << 20;
inline constexpr int kMaxPrintDepth = 160;  // more than base's JSON reader lets in

// Keys in the order in which they came, as Java's LinkedHashMap; keys are strings.
class Map {
 public:
  struct Member {
    std::string key;
    Value value;
  };

  Map();
  // What entrySet() gives: prints as `key=value`, has .key and .value.
  static Map entry(std::string key, Value value);
  bool is_entry() const { return is_entry_; }
  Map(Map&&) noexcept;
  Map& operator=(Map&&) noexcept;
  ~Map();

  const Value* find(std::string_view key) const;  // until the next change
  Value put(std::string key, Value value);        // returns what was there
  Value remove(std::string_view key);             // returns what was there; linear
  void clear();
  std::size_t size() const { return members_.size(); }
  bool empty() const { return members_.empty(); }
  const std::vector<Member>& members() const { return members_; }

 private:
  friend struct Unravelling;
  struct Index;
  std::size_t place_of(std::string_view key) const;  // size() when it is not there
  void reindex();

  std::vector<Member> members_;
  std::unique_ptr<Index> index_;  // only for larger maps
  bool is_entry_ = false;
};

// What the embedder gives to templates: $input, $util.
class Object {
 public:
  virtual ~Object() = default;
  // `$object.name` and `$object["name"]`: null when there is no such property.
  virtual Result<Value> property(std::string_view name);
  // `$object.name(arguments)`: null when there is no such method; an error ends the render.
  virtual Result<Value> call(std::string_view name, std::span<const Value> arguments);
  // When the object itself is printed.
  virtual std::string text() const { return {}; }
};

}  // namespace fairlead::vtl
