// A mapping's record (docs/formats/keys-lambda-events.md) and its shape in the API.
#include "services/lambda/events/mapping.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "services/lambda/events/errors.h"

namespace fairlead::lambda {
namespace {

int small(const Json& value, int fallback) { return static_cast<int>(value.int_or(fallback)); }

Json destination(const std::string& arn) {
  return arn.empty() ? Json::object() : Json::object({{"Destination", arn}});
}

}  // namespace

bool Mapping::wants(const Json& record) const {
  if (compiled.empty()) return true;
  return std::any_of(compiled.begin(), compiled.end(),
                     [&](const patterns::Pattern& filter) { return filter.matches(record); });
}

std::string Mapping::arn() const {
  return "arn:aws:lambda:" + region + ":" + account + ":event-source-mapping:" + uuid;
}

Status compile_filters(Mapping& mapping) {
  mapping.compiled.clear();
  for (const std::string& text : mapping.filters) {
    auto compiled = patterns::Pattern::compile_text(text);
    if (!compiled.ok()) return bad_filter();
    mapping.compiled.push_back(std::move(*compiled));
  }
  return {};
}

Json to_document(const Mapping& mapping) {
  Json filters = Json::array();
  for (const std::string& text : mapping.filters) filters.push_back(text);
  return Json::object({{"uuid", mapping.uuid},
                       {"account", mapping.account},
                       {"region", mapping.region},
                       {"functionArn", mapping.function.arn()},
                       {"sourceArn", mapping.source_arn},
                       {"startingPosition", mapping.starting_position},
                       {"enabled", mapping.enabled},
                       {"batchSize", mapping.batch_size},
                       {"windowS", mapping.window_s},
                       {"parallelization", mapping.parallelization},
                       {"bisect", mapping.bisect},
                       {"maxRetries", mapping.max_retries},
                       {"maxAgeS", mapping.max_age_s},
                       {"reportItemFailures", mapping.report_item_failures},
                       {"filters", std::move(filters)},
                       {"onFailure", mapping.on_failure},
                       {"modifiedMs", mapping.modified_ms},
                       {"lastResult", mapping.last_result}});
}

Result<Mapping> mapping_from_document(const Json& document) {
  Mapping mapping;
  mapping.uuid = document["uuid"].string_or("");
  mapping.account = document["account"].string_or("");
  mapping.region = document["region"].string_or("");
  mapping.function = TRY(parse_function_arn(document["functionArn"].string_or("")));
  mapping.source_arn = document["sourceArn"].string_or("");
  mapping.starting_position = document["startingPosition"].string_or("TRIM_HORIZON");
  mapping.enabled = document["enabled"].bool_or(true);
  mapping.batch_size = small(document["batchSize"], 100);
  mapping.window_s = small(document["windowS"], 0);
  mapping.parallelization = small(document["parallelization"], 1);
  mapping.bisect = document["bisect"].bool_or(false);
  mapping.max_retries = small(document["maxRetries"], -1);
  mapping.max_age_s = small(document["maxAgeS"], -1);
  mapping.report_item_failures = document["reportItemFailures"].bool_or(false);
  for (const Json& text : document["filters"].items()) mapping.filters.push_back(text.as_string());
  mapping.on_failure = document["onFailure"].string_or("");
  mapping.modified_ms = document["modifiedMs"].int_or(0);
  mapping.last_result = document["lastResult"].string_or("");
  TRY(compile_filters(mapping));
  return mapping;
}

Json shown(const Mapping& mapping, std::string_view state) {
  if (state.empty()) state = mapping.enabled ? "Enabled" : "Disabled";
  Json types = Json::array();
  if (mapping.report_item_failures) types.push_back("ReportBatchItemFailures");
  Json out = Json::object(
      {{"UUID", mapping.uuid},
       {"StartingPosition", mapping.starting_position},
       {"BatchSize", mapping.batch_size},
       {"MaximumBatchingWindowInSeconds", mapping.window_s},
       {"ParallelizationFactor", mapping.parallelization},
       {"EventSourceArn", mapping.source_arn},
       {"FunctionArn", mapping.function.arn()},
       {"LastModified", Json::number(epoch_seconds(mapping.modified_ms))},
       {"LastProcessingResult", mapping.last_result},
       {"State", state},
       {"StateTransitionReason", "User action"},
       {"DestinationConfig", Json::object({{"OnFailure", destination(mapping.on_failure)}})},
       {"MaximumRecordAgeInSeconds", mapping.max_age_s},
       {"BisectBatchOnFunctionError", mapping.bisect},
       {"MaximumRetryAttempts", mapping.max_retries},
       {"TumblingWindowInSeconds", 0},
       {"FunctionResponseTypes", std::move(types)},
       {"EventSourceMappingArn", mapping.arn()}});
  if (mapping.filters.empty()) return out;
  Json filters = Json::array();
  for (const std::string& text : mapping.filters) {
    filters.push_back(Json::object({{"Pattern", text}}));
  }
  out.set("FilterCriteria", Json::object({{"Filters", std::move(filters)}}));
  return out;
}

}  // namespace fairlead::lambda
