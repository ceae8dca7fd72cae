// Values: making and reading them, and the map's order. Letting go of a long chain of lists in
// lists must not recurse (fibers have small stacks), so that boxes unravel what they hold first.
#include "lang/vtl/value.h"

#include <unordered_map>

#include "base/check.h"
#include "lang/vtl/value_box.h"

namespace fairlead::vtl {
namespace {

constexpr std::size_t kIndexedFrom = 12;

}  // namespace

// Takes the contents out of what only the dying box holds, one after the other.
struct Unravelling {
  List pending;

  void take(Value& value) {
    if (value.kind() == Value::Kind::kList || value.kind() == Value::Kind::kMap) {
      pending.push_back(std::move(value));
    }
  }
  void take(List& items) {
    for (Value& item : items) take(item);
  }
  void take(Map& map) {
    for (Map::Member& member : map.members_) take(member.value);
  }
  void run() {
    while (!pending.empty()) {
      const Value value = std::move(pending.back());
      pending.pop_back();
      if (value.held_.use_count() != 1) continue;
      if (value.kind_ == Value::Kind::kList) {
        take(value.as_list());
      } else {
        take(value.as_map());
      }
    }
  }
};

ListBox::~ListBox() {
  Unravelling all;
  all.take(items);
  all.run();
}

struct Map::Index {
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> places;
};

Map::Map() = default;
Map::Map(Map&&) noexcept = default;
Map& Map::operator=(Map&&) noexcept = default;

Map Map::entry(std::string key, Value value) {
  Map made;
  made.put("key", Value::string(std::move(key)));
  made.put("value", std::move(value));
  made.is_entry_ = true;
  return made;
}

Map::~Map() {
  Unravelling all;
  all.take(*this);
  all.run();
}

std::size_t Map::place_of(std::string_view key) const {
  if (index_) {
    const auto found = index_->places.find(key);
    return found == index_->places.end() ? size() : found->second;
  }
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (members_[i].key == key) return i;
  }
  return size();
}

void Map::reindex() {
  index_.reset();
  if (members_.size() < kIndexedFrom) return;
  index_ = std::make_unique<Index>();
  for (std::size_t i = 0; i < members_.size(); ++i) index_->places.emplace(members_[i].key, i);
}

const Value* Map::find(std::string_view key) const {
  const std::size_t place = place_of(key);
  return place == size() ? nullptr : &members_[place].value;
}

Value Map::put(std::string key, Value value) {
  const std::size_t place = place_of(key);
  if (place < size()) return std::exchange(members_[place].value, std::move(value));
  members_.push_back({std::move(key), std::move(value)});
  if (index_) {
    index_->places.emplace(members_.back().key, place);
  } else if (members_.size() == kIndexedFrom) {
    reindex();
  }
  return {};
}

Value Map::remove(std::string_view key) {
  const std::size_t place = place_of(key);
  if (place == size()) return {};
  Value old = std::move(members_[place].value);
  members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(place));
  reindex();
  return old;
}

void Map::clear() {
  const std::vector<Member> members = std::move(members_);
  members_.clear();
  index_.reset();
}

Value Value::boolean(bool value) {
  Value made(Kind::kBool, nullptr);
  made.bool_ = value;
  return made;
}

Value Value::integer(std::int64_t value) {
  Value made(Kind::kLong, nullptr);
  made.whole_ = value;
  return made;
}

Value Value::real(double value) {
  Value made(Kind::kDouble, nullptr);
  made.real_ = value;
  return made;
}

Value Value::string(std::string text) {
  return {Kind::kString, std::make_shared<const std::string>(std::move(text))};
}

Value Value::list(List items, ListStyle style) {
  auto box = std::make_shared<ListBox>();
  box->items = std::move(items);
  box->style = style;
  return {Kind::kList, std::move(box)};
}

Value Value::map(Map members) { return {Kind::kMap, std::make_shared<Map>(std::move(members))}; }

Value Value::object(std::shared_ptr<Object> object) {
  if (!object) return {};
  return {Kind::kObject, std::move(object)};
}

Value Value::from_json(const Json& json) {
  switch (json.kind()) {
    case Json::Kind::kNull:
      return {};
    case Json::Kind::kBool:
      return boolean(json.as_bool());
    case Json::Kind::kString:
      return string(json.as_string());
    case Json::Kind::kNumber: {
      const bool whole = json.number_text().find_first_of(".eE") == std::string::npos;
      const auto exact = whole ? json.to_int64() : std::nullopt;
      return exact ? integer(*exact) : real(json.to_double().value_or(0));
    }
    case Json::Kind::kArray: {
      List items;
      items.reserve(json.items().size());
      for (const Json& item : json.items()) items.push_back(from_json(item));
      return list(std::move(items), ListStyle::kJson);
    }
    case Json::Kind::kObject: {
      Map members;
      for (const Json::Member& member : json.members()) {
        members.put(member.key, from_json(member.value));
      }
      return map(std::move(members));
    }
  }
  return {};
}

bool Value::as_bool() const {
  CHECK(kind_ == Kind::kBool);
  return bool_;
}

std::int64_t Value::as_long() const {
  CHECK(kind_ == Kind::kLong);
  return whole_;
}

double Value::as_double() const {
  if (kind_ == Kind::kLong) return static_cast<double>(whole_);
  CHECK(kind_ == Kind::kDouble);
  return real_;
}

const std::string& Value::as_string() const {
  CHECK(kind_ == Kind::kString);
  return held<const std::string>();
}

List& Value::as_list() const {
  CHECK(kind_ == Kind::kList);
  return held<ListBox>().items;
}

ListStyle Value::list_style() const {
  CHECK(kind_ == Kind::kList);
  return held<ListBox>().style;
}

Map& Value::as_map() const {
  CHECK(kind_ == Kind::kMap);
  return held<Map>();
}

Object& Value::as_object() const {
  CHECK(kind_ == Kind::kObject);
  return held<Object>();
}

Result<Value> Object::property(std::string_view) { return Value(); }
Result<Value> Object::call(std::string_view, std::span<const Value>) { return Value(); }

}  // namespace fairlead::vtl
