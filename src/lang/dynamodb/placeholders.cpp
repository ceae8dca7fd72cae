// Reading and looking up #names and :values; a request has a handful, so a list is the map.
#include "lang/dynamodb/placeholders.h"

#include <algorithm>
#include <cctype>

#include "lang/dynamodb/errors.h"
#include "lang/dynamodb/value_json.h"

namespace fairlead::dynamodb {

namespace {

bool is_placeholder(std::string_view key, char mark) {
  if (key.size() < 2 || key.front() != mark) return false;
  return std::all_of(key.begin() + 1, key.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  });
}

Error invalid_key(std::string_view member, const std::string& key) {
  return validation(std::string(member) + " contains invalid key: Syntax error; key: \"" + key +
                    "\"");
}

template <class Entries>
Status check_used(const Entries& entries, std::string_view member) {
  std::string unused;
  for (const auto& entry : entries) {
    if (entry.used) continue;
    unused += (unused.empty() ? "" : ", ") + entry.key;
  }
  if (unused.empty()) return {};
  return validation("Value unused in " + std::string(member) + ": keys: {" + unused + "}");
}

}  // namespace

Result<Placeholders> Placeholders::read(const Json& names, const Json& values) {
  Placeholders placeholders;
  if (names.is_object()) {
    if (names.empty()) return validation("ExpressionAttributeNames must not be empty");
    placeholders.names_.reserve(names.size());
    for (const Json::Member& member : names.members()) {
      if (!is_placeholder(member.key, '#')) {
        return invalid_key("ExpressionAttributeNames", member.key);
      }
      placeholders.names_.push_back(Name{member.key, member.value.string_or("")});
    }
  }
  if (values.is_object()) {
    if (values.empty()) return validation("ExpressionAttributeValues must not be empty");
    placeholders.values_.reserve(values.size());
    for (const Json::Member& member : values.members()) {
      if (!is_placeholder(member.key, ':')) {
        return invalid_key("ExpressionAttributeValues", member.key);
      }
      auto value = read_value(member.value);
      if (!value.ok()) {
        return validation("ExpressionAttributeValues contains invalid value: " +
                          value.error().message + " for key " + member.key);
      }
      placeholders.values_.push_back(Value{member.key, std::move(value).value()});
    }
  }
  return placeholders;
}

const std::string* Placeholders::name(std::string_view key) {
  for (Name& entry : names_) {
    if (entry.key != key) continue;
    entry.used = true;
    return &entry.name;
  }
  return nullptr;
}

const AttributeValue* Placeholders::value(std::string_view key) {
  for (Value& entry : values_) {
    if (entry.key != key) continue;
    entry.used = true;
    return &entry.value;
  }
  return nullptr;
}

Status Placeholders::check_all_used() const {
  TRY(check_used(names_, "ExpressionAttributeNames"));
  return check_used(values_, "ExpressionAttributeValues");
}

}  // namespace fairlead::dynamodb
