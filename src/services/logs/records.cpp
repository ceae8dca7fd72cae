// Keys of log records (docs/formats/keys-logs.md).
#include "services/logs/records.h"

#include "base/arn.h"
#include "services/logs/errors.h"
#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::logs {

using storage::KeyWriter;

namespace {
constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
}

std::string groups_prefix(const std::string& account, const std::string& region) {
  return KeyWriter(kAllGroups).text(account).text(region).take();
}

std::string group_key(const std::string& account, const std::string& region,
                      const std::string& name) {
  return KeyWriter(kAllGroups).text(account).text(region).text(name).take();
}

std::string streams_prefix(std::uint64_t group_id) {
  return KeyWriter("logs/stream/").number(group_id).take();
}

std::string stream_key(std::uint64_t group_id, const std::string& name) {
  return KeyWriter("logs/stream/").number(group_id).text(name).take();
}

std::string meter_key(std::uint64_t group_id) {
  return KeyWriter("logs/bytes/").number(group_id).take();
}

std::string pending_prefix(std::uint64_t group_id) {
  return KeyWriter(kAllPending).number(group_id).take();
}

std::string pending_key(std::uint64_t group_id, std::uint64_t sequence) {
  return KeyWriter(kAllPending).number(group_id).number(sequence).take();
}

std::string query_definition_key(const std::string& account, const std::string& region,
                                 const std::string& id) {
  return KeyWriter("logs/query/").text(account).text(region).raw(id).take();
}

std::uint64_t id_of(const Json& document) {
  return static_cast<std::uint64_t>(document["id"].int_or(0));
}

std::string group_arn(const std::string& account, const std::string& region,
                      const std::string& name) {
  return format_arn("logs", region, account, "log-group:" + name);
}

Result<Json> require_group(Logs& logs, const platform::Context& cx, const std::string& name) {
  auto group = TRY(storage::get_document(logs.store(), group_key(cx.account, cx.region, name)));
  if (!group) return no_such_group();
  return std::move(*group);
}

Result<Json> require_stream(Logs& logs, const Json& group, const std::string& name) {
  auto stream = TRY(storage::get_document(logs.store(), stream_key(id_of(group), name)));
  if (!stream) return no_such_stream();
  return std::move(*stream);
}

Result<std::string> name_in_identifier(const std::string& text) {
  if (!text.starts_with("arn:")) return text;
  const auto arn = parse_arn(text);
  if (!arn || !arn->resource.starts_with("log-group:")) {
    return invalid_parameter("Invalid resource ARN: " + text);
  }
  std::string name = arn->resource.substr(10);
  if (name.ends_with(":*")) name.resize(name.size() - 2);
  return name;
}

Result<Json> group_of_input(Logs& logs, const platform::Context& cx, const Json& input) {
  const Json *name = input.find("logGroupName"), *identifier = input.find("logGroupIdentifier");
  if (name && identifier) {
    return invalid_parameter("LogGroup name and LogGroup identifier are mutually exclusive.");
  }
  if (!name && !identifier) {
    return invalid_parameter("LogGroup name or LogGroup identifier must be given.");
  }
  return require_group(logs, cx,
                       TRY(name_in_identifier((name ? name : identifier)->string_or(""))));
}

std::int64_t oldest_kept_ms(const Json& group, std::int64_t now_ms) {
  if (!group.has("retention")) return 0;
  return now_ms - group["retention"].int_or(0) * kDayMs;
}

}  // namespace fairlead::logs
