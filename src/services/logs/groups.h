// Operations on log groups and streams, and the steps that writing events shares with them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "platform/context.h"
#include "services/logs/logs.h"
#include "services/logs/records.h"
#include "storage/documents.h"

namespace fairlead::logs {

// The documents, made if they are not there. The caller of ensure_stream holds the stream's lock.
Result<Json> ensure_group(Logs& logs, const std::string& account, const std::string& region,
                          const std::string& name);
Result<Json> ensure_stream(Logs& logs, const Json& group, const std::string& name);
// Puts the events (not none), the stream's new times and what subscriptions of the group have to do
// into `batch`. The caller holds the stream's lock.
Status append_events(Logs& logs, storage::Batch& batch, const Json& group, Json& stream,
                     const std::vector<platform::LogEvent>& events);

// Runs `change(group)` on the group's document under its lock and saves it.
template <class Change>
Result<Json> change_group(Logs& logs, platform::Context& cx, const std::string& name,
                          Change change) {
  const auto lock = logs.locks().lock(group_key(cx.account, cx.region, name));
  Json group = TRY(require_group(logs, cx, name));
  TRY(change(group));
  storage::Batch batch;
  storage::put_document(batch, group_key(cx.account, cx.region, name), group);
  TRY(logs.store().commit(std::move(batch)));
  return Json::object();
}

using platform::Context;
Result<Json> create_log_group(Logs& logs, Context& cx, const Json& input);
Result<Json> delete_log_group(Logs& logs, Context& cx, const Json& input);
Result<Json> describe_log_groups(Logs& logs, Context& cx, const Json& input);
Result<Json> put_retention_policy(Logs& logs, Context& cx, const Json& input);
Result<Json> delete_retention_policy(Logs& logs, Context& cx, const Json& input);
Result<Json> create_log_stream(Logs& logs, Context& cx, const Json& input);
Result<Json> delete_log_stream(Logs& logs, Context& cx, const Json& input);
Result<Json> describe_log_streams(Logs& logs, Context& cx, const Json& input);
Result<Json> list_tags_log_group(Logs& logs, Context& cx, const Json& input);
Result<Json> tag_log_group(Logs& logs, Context& cx, const Json& input);
Result<Json> untag_log_group(Logs& logs, Context& cx, const Json& input);
Result<Json> list_tags_for_resource(Logs& logs, Context& cx, const Json& input);
Result<Json> tag_resource(Logs& logs, Context& cx, const Json& input);
Result<Json> untag_resource(Logs& logs, Context& cx, const Json& input);

}  // namespace fairlead::logs
