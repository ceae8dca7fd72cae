// Reading collects no partial values: the first fault in member order is the answer.
#include "lang/dynamodb/value_json.h"

#include <algorithm>

#include "base/base64.h"
#include "lang/dynamodb/errors.h"

namespace fairlead::dynamodb {

namespace {

Result<AttributeValue> read_at(const Json& json, int depth);

Result<Binary> read_binary(const Json& json) {
  auto bytes = base64_decode(json.string_or(""));
  if (!bytes) return bad_base64(json.string_or(""));
  return Binary{std::move(*bytes)};
}

// "[a, b]" without the brackets, in the order given.
std::string join(const Json& members) {
  std::string out;
  for (const Json& member : members.items()) {
    if (!out.empty()) out += ", ";
    out += member.string_or("");
  }
  return out;
}

template <class Member, class Read>
Result<AttributeValue> read_set(const Json& json, Type type, std::string_view kind, Read read) {
  if (json.items().empty()) return empty_set(kind);
  SetOf<Member> set;
  set.members.reserve(json.items().size());
  for (const Json& member : json.items()) {
    if (type != Type::kNs && member.string_or("").empty()) return empty_set_member(kind);
    set.members.push_back(TRY(read(member)));
  }
  std::sort(set.members.begin(), set.members.end());
  if (std::adjacent_find(set.members.begin(), set.members.end()) != set.members.end()) {
    return duplicate_set_members(join(json), type_name(type));
  }
  return AttributeValue(std::move(set));
}

Result<Map> read_map(const Json& json, int depth) {
  if (depth > kMaxNesting) return nesting_too_deep();
  Map map;
  map.reserve(json.members().size());
  for (const Json::Member& member : json.members()) {
    map.append(member.key, TRY(read_at(member.value, depth)));
  }
  map.sort();
  return map;
}

Result<List> read_list(const Json& json, int depth) {
  if (depth > kMaxNesting) return nesting_too_deep();
  List list;
  list.reserve(json.items().size());
  for (const Json& item : json.items()) list.push_back(TRY(read_at(item, depth)));
  return list;
}

Result<AttributeValue> read_typed(const std::string& type, const Json& json, int depth) {
  if (type == "S") return AttributeValue(json.string_or(""));
  if (type == "N") return AttributeValue(TRY(Number::parse(json.string_or(""))));
  if (type == "B") return AttributeValue(TRY(read_binary(json)));
  if (type == "BOOL") return AttributeValue(json.bool_or(false));
  if (type == "NULL") {
    if (!json.bool_or(false)) return null_must_be_true();
    return AttributeValue(Null{});
  }
  if (type == "M") return AttributeValue(TRY(read_map(json, depth + 1)));
  if (type == "L") return AttributeValue(TRY(read_list(json, depth + 1)));
  if (type == "SS") {
    return read_set<std::string>(json, Type::kSs, "string", [](const Json& member) {
      return Result<std::string>(member.string_or(""));
    });
  }
  if (type == "NS") {
    return read_set<Number>(json, Type::kNs, "number",
                            [](const Json& member) { return Number::parse(member.string_or("")); });
  }
  if (type == "BS") return read_set<Binary>(json, Type::kBs, "binary", read_binary);
  return empty_attribute_value();
}

Result<AttributeValue> read_at(const Json& json, int depth) {
  const Json::Member* chosen = nullptr;
  int given = 0;
  for (const Json::Member& member : json.members()) {
    if (member.value.is_null()) continue;
    chosen = &member;
    ++given;
  }
  if (given == 0) return empty_attribute_value();
  if (given > 1) {  // AWS reports a fault in one of them before the fact that there are several
    for (const Json::Member& member : json.members()) {
      if (!member.value.is_null()) (void)TRY(read_typed(member.key, member.value, depth));
    }
    return several_datatypes();
  }
  return read_typed(chosen->key, chosen->value, depth);
}

template <class Members, class Text>
Json write_members(const Members& members, Text text) {
  Json::Array out;
  out.reserve(members.size());
  for (const auto& member : members) out.emplace_back(text(member));
  return Json(std::move(out));
}

Json tagged(const char* type, Json value) {
  Json::Object object;
  object.push_back(Json::Member{type, std::move(value)});
  return Json(std::move(object));
}

// The value is consumed: callers that must keep theirs hand in a copy.
Json write_moved(AttributeValue& value) {
  auto base64 = [](const Binary& binary) { return base64_encode(binary.bytes); };
  switch (value.type()) {
    case Type::kS:
      return tagged("S", Json(std::move(*value.as<std::string>())));
    case Type::kN:
      return tagged("N", Json(value.as<Number>()->text()));
    case Type::kB:
      return tagged("B", Json(base64(*value.as<Binary>())));
    case Type::kBool:
      return tagged("BOOL", Json(*value.as<bool>()));
    case Type::kNull:
      return tagged("NULL", Json(true));
    case Type::kM:
      return tagged("M", write_item(std::move(*value.as<Map>())));
    case Type::kL: {
      Json::Array out;
      out.reserve(value.as<List>()->size());
      for (AttributeValue& item : *value.as<List>()) out.push_back(write_moved(item));
      return tagged("L", Json(std::move(out)));
    }
    case Type::kSs:
      return tagged("SS", write_members(value.as<StringSet>()->members,
                                        [](const std::string& text) { return text; }));
    case Type::kNs:
      return tagged("NS", write_members(value.as<NumberSet>()->members,
                                        [](const Number& number) { return number.text(); }));
    case Type::kBs:
      break;
  }
  return tagged("BS", write_members(value.as<BinarySet>()->members, base64));
}

}  // namespace

Result<AttributeValue> read_value(const Json& json) { return read_at(json, 0); }

Result<Item> read_item(const Json& json) { return read_map(json, 0); }

Json write_value(const AttributeValue& value) {
  AttributeValue copy = value;
  return write_moved(copy);
}

Json write_item(const Item& item) { return write_item(Item(item)); }

Json write_item(Item&& item) {
  Json::Object out;
  out.reserve(item.size());
  for (Attribute& attribute : item.attributes()) {
    out.push_back(Json::Member{std::move(attribute.name), write_moved(attribute.value)});
  }
  return Json(std::move(out));
}

std::string describe(const AttributeValue& value) {
  const Json json = write_value(value);
  const Json::Member& member = json.members().front();
  std::string out = "{" + member.key + ":";
  out += member.value.is_string() ? member.value.as_string() : write_json(member.value);
  return out + "}";
}

}  // namespace fairlead::dynamodb
