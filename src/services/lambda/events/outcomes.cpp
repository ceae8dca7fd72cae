// Records, attributes, and their way out through platform::Targets.
#include "services/lambda/events/outcomes.h"

#include <utility>

#include "base/arn.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/metrics.h"
#include "platform/operation.h"
#include "services/lambda/events/errors.h"

namespace fairlead::lambda {
namespace {

constexpr int kAttempts = 4;
constexpr std::int64_t kFirstPauseMs = 100;
constexpr std::size_t kMaxErrorMessage = 1024;

Counter& lost_outcomes() {
  static Counter counter("fairlead_lambda_lost_outcomes_total",
                         "Outcomes of events that could not be delivered to their destination.");
  return counter;
}

std::string qualified(const std::string& arn) {
  const auto parsed = parse_arn(arn);
  const bool has_qualifier = parsed && parsed->resource.find(':', 9) != std::string::npos;
  return has_qualifier ? arn : arn + ":$LATEST";
}

}  // namespace

Json outcome_record(const Outcome& outcome, const std::string& payload, std::int64_t now_ms) {
  Json record = Json::object(
      {{"version", "1.0"},
       {"timestamp", iso8601_millis(now_ms)},
       {"requestContext", Json::object({{"requestId", outcome.request_id},
                                        {"functionArn", qualified(outcome.function_arn)},
                                        {"condition", outcome.condition},
                                        {"approximateInvokeCount", outcome.invokes}})},
       {"requestPayload", as_json(payload)}});
  if (!outcome.last) return record;
  Json response =
      Json::object({{"statusCode", 200}, {"executedVersion", outcome.last->function->version}});
  if (outcome.last->function_error) response.set("functionError", "Unhandled");
  record.set("responseContext", std::move(response));
  record.set("responsePayload", as_json(outcome.last->payload));
  return record;
}

std::vector<platform::Attribute> dead_letter_attributes(const Outcome& outcome) {
  std::string message = "Rate Exceeded.";
  if (outcome.last) {
    message = as_json(outcome.last->payload)["errorMessage"].string_or(outcome.last->payload);
  }
  if (message.size() > kMaxErrorMessage) {
    message.resize(kMaxErrorMessage);
    while (!message.empty() && (message.back() & 0xC0) == 0x80) message.pop_back();
    if (!message.empty() && (message.back() & 0x80)) message.pop_back();
  }
  return {{"RequestID", "String", outcome.request_id},
          {"ErrorCode", "Number", outcome.last ? "200" : "429"},
          {"ErrorMessage", "String", message.empty() ? "null" : std::move(message)}};
}

Status Outcomes::check(const std::string& arn) const {
  const auto parsed = parse_arn(arn);
  if (!parsed) return bad_destination(arn);
  if (!targets_.find(arn)) {
    return platform::not_implemented("A destination of the service " + parsed->service);
  }
  return {};
}

void Outcomes::deliver(const std::string& to_arn, const std::string& from_arn, std::string payload,
                       std::vector<platform::Attribute> attributes) {
  platform::Target* target = targets_.find(to_arn);
  std::string why = "nothing here takes it";
  for (int attempt = 1; target && attempt <= kAttempts; ++attempt) {
    platform::Context cx = house_context(clock_, from_arn, uuid_v4());
    const Status delivered = target->deliver(cx, {to_arn, payload, {}, {}, attributes});
    if (delivered.ok()) return;
    why = delivered.error().message;
    if (delivered.error().code->http_status < 429) break;
    (void)Future<bool>().get_until(parking_now_ms() + (kFirstPauseMs << attempt));
  }
  lost_outcomes().add();
  log_warn("the outcome of an event could not be delivered",
           {{"function", from_arn}, {"destination", to_arn}, {"error", why}});
}

}  // namespace fairlead::lambda
