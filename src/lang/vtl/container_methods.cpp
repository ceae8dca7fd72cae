// java.util.List and java.util.Map.
#include <algorithm>

#include "lang/vtl/methods.h"

namespace fairlead::vtl {
namespace {

Error outside(std::string_view name, std::int64_t index, std::size_t size) {
  return failure(std::string(name) + ": index " + std::to_string(index) + " of a list of " +
                 std::to_string(size));
}

Result<std::size_t> place(const Call& call, std::size_t argument, std::size_t end) {
  const std::int64_t index = call.arguments[argument].as_long();
  if (index < 0 || index >= static_cast<std::int64_t>(end)) return outside(call.name, index, end);
  return static_cast<std::size_t>(index);
}

bool is_long(const Call& call, std::size_t i) {
  return i < call.arguments.size() && call.arguments[i].kind() == Value::Kind::kLong;
}

// The first (or last) place of what equals `wanted`, -1 without one.
Result<std::int64_t> find_item(const List& items, const Value& wanted, const Call& call,
                               Work& work) {
  std::int64_t found = -1;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].equals(wanted, work.steps())) {
      found = static_cast<std::int64_t>(i);
      if (call.method != Method::kLastIndexOf) break;
    }
    if (work.steps() == 0) return too_many_steps();
  }
  return found;
}

Result<Value> insert(const Value& receiver, std::size_t at, const Value& item, Work& work) {
  List& items = receiver.as_list();
  if (!work.take(sizeof(Value) * 2) || !work.spend((items.size() - at) / 16)) {
    return too_much_memory();
  }
  work.note_insert(receiver, item);
  items.insert(items.begin() + static_cast<std::ptrdiff_t>(at), item);
  return Value::boolean(true);
}

Result<Value> add(const Value& receiver, const Call& call, Work& work) {
  const List& items = receiver.as_list();
  if (call.arguments.size() == 1) return insert(receiver, items.size(), call.arguments[0], work);
  if (call.arguments.size() != 2 || !is_long(call, 0)) return Value();
  const std::size_t at = TRY(place(call, 0, items.size() + 1));
  TRY(insert(receiver, at, call.arguments[1], work));
  return Value();
}

Result<Value> add_all(const Value& receiver, const Call& call, Work& work) {
  if (call.arguments.size() != 1 || call.arguments[0].kind() != Value::Kind::kList) return Value();
  const List others = call.arguments[0].as_list();
  if (!work.spend(others.size())) return too_many_steps();
  for (const Value& other : others) {
    TRY(insert(receiver, receiver.as_list().size(), other, work));
  }
  return Value::boolean(!others.empty());
}

Result<Value> remove_item(List& items, const Call& call, Work& work) {
  if (call.arguments.size() != 1) return Value();
  if (!work.spend(items.size() / 16)) return too_many_steps();
  if (is_long(call, 0)) {
    const std::size_t at = TRY(place(call, 0, items.size()));
    const Value old = items[at];
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
    return old;
  }
  const std::int64_t found = TRY(find_item(items, call.arguments[0], call, work));
  if (found >= 0) items.erase(items.begin() + found);
  return Value::boolean(found >= 0);
}

Result<Value> contains_all(const List& items, const Call& call, Work& work) {
  if (call.arguments[0].kind() != Value::Kind::kList) return Value();
  for (const Value& wanted : call.arguments[0].as_list()) {
    if (TRY(find_item(items, wanted, call, work)) < 0) return Value::boolean(false);
  }
  return Value::boolean(true);
}

Result<Value> list_with_one(const Value& receiver, const Call& call, Work& work) {
  List& items = receiver.as_list();
  switch (call.method) {
    case Method::kGet:
      if (!is_long(call, 0)) return Value();
      return Value(items[TRY(place(call, 0, items.size()))]);
    case Method::kContains:
      return Value::boolean(TRY(find_item(items, call.arguments[0], call, work)) >= 0);
    case Method::kContainsAll:
      return contains_all(items, call, work);
    case Method::kIndexOf:
    case Method::kLastIndexOf:
      return Value::integer(TRY(find_item(items, call.arguments[0], call, work)));
    default:
      return Value();
  }
}

Result<Value> list_with_two(const Value& receiver, const Call& call, Work& work) {
  List& items = receiver.as_list();
  if (call.method == Method::kSet && is_long(call, 0)) {
    const std::size_t at = TRY(place(call, 0, items.size()));
    work.note_insert(receiver, call.arguments[1]);
    return std::exchange(items[at], call.arguments[1]);
  }
  if (call.method != Method::kSubList || !is_long(call, 0) || !is_long(call, 1)) return Value();
  const std::size_t to = TRY(place(call, 1, items.size() + 1));
  const std::size_t from = TRY(place(call, 0, to + 1));
  const auto begin = items.begin();
  return new_list(
      List(begin + static_cast<std::ptrdiff_t>(from), begin + static_cast<std::ptrdiff_t>(to)),
      work);
}

