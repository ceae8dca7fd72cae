// Checking and copying request members into documents: what Create* and Update* of every kind do.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::apigateway {

// Copies the members that the request has; what is null or missing stays as it is.
void copy_members(const Json& from, Json& into, std::initializer_list<std::string_view> names);
// The same, but an empty string takes the member away.
void copy_or_clear(const Json& from, Json& into, std::initializer_list<std::string_view> names);
// A map replaces the old one whole; entries whose value is "" are left out.
void copy_map(const Json& from, Json& into, std::string_view name);

struct LengthRule {
  std::string_view member;
  std::size_t least, most;
};
Status check_lengths(const Json& input, std::initializer_list<LengthRule> rules);

std::string wire_name(std::string_view member);  // "ApiId" as it is on the wire: "apiId"

// The tags of a create or TagResource: at most 50, all strings.
Status check_tags(const Json& tags);

}  // namespace fairlead::apigateway
