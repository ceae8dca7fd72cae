// IAM's paging: MaxItems and Marker in, IsTruncated and Marker out.
#pragma once

#include <algorithm>
#include <string>

#include "base/result.h"
#include "base/text.h"
#include "services/iam/errors.h"

namespace fairlead::iam {

// The page of `all` that `input` asks for, as {name: […], IsTruncated, Marker?}.
inline Result<Json> page_of(const char* name, Json all, const Json& input) {
  std::size_t from = 0;
  if (const Json* marker = input.find("Marker")) {
    const std::string text = marker->string_or("");
    if (!is_digits(text) || text.size() > 9) return validation_error("Invalid Marker.");
    from = std::min<std::size_t>(std::stoul(text), all.size());
  }
  const auto most =
      static_cast<std::size_t>(std::max<std::int64_t>(1, input["MaxItems"].int_or(100)));
  const std::size_t to = std::min(all.size(), from + most);
  Json page = Json::array();
  for (std::size_t i = from; i < to; ++i) page.push_back(all.items()[i]);
  Json out = Json::object({{name, std::move(page)}, {"IsTruncated", to < all.size()}});
  if (to < all.size()) out.set("Marker", std::to_string(to));
  return out;
}

}  // namespace fairlead::iam
