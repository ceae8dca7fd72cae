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
      if (const auto* list = std::get_if<std::shared_ptr<ListBox>>(&value.state_)) {
        if (list->use_count() == 1) take((*list)->items);
      } else if (const auto* map = std::get_if<std::shared_ptr<Map>>(&value.state_)) {
        if (map->use_count() == 1) take(**map);
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
  Value made;
  made.state_ = value;
  return made;
}

Value Value::integer(std::int64_t value) {
  Value made;
  made.state_ = value;
  return made;
}

Value Value::real(double value) {
  Value made;
  made.state_ = value;
  return made;
}

Value Value::string(std::string text) {
  Value made;
  made.state_ = std::make_shared<const std::string>(std::move(text));
  return made;
}

Value Value::list(List items, ListStyle style) {
  Value made;
  auto box = std::make_shared<ListBox>();
  box->items = std::move(items);
  box->style = style;
  made.state_ = std::move(box);
  return made;
}

Value Value::map(Map members) {
  Value made;
  made.state_ = std::make_shared<Map>(std::move(members));
  return made;
}

Value Value::object(std::shared_ptr<Object> object) {
  Value made;
  if (object) made.state_ = std::move(object);
  return made;
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
  CHECK(kind() == Kind::kBool);
  return *std::get_if<bool>(&state_);
}

std::int64_t Value::as_long() const {
  CHECK(kind() == Kind::kLong);
  return *std::get_if<std::int64_t>(&state_);
}

double Value::as_double() const {
  if (kind() == Kind::kLong) return static_cast<double>(as_long());
  CHECK(kind() == Kind::kDouble);
  return *std::get_if<double>(&state_);
}

const std::string& Value::as_string() const {
  CHECK(kind() == Kind::kString);
  return **std::get_if<std::shared_ptr<const std::string>>(&state_);
}

List& Value::as_list() const {
  CHECK(kind() == Kind::kList);
  return (*std::get_if<std::shared_ptr<ListBox>>(&state_))->items;
}

ListStyle Value::list_style() const {
  CHECK(kind() == Kind::kList);
  return (*std::get_if<std::shared_ptr<ListBox>>(&state_))->style;
}

Map& Value::as_map() const {
  CHECK(kind() == Kind::kMap);
  return **std::get_if<std::shared_ptr<Map>>(&state_);
}

Object& Value::as_object() const {
  CHECK(kind() == Kind::kObject);
  return **std::get_if<std::shared_ptr<Object>>(&state_);
}

Result<Value> Object::property(std::string_view) { return Value(); }
Result<Value> Object::call(std::string_view, std::span<const Value>) { return Value(); }

}  // namespace fairlead::vtl
