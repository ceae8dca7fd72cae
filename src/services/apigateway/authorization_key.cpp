// API keys on `$connect` (reference/websocket-api.md §4.5): a key that is enabled and in a usage
// plan of this stage, within the plan's quota and throttle.
#include "base/log.h"
#include "services/apigateway/authorization.h"
#include "services/apigateway/frames.h"
#include "services/apigateway/key_records.h"

namespace fairlead::apigateway {
namespace {

using Verdict = UsageMeter::Verdict;

struct Found {
  Json key, plan;
};

// Nothing: no such key, or none that may come in here.
Result<std::optional<Found>> find_key(const Entrant& entrant, const KeyOwner& owner,
                                      const std::string& value) {
  if (value.empty() || value.size() > kMostKeyValue) return std::optional<Found>();
  const storage::Store& store = entrant.parts.store;
  auto key = TRY(find_key_by_value(store, owner, value));
  if (!key || !(*key)["enabled"].bool_or(false)) return std::optional<Found>();
  for (Json& plan : TRY(plans_of_key(store, owner, (*key)["id"].string_or("")))) {
    if (covers_stage(plan, entrant.stage.api_id, entrant.stage.stage)) {
      return std::optional(Found{std::move(*key), std::move(plan)});
    }
  }
  return std::optional<Found>();
}

Result<std::optional<Verdict>> judge(const Entrant& entrant, const std::string& value) {
  const KeyOwner owner{entrant.stage.account, entrant.stage.region};
  const auto found = TRY(find_key(entrant, owner, value));
  if (!found) return std::optional<Verdict>();
  const std::string key_id = found->key["id"].string_or("");
  const UsageOwner usage{owner.account, owner.region, found->plan["id"].string_or(""), key_id};
  const Clock& clock = entrant.parts.clock;
  const Verdict verdict =
      TRY(entrant.parts.usage.take(usage, found->plan, clock.now_ms(), clock.monotonic_ms()));
  entrant.facts.identity.api_key = value;
  entrant.facts.identity.api_key_id = key_id;
  return std::optional(verdict);
}

}  // namespace

std::optional<platform::HandshakeReply> check_api_key(const Entrant& entrant,
                                                      const std::string& key) {
  const auto refuse = [&](int status, std::string_view message) {
    return refuse_after_routing(status, message, entrant.facts.connection_id,
                                entrant.stamp.request_id);
  };
  const auto verdict = judge(entrant, key);
  if (!verdict.ok()) {
    log_error("an API key could not be checked", {{"problem", verdict.error().message}});
    return refuse(500, kInternalServerError);
  }
  if (!*verdict) return refuse(403, kForbidden);
  switch (**verdict) {
    case Verdict::kThrottled:
      return refuse(429, kThrottled);
    case Verdict::kOverQuota:
      return refuse(429, kQuotaExceeded);
    case Verdict::kGranted:
      break;
  }
  return std::nullopt;
}

}  // namespace fairlead::apigateway
