// Log groups: made by people or by what writes to them, with retention and tags.
#include "services/logs/groups.h"

#include <algorithm>

#include "base/ids.h"
#include "base/text.h"
#include "services/logs/blocks.h"
#include "services/logs/errors.h"
#include "services/logs/paging.h"
#include "services/logs/records.h"
#include "storage/documents.h"

namespace fairlead::logs {

namespace {

constexpr std::size_t kMaxTags = 50;

Json new_group(const std::string& account, const std::string& region, const std::string& name,
               std::int64_t now_ms) {
  return Json::object({{"name", name},
                       {"id", static_cast<std::int64_t>(random_u64() >> 1)},
                       {"arn", group_arn(account, region, name)},
                       {"created_ms", now_ms},
                       {"tags", Json::object()}});
}

Status save_group(Logs& logs, const Context& cx, const Json& group) {
  storage::Batch batch;
  storage::put_document(batch, group_key(cx.account, cx.region, group["name"].as_string()), group);
  return logs.store().commit(std::move(batch));
}

Status merge_tags(Json& group, const Json& tags) {
  Json& all = *group.find("tags");
  for (const auto& [key, value] : tags.members()) all.set(key, value);
  if (all.size() > kMaxTags) return limit_exceeded();
  return {};
}

// logGroupNamePattern: a part of the name; letters of either case.
bool contains_ignoring_case(const std::string& name, const std::string& part) {
  return to_lower(name).find(to_lower(part)) != std::string::npos;
}

Status erase_tags(Json& group, const Json& keys) {
  for (const Json& key : keys.items()) group.find("tags")->erase(key.string_or(""));
  return {};
}

Json shown(const Json& group, std::int64_t bytes) {
  const std::string arn = group["arn"].string_or("");
  Json out = Json::object({{"logGroupName", group["name"]},
                           {"creationTime", group["created_ms"]},
                           {"metricFilterCount", 0},
                           {"arn", arn + ":*"},
                           {"storedBytes", bytes},
                           {"logGroupClass", "STANDARD"},
                           {"logGroupArn", arn}});
  if (group.has("retention")) out.set("retentionInDays", group["retention"]);
  return out;
}

}  // namespace

Result<Json> ensure_group(Logs& logs, const std::string& account, const std::string& region,
                          const std::string& name) {
  const std::string key = group_key(account, region, name);
  const auto lock = logs.locks().lock(key);
  if (auto group = TRY(storage::get_document(logs.store(), key))) return std::move(*group);
  Json group = new_group(account, region, name, logs.clock().now_ms());
  storage::Batch batch;
  storage::put_document(batch, key, group);
  TRY(logs.store().commit(std::move(batch)));
  return group;
}

Result<Json> create_log_group(Logs& logs, Context& cx, const Json& input) {
  const std::string name = input["logGroupName"].as_string();
  const std::string key = group_key(cx.account, cx.region, name);
  if (input.has("kmsKeyId")) return platform::not_implemented("CreateLogGroup with kmsKeyId");
  if (input["logGroupClass"].string_or("STANDARD") != "STANDARD") {
    return platform::not_implemented("CreateLogGroup with logGroupClass " +
                                     input["logGroupClass"].string_or(""));
  }
  const auto lock = logs.locks().lock(key);
  if (TRY(storage::get_document(logs.store(), key))) return group_exists();
  Json group = new_group(cx.account, cx.region, name, cx.now_ms);
  TRY(merge_tags(group, input["tags"]));
  TRY(save_group(logs, cx, group));
  return Json::object();
}

Result<Json> delete_log_group(Logs& logs, Context& cx, const Json& input) {
  const std::string name = input["logGroupName"].as_string();
  logs.flush();
  const auto lock = logs.locks().lock(group_key(cx.account, cx.region, name));
  const Json group = TRY(require_group(logs, cx, name));
  const std::string streams = streams_prefix(id_of(group));
  const std::string events = events_of_group(id_of(group));
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, group_key(cx.account, cx.region, name));
  batch.erase_range(storage::Family::kMeta, streams, storage::after_prefix(streams));
  batch.erase_range(storage::Family::kLogs, events, storage::after_prefix(events));
  const std::string pending = pending_prefix(id_of(group));
  batch.erase_range(storage::Family::kMeta, pending, storage::after_prefix(pending));
  logs.meters().forget(batch, id_of(group));
  TRY(logs.store().commit(std::move(batch)));
  logs.stream_times().forget(id_of(group));
  return Json::object();
}

