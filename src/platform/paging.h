// Paging over a list that is put together anew for each request: the token names the place in the
// list at which the next page begins. For short lists only; what is large pages by key in the
// store.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/json.h"

namespace fairlead::platform {

struct Page {
  Json items;        // an array
  std::string next;  // the token of the next page; empty on the last one
};

// The page of the array `all`, of `most` elements (at least one is handed out), that begins where
// `token` says; no token (null) means the beginning. Nothing when the token is not one of ours; a
// token beyond the end gives an empty last page.
std::optional<Page> page_of(const Json& all, const Json& token, std::size_t most);

}  // namespace fairlead::platform
