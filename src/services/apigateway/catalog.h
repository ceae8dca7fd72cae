// Reading an API's documents: one, all, or a page of them, with the 404 of whoever is missing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "platform/context.h"
#include "services/apigateway/kinds.h"
#include "storage/store.h"

namespace fairlead::apigateway {

// The Api that `input.ApiId` names, of the caller's account and region.
Result<Json> require_api(const storage::Snapshot& store, const platform::Context& cx,
                         const Json& input);
// Nothing when there is none.
Result<std::optional<Json>> find_resource(const storage::Snapshot& store, std::string_view api_id,
                                          const Kind& kind, std::string_view parent,
                                          std::string_view id);
// The same, with the kind's 404.
Result<Json> require_resource(const storage::Snapshot& store, std::string_view api_id,
                              const Kind& kind, std::string_view parent, std::string_view id);
// The resource of `kind` that `input` names by the kind's id member (and by its parent's), of the
// caller's API; the 404 of whichever is missing.
Result<Json> read_resource(const storage::Snapshot& store, const platform::Context& cx,
                           const Json& input, const Kind& kind);
// The page of those resources that `input` asks for (see page_of).
Result<Json> read_resources(const storage::Snapshot& store, const platform::Context& cx,
                            const Json& input, const Kind& kind);
// Ordered by id.
Result<std::vector<Json>> all_resources(const storage::Snapshot& store, std::string_view api_id,
                                        const Kind& kind, std::string_view parent);

// One page of the documents under `prefix`, as {"Items":[…],"NextToken":"…"}; MaxResults and
// NextToken come from `input`.
// `wanted` leaves documents out; empty: every one is wanted.
Result<Json> page_of(const storage::Snapshot& store, const std::string& prefix, const Json& input,
                     const std::function<bool(const Json&)>& wanted = {});

// A new id that no resource of the kind has.
Result<std::string> new_resource_id(const storage::Snapshot& store, std::string_view api_id,
                                    const Kind& kind, std::string_view parent);

// Request members that hold text; the model has made sure of the required ones.
inline std::string text_of(const Json& input, std::string_view member) {
  return input[member].string_or("");
}

}  // namespace fairlead::apigateway
