// One row for each operation of AWS Lambda that is in events/.
#include "services/lambda/events/operations.h"

#include <algorithm>

#include "platform/paging.h"
#include "services/lambda/events/errors.h"

namespace fairlead::lambda::events {
namespace {

using platform::any_resource;
using platform::json;
using platform::Operation;

constexpr auto kRead = platform::OperationKind::kRead;
constexpr auto kWrite = platform::OperationKind::kWrite;

std::string function_resource(const Context& cx, const Json& input) {
  const auto name = named(cx, input);
  return name.ok() ? name->arn() : "*";
}

std::string mapping_resource(const Context& cx, const Json& input) {
  return "arn:aws:lambda:" + cx.region + ":" + cx.account +
         ":event-source-mapping:" + input["UUID"].string_or("*");
}

const Operation kOperations[] = {
    {"CreateEventSourceMapping", "lambda:CreateEventSourceMapping", any_resource, kWrite,
     json<create_event_source_mapping>},
    {"CreateFunctionUrlConfig", "lambda:CreateFunctionUrlConfig", function_resource, kWrite,
     json<create_function_url_config>},
    {"DeleteEventSourceMapping", "lambda:DeleteEventSourceMapping", mapping_resource, kWrite,
     json<delete_event_source_mapping>},
    {"DeleteFunctionEventInvokeConfig", "lambda:DeleteFunctionEventInvokeConfig", function_resource,
     kWrite, json<delete_function_event_invoke_config>},
    {"DeleteFunctionUrlConfig", "lambda:DeleteFunctionUrlConfig", function_resource, kWrite,
     json<delete_function_url_config>},
    {"GetEventSourceMapping", "lambda:GetEventSourceMapping", mapping_resource, kRead,
     json<get_event_source_mapping>},
    {"GetFunctionEventInvokeConfig", "lambda:GetFunctionEventInvokeConfig", function_resource,
     kRead, json<get_function_event_invoke_config>},
    {"GetFunctionUrlConfig", "lambda:GetFunctionUrlConfig", function_resource, kRead,
     json<get_function_url_config>},
    {"ListEventSourceMappings", "lambda:ListEventSourceMappings", any_resource, kRead,
     json<list_event_source_mappings>},
    {"ListFunctionEventInvokeConfigs", "lambda:ListFunctionEventInvokeConfigs", function_resource,
     kRead, json<list_function_event_invoke_configs>},
    {"ListFunctionUrlConfigs", "lambda:ListFunctionUrlConfigs", function_resource, kRead,
     json<list_function_url_configs>},
    {"PutFunctionEventInvokeConfig", "lambda:PutFunctionEventInvokeConfig", function_resource,
     kWrite, json<put_function_event_invoke_config>},
    {"UpdateEventSourceMapping", "lambda:UpdateEventSourceMapping", mapping_resource, kWrite,
     json<update_event_source_mapping>},
    {"UpdateFunctionEventInvokeConfig", "lambda:UpdateFunctionEventInvokeConfig", function_resource,
     kWrite, json<update_function_event_invoke_config>},
    {"UpdateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig", function_resource, kWrite,
     json<update_function_url_config>},
};

}  // namespace

Result<FunctionName> named(const Context& cx, const Json& input) {
  return parse_function_name(cx, input["FunctionName"].string_or(""),
                             input["Qualifier"].string_or(""));
}

Result<Json> page_of_list(const Json& input, const char* member, const Json& all,
                          std::size_t most) {
  const std::int64_t asked = input["MaxItems"].int_or(static_cast<std::int64_t>(most));
  const std::size_t limit = std::clamp<std::int64_t>(asked, 1, static_cast<std::int64_t>(most));
  const Json marker = input["Marker"].string_or("").empty() ? Json() : input["Marker"];
  auto page = platform::page_of(all, marker, limit);
  if (!page) return invalid_marker();
  Json reply = Json::object({{member, std::move(page->items)}});
  if (!page->next.empty()) reply.set("NextMarker", page->next);
  return reply;
}

Json seconds(std::int64_t ms) { return Json::number(epoch_seconds(ms)); }

}  // namespace fairlead::lambda::events

namespace fairlead::lambda {

void add_lambda_events(platform::Registry& registry, Events& of) {
  registry.add("lambda", events::kOperations, &of);
}

}  // namespace fairlead::lambda
