// AttributeValue: one value of an item, in one of DynamoDB's ten types, and Item, the map of them.
//
// Maps and sets are kept sorted (names and members by bytes, numbers by value), so that lookup is a
// binary search and equality is a comparison of vectors. AWS gives no order for either.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lang/dynamodb/number.h"

namespace fairlead::dynamodb {

enum class Type : std::uint8_t { kS, kN, kB, kBool, kNull, kM, kL, kSs, kNs, kBs };

std::string_view type_name(Type type);       // "S", "BOOL", …
std::string_view type_long_name(Type type);  // "STRING", "NUMBER SET", … (update's error texts)

class AttributeValue;
struct Attribute;

// Names sorted, each once.
class Map {
 public:
  Map();
  Map(const Map&);
  Map(Map&&) noexcept;
  Map& operator=(const Map&);
  Map& operator=(Map&&) noexcept;
  ~Map();

  const AttributeValue* find(std::string_view name) const;
  AttributeValue* find(std::string_view name);
  void set(std::string name, AttributeValue value);  // replaces or inserts
  bool erase(std::string_view name);

  // For readers: append in any order, then sort once. The names must differ.
  void reserve(std::size_t n);
  void append(std::string name, AttributeValue value);
  void sort();

  bool empty() const { return size() == 0; }
  std::size_t size() const;
  std::vector<Attribute>::const_iterator begin() const;
  std::vector<Attribute>::const_iterator end() const;
  std::vector<Attribute>& attributes() { return attributes_; }
  bool operator==(const Map&) const;

 private:
  std::vector<Attribute> attributes_;
};

using Item = Map;
using List = std::vector<AttributeValue>;

struct Binary {
  std::string bytes;
  auto operator<=>(const Binary&) const = default;
};
struct Null {
  bool operator==(const Null&) const = default;
};
template <class Member>
struct SetOf {
  std::vector<Member> members;  // sorted, each once, never empty in a stored item
  bool operator==(const SetOf&) const = default;
  bool contains(const Member& member) const;
  void unite(const SetOf& other);
  void subtract(const SetOf& other);
};
using StringSet = SetOf<std::string>;
using NumberSet = SetOf<Number>;
using BinarySet = SetOf<Binary>;

class AttributeValue {
 public:
  using Value = std::variant<std::string, Number, Binary, bool, Null, Map, List, StringSet,
                             NumberSet, BinarySet>;  // in the order of Type

  AttributeValue() : value_(Null{}) {}
  template <class T>
  requires(!std::is_same_v<std::decay_t<T>, AttributeValue>) AttributeValue(T value)
      : value_(std::move(value)) {}  // any alternative of Value

  Type type() const { return static_cast<Type>(value_.index()); }
  // nullptr when the value is of another type.
  template <class T>
  const T* as() const {
    return std::get_if<T>(&value_);
  }
  template <class T>
  T* as() {
    return std::get_if<T>(&value_);
  }
  bool operator==(const AttributeValue&) const = default;

 private:
  Value value_;
};

struct Attribute {
  std::string name;
  AttributeValue value;
  bool operator==(const Attribute&) const = default;
};

// Bytes as AWS counts them for the 400 KB limit and for capacity units.
std::size_t size_of(const AttributeValue& value);
std::size_t size_of(const Item& item);
inline constexpr std::size_t kMaxItemBytes = 400 * 1024;
inline constexpr int kMaxNesting = 32;

int depth_of(const Item& item);  // maps and lists inside each other; 0 when there are none

// size() in expressions: characters of S (UTF-8 bytes), bytes of B, members of sets, L and M.
// -1 for the types that have no size.
std::int64_t length_of(const AttributeValue& value);

}  // namespace fairlead::dynamodb
