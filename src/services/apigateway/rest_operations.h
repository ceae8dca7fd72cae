// The handlers of the REST version 1 service "apigateway" that WebSocket APIs need: API keys and
// usage plans. rest_operations.cpp holds the table.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "platform/operation.h"
#include "services/apigateway/parts.h"

namespace fairlead::apigateway {

using platform::Context;

// api_keys.cpp
Result<Json> create_api_key(Parts& parts, Context& cx, const Json& input);
Result<Json> get_api_key(Parts& parts, Context& cx, const Json& input);
Result<Json> get_api_keys(Parts& parts, Context& cx, const Json& input);
Result<Json> update_api_key(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_api_key(Parts& parts, Context& cx, const Json& input);
// usage_plans.cpp
Result<Json> create_usage_plan(Parts& parts, Context& cx, const Json& input);
Result<Json> get_usage_plan(Parts& parts, Context& cx, const Json& input);
Result<Json> get_usage_plans(Parts& parts, Context& cx, const Json& input);
Result<Json> update_usage_plan(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_usage_plan(Parts& parts, Context& cx, const Json& input);
// usage_plan_keys.cpp
Result<Json> create_usage_plan_key(Parts& parts, Context& cx, const Json& input);
Result<Json> get_usage_plan_key(Parts& parts, Context& cx, const Json& input);
Result<Json> get_usage_plan_keys(Parts& parts, Context& cx, const Json& input);
Result<Json> delete_usage_plan_key(Parts& parts, Context& cx, const Json& input);
Result<Json> get_usage(Parts& parts, Context& cx, const Json& input);

// What the lists share: `position`, `limit` (25 if not given, at most 500) over documents that
// `keep` lets through; {"items", "position"}.
Result<Json> rest_page(const storage::Snapshot& store, const std::string& prefix, const Json& input,
                       const std::function<Result<std::optional<Json>>(Json)>& keep);

// Changes of keys and plans of one account and region happen one after another.
storage::KeyLocks::Guard lock_keys(Parts& parts, const Context& cx);

Result<Json> require_key(Parts& parts, const Context& cx, const std::string& key_id);
Result<Json> require_plan(Parts& parts, const Context& cx, const std::string& plan_id);

// Registers the service "apigateway".
void add_rest_operations(platform::Registry& registry, Parts& parts);

}  // namespace fairlead::apigateway
