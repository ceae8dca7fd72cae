// Making, listing and deleting subscription filters.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
#include "services/logs/subscriptions.h"

#include <algorithm>

#include "base/arn.h"
#include "base/base64.h"
#include "lang/logs/filter_pattern.h"
#include "services/logs/blocks.h"
#include "services/logs/errors.h"
#include "services/logs/groups.h"
#include "services/logs/paging.h"
#include "services/logs/records.h"

namespace fairlead::logs {

namespace {

constexpr std::size_t kMaxEachGroup = 2;

// Which of the two names of the service the function's policy lets in: the global one or the
// region's. Refused when neither is.
Result<std::string> permitted_principal(Logs& logs, Context& cx, const std::string& destination,
                                        const std::string& source_arn) {
  platform::Target* target = logs.targets() ? logs.targets()->find(destination) : nullptr;
  if (!target) return platform::not_implemented("A subscription filter to " + destination);
  for (const std::string& principal :
       {std::string("logs.amazonaws.com"), "logs." + cx.region + ".amazonaws.com"}) {
    if (target->check(cx, {destination, "", principal, source_arn}).ok()) return principal;
  }
  return cannot_execute_function();
}

Status check_input(const Json& input) {
  const std::string destination = input["destinationArn"].string_or("");
  if (!parse_arn(destination)) {
    return invalid_parameter("Invalid destinationArn: " + destination);
  }
  const bool function = destination.find(":lambda:") != std::string::npos;
  if (function && input.has("roleArn")) {
    return invalid_parameter("destinationArn for vendor lambda cannot be used with roleArn");
  }
  for (const char* name :
       {"applyOnTransformedLogs", "emitSystemFields", "fieldSelectionCriteria"}) {
    const Json& given = input[name];
    if (given.bool_or(false) || !given.empty() || !given.string_or("").empty()) {
      return platform::not_implemented(std::string("PutSubscriptionFilter with ") + name);
    }
  }
  return {};
}

Json shown(const Json& group, const Json& filter) {
  return Json::object({{"filterName", filter["name"]},
                       {"logGroupName", group["name"]},
                       {"filterPattern", filter["pattern"]},
                       {"destinationArn", filter["destination"]},
                       {"distribution", filter["distribution"]},
                       {"applyOnTransformedLogs", false},
                       {"creationTime", filter["created_ms"]}});
}

}  // namespace

void put_pending(Logs& logs, storage::Batch& batch, const Json& group, const Json& stream,
                 const std::vector<std::string>& block_keys) {
  for (const std::string& key : block_keys) {
    const auto start = block_start(key);
    if (!start.ok()) continue;
    storage::put_document(batch, pending_key(id_of(group), start->sequence),
                          Json::object({{"group", group["arn"]},
                                        {"name", group["name"]},
                                        {"stream", stream["name"]},
                                        {"block", base64_encode(key)},
                                        {"since_ms", logs.clock().now_ms()}}));
  }
  logs.subscriptions_wait();
}

Result<Json> put_subscription_filter(Logs& logs, Context& cx, const Json& input) {
  TRY(check_input(input));
  TRY(FilterPattern::parse(input["filterPattern"].string_or("")));
  const std::string group_name = input["logGroupName"].as_string();
  const std::string name = input["filterName"].as_string();
  const Json known = TRY(require_group(logs, cx, group_name));
  const std::string principal = TRY(permitted_principal(
      logs, cx, input["destinationArn"].as_string(), known["arn"].string_or("") + ":*"));
  logs.flush();  // what was written before is not sent
  return change_group(logs, cx, group_name, [&](Json& group) -> Status {
    if (!group.has("subscriptions")) group.set("subscriptions", Json::array());
    auto& filters = group.find("subscriptions")->items();
    auto place = std::find_if(filters.begin(), filters.end(),
                              [&](const Json& one) { return one["name"].string_or("") == name; });
    if (place == filters.end()) {
      if (filters.size() >= kMaxEachGroup) return limit_exceeded();
      filters.push_back(Json::object({{"name", name}, {"created_ms", cx.now_ms}}));
      place = filters.end() - 1;
    }
    place->set("pattern", input["filterPattern"].string_or(""));
    place->set("destination", input["destinationArn"]);
    place->set("distribution", input["distribution"].string_or("ByLogStream"));
    place->set("principal", principal);
    return {};
  });
}

Result<Json> describe_subscription_filters(Logs& logs, Context& cx, const Json& input) {
  const Json group = TRY(require_group(logs, cx, input["logGroupName"].as_string()));
  const std::string prefix = input["filterNamePrefix"].string_or("");
  Json filters = Json::array();
  for (const Json& filter : group["subscriptions"].items()) {
    if (!filter["name"].string_or("").starts_with(prefix)) continue;
    filters.push_back(shown(group, filter));
  }
  return page_of("subscriptionFilters", filters, input, 50);
}

Result<Json> delete_subscription_filter(Logs& logs, Context& cx, const Json& input) {
  const std::string name = input["filterName"].as_string();
  return change_group(logs, cx, input["logGroupName"].as_string(), [&](Json& group) -> Status {
    Json* all = group.find("subscriptions");
    if (!all) return no_such_subscription();
    auto& filters = all->items();
    const auto place = std::find_if(filters.begin(), filters.end(), [&](const Json& one) {
      return one["name"].string_or("") == name;
    });
    if (place == filters.end()) return no_such_subscription();
    filters.erase(place);
    if (filters.empty()) group.erase("subscriptions");
    return {};
  });
}

}  // namespace fairlead::logs
