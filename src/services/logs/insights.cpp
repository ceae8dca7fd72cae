// Starting queries and answering what they found.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
#include "services/logs/insights.h"

#include <algorithm>

#include "base/base64.h"
#include "base/text.h"
#include "services/logs/errors.h"
#include "services/logs/events.h"
#include "services/logs/paging.h"
#include "services/logs/queries.h"
#include "services/logs/records.h"
#include "storage/documents.h"

namespace fairlead::logs {

namespace {

constexpr std::size_t kMaxGroups = 50;
constexpr std::int64_t kMaxRows = 10'000;

// Seconds on the wire; tools that send milliseconds are understood, as AWS does.
std::int64_t to_ms(std::int64_t time) { return time < 100'000'000'000 ? time * 1000 : time; }

Result<std::vector<std::string>> group_names(const Json& input) {
  std::vector<std::string> names;
  int ways = 0;
  if (const Json* one = input.find("logGroupName")) {
    ++ways;
    names.push_back(one->string_or(""));
  }
  for (const char* list : {"logGroupNames", "logGroupIdentifiers"}) {
    if (!input.has(list)) continue;
    ++ways;
    for (const Json& name : input[list].items()) {
      names.push_back(TRY(name_in_identifier(name.string_or(""))));
    }
  }
  if (ways != 1) {
    return invalid_parameter(
        "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given.");
  }
  if (names.empty() || names.size() > kMaxGroups) {
    return invalid_parameter("A query takes 1 to 50 log groups.");
  }
  return names;
}

Json shown(const QueryState& state) {
  Json results = Json::array();
  for (const QueryRow& row : state.rows) {
    Json fields = Json::array();
    for (const auto& [name, value] : row) {
      fields.push_back(Json::object(
          {{"field", name}, {"value", name == "@ptr" ? base64_encode(value) : value}}));
    }
    results.push_back(std::move(fields));
  }
  return Json::object(
      {{"queryLanguage", "CWLI"},
       {"results", std::move(results)},
       {"statistics",
        Json::object({{"recordsMatched", static_cast<double>(state.matched)},
                      {"recordsScanned", static_cast<double>(state.scanned)},
                      {"bytesScanned", static_cast<double>(state.bytes)},
                      {"estimatedRecordsSkipped", 0.0},
                      {"estimatedBytesSkipped", 0.0},
                      {"logGroupsScanned", static_cast<double>(state.order.groups.size())}})},
       {"status", state.status}});
}

// What event_pointer made.
struct Pointer {
  std::uint64_t group_id = 0, stream_id = 0;
  Position at;
};

Result<Pointer> read_pointer(const std::string& text) {
  const auto plain = base64_decode(text);
  const auto pieces = split(plain ? *plain : "", '/');
  if (pieces.size() != 4) return invalid_parameter("The logRecordPointer is invalid.");
  Pointer pointer;
  const auto ids = read_position(plain->substr(0, pieces[0].size() + 1 + pieces[1].size()));
  const auto at = read_position(plain->substr(pieces[0].size() + pieces[1].size() + 2));
  if (!ids || !at) return invalid_parameter("The logRecordPointer is invalid.");
  pointer.group_id = static_cast<std::uint64_t>(ids->time_ms);
  pointer.stream_id = ids->sequence;
  pointer.at = *at;
  return pointer;
}

// The document with this id among those below the prefix; null when there is none.
Result<Json> find_by_id(Logs& logs, const std::string& prefix, std::uint64_t id) {
  for (auto& [key, document] : TRY(storage::list_documents(logs.store(), prefix))) {
    if (id_of(document) == id) return std::move(document);
  }
  return Json();
}

}  // namespace

std::string event_pointer(const StreamRef& stream, Position at) {
  return std::to_string(stream.group_id) + "/" + std::to_string(stream.stream_id) + "/" +
         std::to_string(at.time_ms) + "/" + std::to_string(at.sequence);
}

Result<Json> start_query(Logs& logs, Context& cx, const Json& input) {
  logs.flush();
  if (input["queryLanguage"].string_or("CWLI") != "CWLI") {
    return platform::not_implemented("StartQuery with queryLanguage " +
                                     input["queryLanguage"].string_or(""));
  }
  QueryOrder order;
  order.account = cx.account;
  order.region = cx.region;
  order.text = input["queryString"].string_or("");
  order.created_ms = cx.now_ms;
  order.limit = static_cast<std::size_t>(
      std::clamp<std::int64_t>(input["limit"].int_or(kMaxRows), 1, kMaxRows));
  const std::int64_t from_ms = to_ms(input["startTime"].int_or(0));
  const std::int64_t to_ms_given = to_ms(input["endTime"].int_or(0));
  if (to_ms_given < from_ms) {
    return invalid_parameter("The endTime of a query must not be before its startTime.");
  }
  // Both ends are included.
  order.span = {{from_ms, 0}, {to_ms_given + 1, 0}};
  for (const std::string& name : TRY(group_names(input))) {
    const Json group = TRY(require_group(logs, cx, name));
    order.groups.push_back({id_of(group), name, oldest_kept_ms(group, cx.now_ms)});
  }
  return Json::object({{"queryId", TRY(logs.queries().start(std::move(order)))}});
}

Result<Json> get_query_results(Logs& logs, Context& cx, const Json& input) {
  return shown(TRY(logs.queries().find(cx.account, cx.region, input["queryId"].as_string())));
}

Result<Json> stop_query(Logs& logs, Context& cx, const Json& input) {
  TRY(logs.queries().stop(cx.account, cx.region, input["queryId"].as_string()));
  return Json::object({{"success", true}});
}

Result<Json> describe_queries(Logs& logs, Context& cx, const Json& input) {
  const std::string group = input["logGroupName"].string_or("");
  const std::string status = input["status"].string_or("");
  Json all = Json::array();
  for (const QueryState& state : logs.queries().list(cx.account, cx.region)) {
    const auto& groups = state.order.groups;
    const bool of_group =
        group.empty() || std::any_of(groups.begin(), groups.end(),
                                     [&](const QueryGroup& one) { return one.name == group; });
    if (!of_group || (!status.empty() && state.status != status)) continue;
    all.push_back(Json::object({{"queryLanguage", "CWLI"},
                                {"queryId", state.id},
                                {"queryString", state.order.text},
                                {"status", state.status},
                                {"createTime", state.order.created_ms},
                                {"logGroupName", groups.front().name}}));
  }
  Json paging = input;
  if (const Json* most = input.find("maxResults")) paging.set("limit", *most);
  return page_of("queries", all, paging, 1000);
}

Result<Json> get_log_record(Logs& logs, Context& cx, const Json& input) {
  const Pointer pointer = TRY(read_pointer(input["logRecordPointer"].as_string()));
  const Json group = TRY(find_by_id(logs, groups_prefix(cx.account, cx.region), pointer.group_id));
  if (group.is_null()) return no_such_record();
  const Json stream = TRY(find_by_id(logs, streams_prefix(pointer.group_id), pointer.stream_id));
  if (stream.is_null()) return no_such_record();
  StreamReader reader(logs.store(), pointer.group_id, pointer.stream_id,
                      {pointer.at, {pointer.at.time_ms, pointer.at.sequence + 1}},
                      storage::Direction::kForward);
  TRY(reader.status());
  const std::string name = group["name"].string_or("");
  if (!reader.valid() || pointer.at.time_ms < oldest_kept_ms(group, cx.now_ms)) {
    return no_such_record();
  }
  QueryEvent event;
  event.time_ms = reader.event().at.time_ms;
  event.ingested_ms = reader.event().ingested_ms;
  event.message = reader.event().message;
  event.stream = stream["name"].string_or("");
  event.log = cx.account + ":" + name;
  event.of_function = name.starts_with("/aws/lambda/");
  Json record = Json::object();
  for (const auto& [field, value] : EventFields(std::move(event)).all()) {
    // Times are milliseconds here, not text.
    const bool time = value.kind() == Value::Kind::kTime;
    record.set(field, time ? std::to_string(static_cast<std::int64_t>(*value.as_number()))
                           : value.shown());
  }
  record.set("@ptr", input["logRecordPointer"]);
  return Json::object({{"logRecord", std::move(record)}});
}

}  // namespace fairlead::logs
