// The operation table of CloudWatch Logs.
#include "services/logs/events.h"
#include "services/logs/groups.h"
#include "services/logs/insights.h"
#include "services/logs/logs.h"
#include "services/logs/records.h"
#include "services/logs/subscriptions.h"

namespace fairlead::logs {

using platform::Operation;
using enum platform::OperationKind;

namespace {

std::string group_resource_of(const Context& cx, const Json& identifier) {
  const auto name = name_in_identifier(identifier.string_or("*"));
  return group_arn(cx.account, cx.region, name.ok() ? *name : "*") + ":*";
}

std::string group_resource(const Context& cx, const Json& input) {
  if (const Json* arn = input.find("resourceArn")) return arn->string_or("*");
  if (const Json* id = input.find("logGroupIdentifier")) return group_resource_of(cx, *id);
  return group_resource_of(cx, input["logGroupName"]);
}

// Of a query: its only group, or any (a policy for one group then does not do).
std::string query_resource(const Context& cx, const Json& input) {
  for (const char* list : {"logGroupNames", "logGroupIdentifiers"}) {
    const auto& names = input[list].items();
    if (!names.empty()) return names.size() == 1 ? group_resource_of(cx, names[0]) : "*";
  }
  return group_resource(cx, input);
}

std::string stream_resource(const Context& cx, const Json& input) {
  return group_arn(cx.account, cx.region, input["logGroupName"].string_or("*")) +
         ":log-stream:" + input["logStreamName"].string_or("*");
}

template <auto kFunction>
constexpr auto json = platform::json<kFunction>;

constexpr std::size_t kMaxPutBytes = 4 * 1024 * 1024;

const Operation kOperations[] = {
    // name, permission, resource, kind, handler
    {"CreateLogGroup", "logs:CreateLogGroup", group_resource, kWrite, json<create_log_group>},
    {"CreateLogStream", "logs:CreateLogStream", group_resource, kWrite, json<create_log_stream>},
    {"DeleteLogGroup", "logs:DeleteLogGroup", group_resource, kWrite, json<delete_log_group>},
    {"DeleteLogStream", "logs:DeleteLogStream", stream_resource, kWrite, json<delete_log_stream>},
    {"DeleteQueryDefinition", "logs:DeleteQueryDefinition", platform::any_resource, kWrite,
     json<delete_query_definition>},
    {"DeleteRetentionPolicy", "logs:DeleteRetentionPolicy", group_resource, kWrite,
     json<delete_retention_policy>},
    {"DeleteSubscriptionFilter", "logs:DeleteSubscriptionFilter", group_resource, kWrite,
     json<delete_subscription_filter>},
    {"DescribeLogGroups", "logs:DescribeLogGroups", group_resource, kRead,
     json<describe_log_groups>},
    {"DescribeLogStreams", "logs:DescribeLogStreams", group_resource, kRead,
     json<describe_log_streams>},
    {"DescribeQueries", "logs:DescribeQueries", platform::any_resource, kRead,
     json<describe_queries>},
    {"DescribeQueryDefinitions", "logs:DescribeQueryDefinitions", platform::any_resource, kRead,
     json<describe_query_definitions>},
    {"DescribeSubscriptionFilters", "logs:DescribeSubscriptionFilters", group_resource, kRead,
     json<describe_subscription_filters>},
    {"FilterLogEvents", "logs:FilterLogEvents", group_resource, kRead, json<filter_log_events>},
    {"GetLogEvents", "logs:GetLogEvents", stream_resource, kRead, json<get_log_events>},
    {"GetLogRecord", "logs:GetLogRecord", platform::any_resource, kRead, json<get_log_record>},
    {"GetQueryResults", "logs:GetQueryResults", platform::any_resource, kRead,
     json<get_query_results>},
    {"ListTagsForResource", "logs:ListTagsForResource", group_resource, kRead,
     json<list_tags_for_resource>},
    {"ListTagsLogGroup", "logs:ListTagsLogGroup", group_resource, kRead, json<list_tags_log_group>},
    {"PutLogEvents", "logs:PutLogEvents", stream_resource, kWrite, json<put_log_events>,
     kMaxPutBytes},
    {"PutQueryDefinition", "logs:PutQueryDefinition", platform::any_resource, kWrite,
     json<put_query_definition>},
    {"PutRetentionPolicy", "logs:PutRetentionPolicy", group_resource, kWrite,
     json<put_retention_policy>},
    {"PutSubscriptionFilter", "logs:PutSubscriptionFilter", group_resource, kWrite,
     json<put_subscription_filter>},
    {"StartQuery", "logs:StartQuery", query_resource, kRead, json<start_query>},
    {"StopQuery", "logs:StopQuery", platform::any_resource, kRead, json<stop_query>},
    {"TagLogGroup", "logs:TagLogGroup", group_resource, kWrite, json<tag_log_group>},
    {"TagResource", "logs:TagResource", group_resource, kWrite, json<tag_resource>},
    {"TestMetricFilter", "logs:TestMetricFilter", platform::any_resource, kRead,
     json<test_metric_filter>},
    {"UntagLogGroup", "logs:UntagLogGroup", group_resource, kWrite, json<untag_log_group>},
    {"UntagResource", "logs:UntagResource", group_resource, kWrite, json<untag_resource>},
};

}  // namespace

void add_logs(platform::Registry& registry, Logs& logs) {
  registry.add("logs", kOperations, &logs);
}

}  // namespace fairlead::logs
