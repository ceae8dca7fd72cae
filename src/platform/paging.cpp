// Places as decimal text, of nine digits at most.
#include "platform/paging.h"

#include <algorithm>

#include "base/text.h"

namespace fairlead::platform {

std::optional<Page> page_of(const Json& all, const Json& token, std::size_t most) {
  std::size_t from = 0;
  if (!token.is_null()) {
    const std::string text = token.string_or("");
    if (!is_digits(text) || text.size() > 9) return std::nullopt;
    from = std::min<std::size_t>(std::stoul(text), all.size());
  }
  const std::size_t to = from + std::min(all.size() - from, std::max<std::size_t>(most, 1));
  Page page{Json::array(), to < all.size() ? std::to_string(to) : ""};
  for (std::size_t i = from; i < to; ++i) page.items.push_back(all.items()[i]);
  return page;
}

}  // namespace fairlead::platform