Result<Json> describe_log_groups(Logs& logs, Context& cx, const Json& input) {
  logs.flush();
  if (input.has("logGroupNamePrefix") && input.has("logGroupNamePattern")) {
    return invalid_parameter(
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive "
        "parameters.");
  }
  const std::string prefix = input["logGroupNamePrefix"].string_or("");
  const std::string pattern = input["logGroupNamePattern"].string_or("");
  std::vector<Json> groups;
  for (auto& [key, group] :
       TRY(storage::list_documents(logs.store(), groups_prefix(cx.account, cx.region)))) {
    const std::string name = group["name"].string_or("");
    if (!name.starts_with(prefix) || !contains_ignoring_case(name, pattern)) continue;
    groups.push_back(std::move(group));
  }
  Json out = TRY(page_of("logGroups", Json(std::move(groups)), input, 50));
  for (Json& group : out.find("logGroups")->items()) {
    group = shown(group, TRY(logs.meters().bytes(logs.store(), id_of(group))));
  }
  return out;
}

Result<Json> put_retention_policy(Logs& logs, Context& cx, const Json& input) {
  static constexpr int kDays[] = {1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
                                  365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};
  const auto days = input["retentionInDays"].int_or(0);
  if (std::find(std::begin(kDays), std::end(kDays), days) == std::end(kDays)) {
    return invalid_parameter("1 validation error detected: Value '" + std::to_string(days) +
                             "' at 'retentionInDays' failed to satisfy constraint: Member must "
                             "satisfy enum value set");
  }
  return change_group(logs, cx, input["logGroupName"].as_string(), [&](Json& group) -> Status {
    group.set("retention", days);
    return {};
  });
}

Result<Json> delete_retention_policy(Logs& logs, Context& cx, const Json& input) {
  return change_group(logs, cx, input["logGroupName"].as_string(), [](Json& group) -> Status {
    group.erase("retention");
    return {};
  });
}

Result<Json> list_tags_for_resource(Logs& logs, Context& cx, const Json& input) {
  const std::string name = TRY(name_in_identifier(input["resourceArn"].as_string()));
  return Json::object({{"tags", TRY(require_group(logs, cx, name))["tags"]}});
}

Result<Json> tag_resource(Logs& logs, Context& cx, const Json& input) {
  const std::string name = TRY(name_in_identifier(input["resourceArn"].as_string()));
  return change_group(logs, cx, name,
                      [&](Json& group) { return merge_tags(group, input["tags"]); });
}

Result<Json> untag_resource(Logs& logs, Context& cx, const Json& input) {
  const std::string name = TRY(name_in_identifier(input["resourceArn"].as_string()));
  return change_group(logs, cx, name,
                      [&](Json& group) { return erase_tags(group, input["tagKeys"]); });
}

Result<Json> list_tags_log_group(Logs& logs, Context& cx, const Json& input) {
  return Json::object(
      {{"tags", TRY(require_group(logs, cx, input["logGroupName"].as_string()))["tags"]}});
}

Result<Json> tag_log_group(Logs& logs, Context& cx, const Json& input) {
  return change_group(logs, cx, input["logGroupName"].as_string(),
                      [&](Json& group) { return merge_tags(group, input["tags"]); });
}

Result<Json> untag_log_group(Logs& logs, Context& cx, const Json& input) {
  return change_group(logs, cx, input["logGroupName"].as_string(),
                      [&](Json& group) { return erase_tags(group, input["tags"]); });
}

}  // namespace fairlead::logs
