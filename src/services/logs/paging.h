// Paging by `limit` and `nextToken`: the token is the place in the list.
#pragma once

#include <algorithm>
#include <string>

#include "base/result.h"
#include "base/text.h"
#include "services/logs/errors.h"

namespace fairlead::logs {

inline Result<Json> page_of(const char* name, Json all, const Json& input, std::size_t most) {
  std::size_t from = 0;
  if (const Json* token = input.find("nextToken")) {
    const std::string text = token->string_or("");
    if (!is_digits(text) || text.size() > 9) {
      return invalid_parameter("The specified nextToken is invalid.");
    }
    from = std::min<std::size_t>(std::stoul(text), all.size());
  }
  const auto asked = input["limit"].int_or(static_cast<std::int64_t>(most));
  most =
      std::clamp<std::size_t>(static_cast<std::size_t>(std::max<std::int64_t>(asked, 1)), 1, most);
  const std::size_t to = std::min(all.size(), from + most);
  Json page = Json::array();
  for (std::size_t i = from; i < to; ++i) page.push_back(all.items()[i]);
  Json out = Json::object({{name, std::move(page)}});
  if (to < all.size()) out.set("nextToken", std::to_string(to));
  return out;
}

}  // namespace fairlead::logs
