// Lookup and set algebra on sorted vectors, and the sizes that AWS bills and limits.
#include "lang/dynamodb/attribute_value.h"

#include <algorithm>
#include <iterator>

namespace fairlead::dynamodb {

std::string_view type_name(Type type) {
  static constexpr std::string_view kNames[] = {"S", "N", "B",  "BOOL", "NULL",
                                                "M", "L", "SS", "NS",   "BS"};
  return kNames[static_cast<int>(type)];
}

std::string_view type_long_name(Type type) {
  static constexpr std::string_view kNames[] = {"STRING",     "NUMBER",    "BINARY", "BOOLEAN",
                                                "NULL",       "MAP",       "LIST",   "STRING SET",
                                                "NUMBER SET", "BINARY SET"};
  return kNames[static_cast<int>(type)];
}

namespace {

auto lower_bound(auto& attributes, std::string_view name) {
  return std::lower_bound(attributes.begin(), attributes.end(), name,
                          [](const Attribute& attribute, std::string_view wanted) {
                            return std::string_view(attribute.name).compare(wanted) < 0;
                          });
}

}  // namespace

// Here, where Attribute is complete.
Map::Map() = default;
Map::Map(const Map&) = default;
Map::Map(Map&&) noexcept = default;
Map& Map::operator=(const Map&) = default;
Map& Map::operator=(Map&&) noexcept = default;
Map::~Map() = default;

void Map::reserve(std::size_t n) { attributes_.reserve(n); }
std::size_t Map::size() const { return attributes_.size(); }

const AttributeValue* Map::find(std::string_view name) const {
  auto at = lower_bound(attributes_, name);
  return at != attributes_.end() && at->name == name ? &at->value : nullptr;
}

AttributeValue* Map::find(std::string_view name) {
  return const_cast<AttributeValue*>(std::as_const(*this).find(name));
}

void Map::set(std::string name, AttributeValue value) {
  auto at = lower_bound(attributes_, name);
  if (at != attributes_.end() && at->name == name) {
    at->value = std::move(value);
  } else {
    attributes_.insert(at, Attribute{std::move(name), std::move(value)});
  }
}

bool Map::erase(std::string_view name) {
  auto at = lower_bound(attributes_, name);
  if (at == attributes_.end() || at->name != name) return false;
  attributes_.erase(at);
  return true;
}

void Map::append(std::string name, AttributeValue value) {
  attributes_.push_back(Attribute{std::move(name), std::move(value)});
}

void Map::sort() {
  auto less = [](const Attribute& a, const Attribute& b) { return a.name < b.name; };
  if (!std::is_sorted(attributes_.begin(), attributes_.end(), less)) {
    std::sort(attributes_.begin(), attributes_.end(), less);
  }
}

std::vector<Attribute>::const_iterator Map::begin() const { return attributes_.begin(); }
std::vector<Attribute>::const_iterator Map::end() const { return attributes_.end(); }
bool Map::operator==(const Map& other) const { return attributes_ == other.attributes_; }

template <class Member>
bool SetOf<Member>::contains(const Member& member) const {
  return std::binary_search(members.begin(), members.end(), member);
}

template <class Member>
void SetOf<Member>::unite(const SetOf& other) {
  std::vector<Member> united;
  united.reserve(members.size() + other.members.size());
  std::set_union(members.begin(), members.end(), other.members.begin(), other.members.end(),
                 std::back_inserter(united));
  members = std::move(united);
}

template <class Member>
void SetOf<Member>::subtract(const SetOf& other) {
  std::vector<Member> left;
  std::set_difference(members.begin(), members.end(), other.members.begin(), other.members.end(),
                      std::back_inserter(left));
  members = std::move(left);
}

template struct SetOf<std::string>;
template struct SetOf<Number>;
template struct SetOf<Binary>;

namespace {

// AWS: "approximately one byte for two significant digits, plus one", and one for the sign.
std::size_t number_size(const Number& number) {
  if (number.is_zero()) return 1;
  return static_cast<std::size_t>(number.significant_digits() + 1) / 2 + 1 +
         (number.is_negative() ? 1 : 0);
}

struct SizeOf {
  std::size_t operator()(const std::string& text) const { return text.size(); }
  std::size_t operator()(const Number& number) const { return number_size(number); }
  std::size_t operator()(const Binary& binary) const { return binary.bytes.size(); }
  std::size_t operator()(bool) const { return 1; }
  std::size_t operator()(const Null&) const { return 1; }
  std::size_t operator()(const Map& map) const {
    std::size_t total = 3;  // a map or list costs three bytes, and one for each element
    for (const Attribute& attribute : map) {
      total += 1 + attribute.name.size() + size_of(attribute.value);
    }
    return total;
  }
  std::size_t operator()(const List& list) const {
    std::size_t total = 3;
    for (const AttributeValue& value : list) total += 1 + size_of(value);
    return total;
  }
  std::size_t operator()(const StringSet& set) const {
    std::size_t total = 0;
    for (const std::string& member : set.members) total += member.size();
    return total;
  }
  std::size_t operator()(const NumberSet& set) const {
    std::size_t total = 0;
    for (const Number& member : set.members) total += number_size(member);
    return total;
  }
  std::size_t operator()(const BinarySet& set) const {
    std::size_t total = 0;
    for (const Binary& member : set.members) total += member.bytes.size();
    return total;
  }
};

template <class Visitor>
auto visit(const AttributeValue& value, Visitor visitor) {
  switch (value.type()) {
    case Type::kS:
      return visitor(*value.as<std::string>());
    case Type::kN:
      return visitor(*value.as<Number>());
    case Type::kB:
      return visitor(*value.as<Binary>());
    case Type::kBool:
      return visitor(*value.as<bool>());
    case Type::kNull:
      return visitor(*value.as<Null>());
    case Type::kM:
      return visitor(*value.as<Map>());
    case Type::kL:
      return visitor(*value.as<List>());
    case Type::kSs:
      return visitor(*value.as<StringSet>());
    case Type::kNs:
      return visitor(*value.as<NumberSet>());
    case Type::kBs:
      break;
  }
  return visitor(*value.as<BinarySet>());
}

}  // namespace

std::size_t size_of(const AttributeValue& value) { return visit(value, SizeOf{}); }

std::size_t size_of(const Item& item) {
  std::size_t total = 0;
  for (const Attribute& attribute : item) total += attribute.name.size() + size_of(attribute.value);
  return total;
}

namespace {

int depth_of(const AttributeValue& value) {
  int deepest = 0;
  if (const List* list = value.as<List>()) {
    for (const AttributeValue& each : *list) deepest = std::max(deepest, depth_of(each));
    return deepest + 1;
  }
  const Map* map = value.as<Map>();
  return map == nullptr ? 0 : dynamodb::depth_of(*map) + 1;
}

}  // namespace

int depth_of(const Item& item) {
  int deepest = 0;
  for (const Attribute& each : item) deepest = std::max(deepest, depth_of(each.value));
  return deepest;
}

std::int64_t length_of(const AttributeValue& value) {
  switch (value.type()) {
    case Type::kS:
      return static_cast<std::int64_t>(value.as<std::string>()->size());
    case Type::kB:
      return static_cast<std::int64_t>(value.as<Binary>()->bytes.size());
    case Type::kM:
      return static_cast<std::int64_t>(value.as<Map>()->size());
    case Type::kL:
      return static_cast<std::int64_t>(value.as<List>()->size());
    case Type::kSs:
      return static_cast<std::int64_t>(value.as<StringSet>()->members.size());
    case Type::kNs:
      return static_cast<std::int64_t>(value.as<NumberSet>()->members.size());
    case Type::kBs:
      return static_cast<std::int64_t>(value.as<BinarySet>()->members.size());
    case Type::kN:
    case Type::kBool:
    case Type::kNull:
      break;
  }
  return -1;
}

}  // namespace fairlead::dynamodb
