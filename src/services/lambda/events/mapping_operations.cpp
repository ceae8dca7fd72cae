// Create, Get, List, Update and DeleteEventSourceMapping. States settle at once: the answer names
// the transition as AWS does, the next Get shows where it led.
#include <algorithm>
#include <utility>

#include "base/arn.h"
#include "base/ids.h"
#include "services/lambda/events/errors.h"
#include "services/lambda/events/operations.h"

namespace fairlead::lambda::events {
namespace {

using platform::not_implemented;

constexpr std::size_t kMostListed = 100;
constexpr std::size_t kMostFilters = 10;
constexpr std::size_t kMostFilterText = 4096;

bool given(const Json& value) { return !value.is_null() && !(value.is_object() && value.empty()); }

// What would change what a mapping does, and is not there.
Status refuse_unsupported(const Json& input) {
  for (const char* member : {"SelfManagedEventSource", "AmazonManagedKafkaEventSourceConfig",
                             "SelfManagedKafkaEventSourceConfig", "DocumentDBEventSourceConfig",
                             "ScalingConfig", "ProvisionedPollerConfig", "MetricsConfig"}) {
    if (given(input[member])) {
      return not_implemented(std::string("An event source mapping with ") + member);
    }
  }
  for (const char* member : {"Topics", "Queues", "SourceAccessConfigurations"}) {
    if (!input[member].empty()) {
      return not_implemented(std::string("An event source mapping with ") + member);
    }
  }
  if (!input["KMSKeyArn"].string_or("").empty()) {
    return not_implemented("An event source mapping with KMSKeyArn");
  }
  if (input["TumblingWindowInSeconds"].int_or(0) != 0) {
    return not_implemented("An event source mapping with TumblingWindowInSeconds");
  }
  if (!input["Tags"].empty()) return not_implemented("Tags on event source mappings");
  return {};
}

Result<std::string> read_source(const Json& input) {
  std::string source = input["EventSourceArn"].string_or("");
  const auto arn = parse_arn(source);
  if (!arn) return unrecognized_source();
  if (arn->service != "dynamodb") {
    return not_implemented("An event source of the service " + arn->service);
  }
  if (arn->resource.find("/stream/") == std::string::npos) return unrecognized_source();
  return source;
}

Status read_filters(const Json& input, Mapping& mapping) {
  const Json* criteria = input.find("FilterCriteria");
  if (!criteria || criteria->is_null()) return {};
  mapping.filters.clear();
  for (const Json& filter : (*criteria)["Filters"].items()) {
    std::string text = filter["Pattern"].string_or("");
    if (text.size() > kMostFilterText) return bad_filter();
    mapping.filters.push_back(std::move(text));
  }
  if (mapping.filters.size() > kMostFilters) {
    return mapping_invalid("Maximum number of filters is 10.");
  }
  return compile_filters(mapping);
}

Status read_destination(Events& events, const Json& input, Mapping& mapping) {
  const Json& config = input["DestinationConfig"];
  if (!config["OnSuccess"]["Destination"].string_or("").empty()) {
    return mapping_invalid("Unsupported DestinationConfig parameter: OnSuccess.");
  }
  const Json* on_failure = config.find("OnFailure");
  if (!on_failure || on_failure->is_null()) return {};
  std::string arn = (*on_failure)["Destination"].string_or("");
  if (!arn.empty()) {
    if (const auto parsed = parse_arn(arn); parsed && parsed->service == "lambda") {
      return bad_destination(arn);  // queues, topics and buckets only, as on AWS
    }
    TRY(events.outcomes().check(arn));
  }
  mapping.on_failure = std::move(arn);
  return {};
}

void read_number(const Json& input, const char* member, int& into) {
  into = static_cast<int>(input[member].int_or(into));
}

// The settings that Create and Update share; the model has checked their ranges.
Status read_settings(Events& events, const Json& input, Mapping& mapping) {
  mapping.enabled = input["Enabled"].bool_or(mapping.enabled);
  mapping.bisect = input["BisectBatchOnFunctionError"].bool_or(mapping.bisect);
  read_number(input, "BatchSize", mapping.batch_size);
  read_number(input, "MaximumBatchingWindowInSeconds", mapping.window_s);
  read_number(input, "ParallelizationFactor", mapping.parallelization);
  read_number(input, "MaximumRetryAttempts", mapping.max_retries);
  read_number(input, "MaximumRecordAgeInSeconds", mapping.max_age_s);
  if (mapping.max_age_s != -1 && (mapping.max_age_s < 60 || mapping.max_age_s > 604'800)) {
    return bad_record_age();
  }
  if (const Json* types = input.find("FunctionResponseTypes"); types && types->is_array()) {
    mapping.report_item_failures = !types->empty();
  }
  TRY(read_filters(input, mapping));
  return read_destination(events, input, mapping);
}

// Where each shard begins; shards that come later begin with their first record.
Result<std::map<std::string, Checkpoint>> beginnings(Events& events, Context& cx,
                                                     const Mapping& mapping) {
  std::map<std::string, Checkpoint> checkpoints;
  auto shards = events.streams().shards(cx, mapping.source_arn);
  if (!shards.ok()) {
    if (is_missing(shards.error())) return stream_not_found(mapping.source_arn);
    return Error(shards.error());
  }
  if (mapping.starting_position != "LATEST") return checkpoints;
  for (const auto& shard : *shards) {
    Checkpoint checkpoint;
    checkpoint.done = shard.closed;
    if (!shard.closed) {
      checkpoint.after = TRY(events.streams().latest(cx, mapping.source_arn, shard.id));
    }
    checkpoints[shard.id] = std::move(checkpoint);
  }
  return checkpoints;
}

Result<std::string> read_position(const Json& input, const std::string& source) {
  std::string position = input["StartingPosition"].string_or("");
  if (position.empty()) return starting_position_missing();
  if (position == "AT_TIMESTAMP") return unsupported_starting_position(source);
  return position;
}

}  // namespace

Result<Json> create_event_source_mapping(Events& events, Context& cx, const Json& input) {
  TRY(refuse_unsupported(input));
  Mapping mapping;
  mapping.uuid = uuid_v4();
  mapping.account = cx.account;
  mapping.region = cx.region;
  mapping.function = TRY(parse_function_name(cx, input["FunctionName"].string_or("")));
  mapping.source_arn = TRY(read_source(input));
  mapping.starting_position = TRY(read_position(input, mapping.source_arn));
  TRY(read_settings(events, input, mapping));
  TRY(events.lambda().functions().find(mapping.function));
  // One after the other, so that two alike cannot both be made.
  const auto guard = events.invoke_configs().locks().lock("mappings");
  for (const MappingPtr& other : TRY(events.mappings().list(cx.account, cx.region))) {
    if (other->source_arn == mapping.source_arn &&
        other->function.arn() == mapping.function.arn()) {
      return mapping_exists(mapping.source_arn, mapping.function.name, other->uuid);
    }
  }
  mapping.modified_ms = events.clock().now_ms();
  const auto checkpoints = TRY(beginnings(events, cx, mapping));
  TRY(events.mappings().create(mapping, checkpoints));
  Json reply = shown(mapping, "Creating");
  events.pumps().changed(std::make_shared<const Mapping>(std::move(mapping)));
  return reply;
}

Result<Json> get_event_source_mapping(Events& events, Context& cx, const Json& input) {
  return shown(*TRY(events.mappings().find(cx.account, cx.region, input["UUID"].string_or(""))));
}

Result<Json> list_event_source_mappings(Events& events, Context& cx, const Json& input) {
  const std::string source = input["EventSourceArn"].string_or("");
  const std::string function = input["FunctionName"].string_or("");
  std::string arn;
  if (!function.empty()) arn = TRY(parse_function_name(cx, function)).arn();
  Json all = Json::array();
  for (const MappingPtr& mapping : TRY(events.mappings().list(cx.account, cx.region))) {
    if (!source.empty() && mapping->source_arn != source) continue;
    if (!arn.empty() && mapping->function.arn() != arn) continue;
    all.push_back(shown(*mapping));
  }
  return page_of_list(input, "EventSourceMappings", all, kMostListed);
}

Result<Json> update_event_source_mapping(Events& events, Context& cx, const Json& input) {
  TRY(refuse_unsupported(input));
  const MappingPtr before =
      TRY(events.mappings().find(cx.account, cx.region, input["UUID"].string_or("")));
  std::optional<FunctionName> function;
  if (const std::string name = input["FunctionName"].string_or(""); !name.empty()) {
    function = TRY(parse_function_name(cx, name));
    TRY(events.lambda().functions().find(*function));
  }
  const auto change = [&](Mapping& mapping) -> Status {
    if (function) mapping.function = *function;
    TRY(read_settings(events, input, mapping));
    mapping.modified_ms = events.clock().now_ms();
    return {};
  };
  MappingPtr after = TRY(events.mappings().update(*before, change));
  std::string_view state = "Updating";
  if (before->enabled && !after->enabled) state = "Disabling";
  if (!before->enabled && after->enabled) state = "Enabling";
  Json reply = shown(*after, state);
  events.pumps().changed(std::move(after));
  return reply;
}

Result<Json> delete_event_source_mapping(Events& events, Context& cx, const Json& input) {
  const MappingPtr mapping =
      TRY(events.mappings().find(cx.account, cx.region, input["UUID"].string_or("")));
  TRY(events.mappings().remove(*mapping));
  events.pumps().removed(mapping->uuid);
  return shown(*mapping, "Deleting");
}

}  // namespace fairlead::lambda::events
