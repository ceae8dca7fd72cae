// IAM's paging: MaxItems and Marker in, IsTruncated and Marker out.
#pragma once

#include "base/result.h"
#include "platform/paging.h"
#include "services/iam/errors.h"

namespace fairlead::iam {

// The page of `all` that `input` asks for, as {name: […], IsTruncated, Marker?}.
inline Result<Json> page_of(const char* name, const Json& all, const Json& input) {
  const auto most =
      static_cast<std::size_t>(input["MaxItems"].int_or(100));  // at least 1: the model
  auto page = platform::page_of(all, input["Marker"], most);
  if (!page) return validation_error("Invalid Marker.");
  Json out = Json::object({{name, std::move(page->items)}, {"IsTruncated", !page->next.empty()}});
  if (!page->next.empty()) out.set("Marker", page->next);
  return out;
}

}  // namespace fairlead::iam
