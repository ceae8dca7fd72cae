// Operations on log groups and streams, and the steps that writing events shares with them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "platform/context.h"
#include "services/logs/logs.h"

namespace fairlead::logs {

// The documents, made if they are not there. The caller of ensure_stream holds the stream's lock.
Result<Json> ensure_group(Logs& logs, const std::string& account, const std::string& region,
                          const std::string& name);
Result<Json> ensure_stream(Logs& logs, const Json& group, const std::string& name);
// Puts the events and the stream's new times into `batch`.
void append_events(Logs& logs, storage::Batch& batch, const Json& group, Json& stream,
                   const std::vector<platform::LogEvent>& events);

using platform::Context;
Result<Json> create_log_group(Logs& logs, Context& cx, const Json& input);
Result<Json> delete_log_group(Logs& logs, Context& cx, const Json& input);
Result<Json> describe_log_groups(Logs& logs, Context& cx, const Json& input);
Result<Json> put_retention_policy(Logs& logs, Context& cx, const Json& input);
Result<Json> delete_retention_policy(Logs& logs, Context& cx, const Json& input);
Result<Json> create_log_stream(Logs& logs, Context& cx, const Json& input);
Result<Json> delete_log_stream(Logs& logs, Context& cx, const Json& input);
Result<Json> describe_log_streams(Logs& logs, Context& cx, const Json& input);
Result<Json> list_tags_for_resource(Logs& logs, Context& cx, const Json& input);
Result<Json> tag_resource(Logs& logs, Context& cx, const Json& input);
Result<Json> untag_resource(Logs& logs, Context& cx, const Json& input);

}  // namespace fairlead::logs
