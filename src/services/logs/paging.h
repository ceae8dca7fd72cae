// Paging by `limit` and `nextToken`.
#pragma once

#include <algorithm>

#include "base/result.h"
#include "platform/paging.h"
#include "services/logs/errors.h"

namespace fairlead::logs {

// The page of `all` that `input` asks for, of `most` elements at most, as {name: […], nextToken?}.
inline Result<Json> page_of(const char* name, const Json& all, const Json& input,
                            std::int64_t most) {
  const std::int64_t asked = std::clamp<std::int64_t>(input["limit"].int_or(most), 1, most);
  auto page = platform::page_of(all, input["nextToken"], static_cast<std::size_t>(asked));
  if (!page) return invalid_parameter("The specified nextToken is invalid.");
  Json out = Json::object({{name, std::move(page->items)}});
  if (!page->next.empty()) out.set("nextToken", page->next);
  return out;
}

}  // namespace fairlead::logs
