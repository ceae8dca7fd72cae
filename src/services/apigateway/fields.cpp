// Request members.
#include "services/apigateway/fields.h"

#include "base/utf8.h"
#include "services/apigateway/errors.h"

namespace fairlead::apigateway {

void copy_members(const Json& from, Json& into, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (!from[name].is_null()) into.set(name, from[name]);
  }
}

void copy_or_clear(const Json& from, Json& into, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const Json& value = from[name];
    if (value.is_string() && value.as_string().empty()) {
      into.erase(name);
    } else if (!value.is_null()) {
      into.set(name, value);
    }
  }
}

void copy_map(const Json& from, Json& into, std::string_view name) {
  if (from[name].is_null()) return;
  Json kept = Json::object();
  for (const Json::Member& member : from[name].members()) {
    if (member.value.is_string() && member.value.as_string().empty()) continue;
    kept.set(member.key, member.value);
  }
  into.set(name, std::move(kept));
}

Status check_lengths(const Json& input, std::initializer_list<LengthRule> rules) {
  for (const LengthRule& rule : rules) {
    const Json& value = input[rule.member];
    if (!value.is_string()) continue;
    const std::size_t length = utf8_length(value.as_string());
    if (length < rule.least || length > rule.most) {
      return bad_length(wire_name(rule.member), rule.least, rule.most);
    }
  }
  return {};
}

std::string wire_name(std::string_view member) {
  std::string name(member);
  if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z')
    name[0] = static_cast<char>(name[0] | 0x20);
  return name;
}

Status check_tags(const Json& tags) {
  if (tags.size() > 50) return too_many_tags();
  for (const Json::Member& tag : tags.members()) {
    const std::size_t name = utf8_length(tag.key);
    if (name < 1 || name > 128) return bad_length("tag key", 1, 128);
    if (utf8_length(tag.value.string_or("")) > 256) return bad_length("tag value", 0, 256);
  }
  return {};
}

}  // namespace fairlead::apigateway
