// The operation table of "apigateway", REST version 1: API keys and usage plans, which WebSocket
// APIs use. REST APIs themselves answer 501 by name, and so does what is missing here:
// ImportApiKeys, UpdateUsage, tags.
#include "services/apigateway/rest_operations.h"

#include "services/apigateway/resource_arn.h"

namespace fairlead::apigateway {
namespace {

using platform::json;
using platform::Operation;
using platform::OperationKind;

constexpr const char* kGet = "apigateway:GET";
constexpr const char* kPost = "apigateway:POST";
constexpr const char* kPatch = "apigateway:PATCH";
constexpr const char* kDelete = "apigateway:DELETE";
constexpr OperationKind kRead = OperationKind::kRead;
constexpr OperationKind kWrite = OperationKind::kWrite;

#define KEY "/apikeys/{apiKey}"
#define PLAN "/usageplans/{usagePlanId}"

// clang-format off
const Operation kRest[] = {
  {"CreateApiKey", kPost,   resource<"/apikeys">, kWrite, json<create_api_key>},
  {"GetApiKey",    kGet,    resource<KEY>,        kRead,  json<get_api_key>},
  {"GetApiKeys",   kGet,    resource<"/apikeys">, kRead,  json<get_api_keys>},
  {"UpdateApiKey", kPatch,  resource<KEY>,        kWrite, json<update_api_key>},
  {"DeleteApiKey", kDelete, resource<KEY>,        kWrite, json<delete_api_key>},

  {"CreateUsagePlan", kPost,   resource<"/usageplans">, kWrite, json<create_usage_plan>},
  {"GetUsagePlan",    kGet,    resource<PLAN>,          kRead,  json<get_usage_plan>},
  {"GetUsagePlans",   kGet,    resource<"/usageplans">, kRead,  json<get_usage_plans>},
  {"UpdateUsagePlan", kPatch,  resource<PLAN>,          kWrite, json<update_usage_plan>},
  {"DeleteUsagePlan", kDelete, resource<PLAN>,          kWrite, json<delete_usage_plan>},
  {"GetUsage",        kGet,    resource<PLAN "/usage">, kRead,  json<get_usage>},

  {"CreateUsagePlanKey", kPost, resource<PLAN "/keys">,         kWrite,
   json<create_usage_plan_key>},
  {"GetUsagePlanKey",    kGet,  resource<PLAN "/keys/{keyId}">, kRead,  json<get_usage_plan_key>},
  {"GetUsagePlanKeys",   kGet,  resource<PLAN "/keys">,         kRead,  json<get_usage_plan_keys>},
  {"DeleteUsagePlanKey", kDelete, resource<PLAN "/keys/{keyId}">, kWrite,
   json<delete_usage_plan_key>},
};
// clang-format on

}  // namespace

void add_rest_operations(platform::Registry& registry, Parts& parts) {
  registry.add("apigateway", kRest, &parts);
}

}  // namespace fairlead::apigateway
