// Apis (reference/websocket-api.md §15.2).
#include "base/ids.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/change.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/operations.h"
#include "storage/documents.h"

namespace fairlead::apigateway {
namespace {

constexpr std::size_t kMostApis = 600;

Status check_selection(const Json& expression) {
  if (!expression.is_string()) return {};
  const auto compiled = routing::Selector::compile(expression.as_string());
  if (compiled.ok()) return {};
  return invalid_selection_expression(expression.as_string(), compiled.error().message);
}

Status check_api(const Json& input) {
  for (const std::string_view member :
       {"CorsConfiguration", "CredentialsArn", "RouteKey", "Target"}) {
    if (!input[member].is_null()) return only_for_http(wire_name(member));
  }
  TRY(check_lengths(input, {{"Name", 1, 128},
                            {"Description", 0, 1024},
                            {"Version", 1, 64},
                            {"RouteSelectionExpression", 1, 1024}}));
  const std::string key_source = text_of(input, "ApiKeySelectionExpression");
  if (!key_source.empty() && key_source != "$request.header.x-api-key" &&
      key_source != "$context.authorizer.usageIdentifierKey") {
    return invalid_selection_expression(
        key_source, "must be $request.header.x-api-key or $context.authorizer.usageIdentifierKey");
  }
  return check_selection(input["RouteSelectionExpression"]);
}

std::string endpoint_of(const Parts& parts, const std::string& region, const std::string& api_id) {
  std::string endpoint = parts.options.api_endpoint;
  const auto fill = [&](std::string_view name, const std::string& value) {
    const std::size_t at = endpoint.find(name);
    if (at != std::string::npos) endpoint.replace(at, name.size(), value);
  };
  fill("{apiId}", api_id);
  fill("{region}", region);
  return endpoint;
}

Result<std::string> new_api_id(Parts& parts) {
  for (;;) {
    std::string id = random_lower_alnum(10);
    if (!TRY(storage::get_document(parts.store, owner_key(id)))) return id;
  }
}

// Their sockets are told to go; `$disconnect` still runs for each.
void close_connections(Parts& parts, std::string_view api_id) {
  for (const std::string& id : parts.connections.connected_to(api_id, "")) {
    parts.pusher.close(id, 1001, "Going away");
  }
}

}  // namespace

Result<Json> create_api(Parts& parts, Context& cx, const Json& input) {
  const std::string protocol = text_of(input, "ProtocolType");
  if (protocol == "HTTP") return platform::not_implemented("ProtocolType HTTP (HTTP APIs)");
  if (protocol != "WEBSOCKET") return unknown_protocol();
  if (text_of(input, "RouteSelectionExpression").empty()) {
    return missing_field("routeSelectionExpression");
  }
  TRY(check_api(input));
  TRY(check_tags(input["Tags"]));

  const auto guard = parts.api_locks.lock("new api");
  const auto there =
      TRY(storage::list_documents(parts.store, apis_prefix(cx.account, cx.region), kMostApis));
  if (there.size() >= kMostApis) return too_many("Apis");
  const std::string id = TRY(new_api_id(parts));
  Json api = Json::object({{"ApiEndpoint", endpoint_of(parts, cx.region, id)},
                           {"ApiId", id},
                           {"ApiKeySelectionExpression", "$request.header.x-api-key"},
                           {"CreatedDate", parts.clock.now_ms() / 1000},
                           {"DisableExecuteApiEndpoint", false},
                           {"IpAddressType", "ipv4"},
                           {"ProtocolType", "WEBSOCKET"},
                           {"Tags", Json::object()}});
  copy_members(
      input, api,
      {"Name", "RouteSelectionExpression", "ApiKeySelectionExpression", "Description",
       "DisableExecuteApiEndpoint", "DisableSchemaValidation", "IpAddressType", "Tags", "Version"});
  storage::Batch batch;
  storage::put_document(batch, api_key(cx.account, cx.region, id), api);
  storage::put_document(batch, owner_key(id),
                        Json::object({{"Account", cx.account}, {"Region", cx.region}}));
  TRY(parts.store.commit(std::move(batch)));
  return api;
}

Result<Json> get_api(Parts& parts, Context& cx, const Json& input) {
  return require_api(parts.store, cx, input);
}

Result<Json> get_apis(Parts& parts, Context& cx, const Json& input) {
  return page_of(parts.store, apis_prefix(cx.account, cx.region), input);
}

Result<Json> update_api(Parts& parts, Context& cx, const Json& input) {
  TRY(check_api(input));
  Change change = TRY(Change::begin(parts, cx, input));
  Json api = change.api();
  copy_members(input, api,
               {"Name", "RouteSelectionExpression", "ApiKeySelectionExpression",
                "DisableExecuteApiEndpoint", "DisableSchemaValidation", "IpAddressType"});
  copy_or_clear(input, api, {"Description", "Version"});
  change.put_api(api);
  TRY(change.commit_and_deploy());
  return api;
}

Result<Json> delete_api(Parts& parts, Context& cx, const Json& input) {
  Change change = TRY(Change::begin(parts, cx, input));
  if (TRY(parts.domains.lead_to(change.api_id(), ""))) return still_mapped("API");
  change.erase_api();
  TRY(change.commit());
  parts.stages.retire_api(change.api_id());
  close_connections(parts, change.api_id());
  return Json();
}

}  // namespace fairlead::apigateway