Result<Value> put(const Value& receiver, std::string key, const Value& value, Work& work) {
  if (!work.take(key.size() + sizeof(Map::Member) * 2)) return too_much_memory();
  work.note_insert(receiver, value);
  return receiver.as_map().put(std::move(key), value);
}

Result<Value> put_all(const Value& receiver, const Call& call, Work& work) {
  if (call.arguments[0].kind() != Value::Kind::kMap) return Value();
  if (&call.arguments[0].as_map() == &receiver.as_map()) return Value();
  for (const Map::Member& member : call.arguments[0].as_map().members()) {
    if (!work.spend(1)) return too_many_steps();
    TRY(put(receiver, member.key, member.value, work));
  }
  return Value();
}

Result<Value> contains_value(const Map& map, const Value& wanted, Work& work) {
  for (const Map::Member& member : map.members()) {
    if (member.value.equals(wanted, work.steps())) return Value::boolean(true);
    if (work.steps() == 0) return too_many_steps();
  }
  return Value::boolean(false);
}

Result<Value> map_parts(const Map& map, const Call& call, Work& work) {
  if (!work.spend(map.size()) || !work.take(map.size() * 192)) return too_much_memory();
  List parts;
  parts.reserve(map.size());
  for (const Map::Member& member : map.members()) {
    if (call.method == Method::kKeySet) {
      parts.push_back(Value::string(member.key));
    } else if (call.method == Method::kValues) {
      parts.push_back(member.value);
    } else {
      parts.push_back(Value::map(Map::entry(member.key, member.value)));
    }
  }
  return Value::list(std::move(parts));
}

Result<Value> map_with_one(const Value& receiver, const Call& call, Work& work) {
  Map& map = receiver.as_map();
  const Value& argument = call.arguments[0];
  if (call.method == Method::kPutAll) return put_all(receiver, call, work);
  if (call.method == Method::kContainsValue) return contains_value(map, argument, work);
  const std::string key = key_text(argument);
  if (call.method == Method::kContainsKey) return Value::boolean(map.find(key) != nullptr);
  if (call.method == Method::kGet) {
    const Value* const found = map.find(key);
    return found ? *found : Value();
  }
  if (call.method != Method::kRemove) return Value();
  if (!work.spend(map.size() * 2)) return too_many_steps();
  return map.remove(key);
}

Result<Value> map_with_two(const Value& receiver, const Call& call, Work& work) {
  std::string key = key_text(call.arguments[0]);
  if (call.method == Method::kPut) return put(receiver, std::move(key), call.arguments[1], work);
  const Value* const found = receiver.as_map().find(key);
  if (call.method == Method::kGetOrDefault) return found ? *found : call.arguments[1];
  if (call.method != Method::kPutIfAbsent) return Value();
  if (found && !found->is_null()) return *found;
  return put(receiver, std::move(key), call.arguments[1], work);
}

}  // namespace

Result<Value> call_list(const Value& receiver, const Call& call, Work& work) {
  List& items = receiver.as_list();
  switch (call.method) {
    case Method::kAdd:
      return add(receiver, call, work);
    case Method::kAddAll:
      return add_all(receiver, call, work);
    case Method::kRemove:
      return remove_item(items, call, work);
    case Method::kReplaceAll:
    case Method::kHashCode:
      return failure("the method " + std::string(call.name) + " of a list cannot be called here");
    default:
      break;
  }
  if (call.arguments.size() == 1) return list_with_one(receiver, call, work);
  if (call.arguments.size() == 2) return list_with_two(receiver, call, work);
  if (!call.arguments.empty()) return Value();
  if (call.method == Method::kIsEmpty) return Value::boolean(items.empty());
  if (call.method == Method::kSize || call.method == Method::kCount ||
      call.method == Method::kLength) {
    return Value::integer(static_cast<std::int64_t>(items.size()));
  }
  if (call.method == Method::kClear) {
    const List old = std::move(items);
    items.clear();
  }
  return Value();
}

Result<Value> call_map(const Value& receiver, const Call& call, Work& work) {
  Map& map = receiver.as_map();
  if (map.is_entry()) {
    const bool key = call.method == Method::kGetKey;
    if ((!key && call.method != Method::kGetValue) || !call.arguments.empty()) return Value();
    return Value(map.members()[key ? 0 : 1].value);
  }
  if (call.method == Method::kHashCode || call.method == Method::kReplaceAll) {
    return failure("the method " + std::string(call.name) + " of a map cannot be called here");
  }
  if (call.arguments.size() == 1) return map_with_one(receiver, call, work);
  if (call.arguments.size() == 2) return map_with_two(receiver, call, work);
  if (!call.arguments.empty()) return Value();
  switch (call.method) {
    case Method::kIsEmpty:
      return Value::boolean(map.empty());
    case Method::kSize:
      return Value::integer(static_cast<std::int64_t>(map.size()));
    case Method::kClear:
      map.clear();
      return Value();
    case Method::kKeySet:
    case Method::kValues:
    case Method::kEntrySet:
      return map_parts(map, call, work);
    default:
      return Value();
  }
}

}  // namespace fairlead::vtl
