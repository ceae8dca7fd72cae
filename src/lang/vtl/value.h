// What a template computes with: Java's values as Velocity sees them. Lists, maps and objects are
// shared, as references are in Java: `#set($b = $a)` and a change through $b is seen through $a.
// Not to be shared between renders that run at the same time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace fairlead::vtl {

class Map;
class Object;
class Value;
using List = std::vector<Value>;

struct ListBox;  // a List behind a pointer; value_graph.h

class Value {
 public:
  enum class Kind { kNull, kBool, kLong, kDouble, kString, kList, kMap, kObject };

  Value() = default;  // null
  static Value boolean(bool value);
  static Value integer(std::int64_t value);
  static Value real(double value);
  static Value string(std::string text);
  static Value list(List items);
  static Value map(Map members);
  static Value object(std::shared_ptr<Object> object);
  // Objects become maps, arrays lists, numbers Long when written without point and exponent and
  // small enough, else Double.
  static Value from_json(const Json& json);

  Kind kind() const { return static_cast<Kind>(state_.index()); }
  bool is_null() const { return kind() == Kind::kNull; }
  bool is_string() const { return kind() == Kind::kString; }

  // Each CHECKs its kind.
  bool as_bool() const;
  std::int64_t as_long() const;
  double as_double() const;
  const std::string& as_string() const;
  List& as_list() const;
  Map& as_map() const;
  Object& as_object() const;

  // As a reference prints it in a template on API Gateway: null is nothing, a string itself, a map
  // `{a=b, c=d}`, a list compact JSON `[{"a":"b"}]`, a double as Java does (1.0E10). Members that
  // are nested deeper than kMaxPrintDepth print as `...`.
  std::string text() const;
  // Compact JSON. Objects of the embedder are strings.
  std::string json_text() const;

  // Java's equals: no conversion, except that Long and Double compare as numbers.
  bool equals(const Value& other) const;

 private:
  friend class ValueGraph;
  std::variant<std::monostate, bool, std::int64_t, double, std::shared_ptr<const std::string>,
               std::shared_ptr<ListBox>, std::shared_ptr<Map>, std::shared_ptr<Object>>
      state_;
};

inline constexpr int kMaxPrintDepth = 64;

// Keys in the order in which they came, as Java's LinkedHashMap; keys are strings.
class Map {
 public:
  struct Member {
    std::string key;
    Value value;
  };

  Map() = default;
  Map(const Map&) = default;
  Map(Map&&) = default;
  Map& operator=(const Map&) = default;
  Map& operator=(Map&&) = default;
  ~Map();

  const Value* find(std::string_view key) const;  // until the next change
  Value put(std::string key, Value value);        // returns what was there
  Value remove(std::string_view key);
  void clear() { members_.clear(), index_.reset(); }
  std::size_t size() const { return members_.size(); }
  bool empty() const { return members_.empty(); }
  const std::vector<Member>& members() const { return members_; }

 private:
  friend class ValueGraph;
  struct Index;  // built from kIndexedFrom members on
  void reindex();

  std::vector<Member> members_;
  std::shared_ptr<Index> index_;
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
