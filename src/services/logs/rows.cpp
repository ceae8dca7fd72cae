// The operation table of CloudWatch Logs.
#include "services/logs/events.h"
#include "services/logs/groups.h"
#include "services/logs/logs.h"
#include "services/logs/records.h"

namespace fairlead::logs {

using platform::Operation;
using enum platform::OperationKind;

namespace {

std::string group_resource(const Context& cx, const Json& input) {
  if (const Json* arn = input.find("resourceArn")) return arn->string_or("*");
  return group_arn(cx.account, cx.region, input["logGroupName"].string_or("*")) + ":*";
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
    {"DeleteRetentionPolicy", "logs:DeleteRetentionPolicy", group_resource, kWrite,
     json<delete_retention_policy>},
    {"DescribeLogGroups", "logs:DescribeLogGroups", group_resource, kRead,
     json<describe_log_groups>},
    {"DescribeLogStreams", "logs:DescribeLogStreams", group_resource, kRead,
     json<describe_log_streams>},
    {"FilterLogEvents", "logs:FilterLogEvents", group_resource, kRead, json<filter_log_events>},
    {"GetLogEvents", "logs:GetLogEvents", stream_resource, kRead, json<get_log_events>},
    {"ListTagsForResource", "logs:ListTagsForResource", group_resource, kRead,
     json<list_tags_for_resource>},
    {"PutLogEvents", "logs:PutLogEvents", stream_resource, kWrite, json<put_log_events>,
     kMaxPutBytes},
    {"PutRetentionPolicy", "logs:PutRetentionPolicy", group_resource, kWrite,
     json<put_retention_policy>},
    {"TagResource", "logs:TagResource", group_resource, kWrite, json<tag_resource>},
    {"UntagResource", "logs:UntagResource", group_resource, kWrite, json<untag_resource>},
};

}  // namespace

void add_logs(platform::Registry& registry, Logs& logs) {
  registry.add("logs", kOperations, &logs);
}

}  // namespace fairlead::logs
