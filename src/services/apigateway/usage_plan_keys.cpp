// Which keys a usage plan has, and what they used of it.
#include <algorithm>

#include "base/clock.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/key_records.h"
#include "services/apigateway/rest_errors.h"
#include "services/apigateway/rest_operations.h"

namespace fairlead::apigateway {
namespace {

constexpr std::int64_t kDayMs = 86'400'000, kMostDays = 90;

// A UsagePlanKey of the ApiKey's document.
Json plan_key_of(const Json& key) {
  Json shown = Json::object({{"id", key["id"]}, {"type", "API_KEY"}, {"value", key["value"]}});
  if (key.has("name")) shown.set("name", key["name"]);
  return shown;
}

Result<Json> require_plan_key(Parts& parts, const Context& cx, const Json& input) {
  const std::string plan_id = text_of(input, "usagePlanId"), key_id = text_of(input, "keyId");
  TRY(require_plan(parts, cx, plan_id));
  const std::string record = plan_key_record(KeyOwner::of(cx), plan_id, key_id);
  if (!TRY(storage::get_document(parts.store, record))) return key_not_in_plan();
  return require_key(parts, cx, key_id);
}

// Days since 1970 of "2026-01-12"; -1: it is none.
std::int64_t day_of(const std::string& text) {
  if (text.size() != 10) return -1;
  const std::int64_t ms = parse_iso8601(text + "T00:00:00Z");
  return ms < 0 ? -1 : ms / kDayMs;
}

// [[used, left], …] for each day; without a quota there is nothing left to count: -1.
Json usage_of(const UsageMeter::Days& days, const Json& quota, std::int64_t first,
              std::int64_t last) {
  Json list = Json::array();
  for (std::int64_t day = first; day <= last; ++day) {
    const auto found = days.find(day);
    const std::int64_t used = found == days.end() ? 0 : found->second;
    std::int64_t left = -1;
    if (!quota.is_null()) {
      left = quota["limit"].int_or(0);
      const auto end = days.upper_bound(day);
      for (auto one = days.lower_bound(period_start(quota, day)); one != end; ++one) {
        left -= one->second;
      }
      left = std::max<std::int64_t>(left, 0);
    }
    list.push_back(Json::array({used, left}));
  }
  return list;
}

}  // namespace

Result<Json> create_usage_plan_key(Parts& parts, Context& cx, const Json& input) {
  const KeyOwner owner = KeyOwner::of(cx);
  const std::string plan_id = text_of(input, "usagePlanId"), key_id = text_of(input, "keyId");
  if (text_of(input, "keyType") != "API_KEY") return key_type_unknown();
  const auto guard = lock_keys(parts, cx);
  const Json plan = TRY(require_plan(parts, cx, plan_id));
  const Json key = TRY(require_key(parts, cx, key_id));
  for (const Json& other : TRY(plans_of_key(parts.store, owner, key_id))) {
    if (text_of(other, "id") == plan_id) return plan_key_exists();
    for (const Json& one : plan["apiStages"].items()) {
      if (covers_stage(other, text_of(one, "apiId"), text_of(one, "stage"))) {
        return one_plan_for_each_stage(key_id);
      }
    }
  }
  storage::Batch batch;
  storage::put_document(batch, plan_key_record(owner, plan_id, key_id),
                        Json::object({{"id", key_id}, {"type", "API_KEY"}}));
  storage::put_document(batch, key_plan_record(owner, key_id, plan_id),
                        Json::object({{"planId", plan_id}}));
  TRY(parts.store.commit(std::move(batch)));
  return plan_key_of(key);
}

Result<Json> get_usage_plan_key(Parts& parts, Context& cx, const Json& input) {
  return plan_key_of(TRY(require_plan_key(parts, cx, input)));
}

Result<Json> get_usage_plan_keys(Parts& parts, Context& cx, const Json& input) {
  const KeyOwner owner = KeyOwner::of(cx);
  const std::string plan_id = text_of(input, "usagePlanId"), name = text_of(input, "nameQuery");
  TRY(require_plan(parts, cx, plan_id));
  return rest_page(parts.store, plan_keys_prefix(owner, plan_id), input,
                   [&](Json link) -> Result<std::optional<Json>> {
                     const auto key = TRY(storage::get_document(
                         parts.store, key_record(owner, text_of(link, "id"))));
                     if (!key || !text_of(*key, "name").starts_with(name)) {
                       return std::optional<Json>();
                     }
                     return std::optional(plan_key_of(*key));
                   });
}

Result<Json> delete_usage_plan_key(Parts& parts, Context& cx, const Json& input) {
  const KeyOwner owner = KeyOwner::of(cx);
  const std::string plan_id = text_of(input, "usagePlanId"), key_id = text_of(input, "keyId");
  const auto guard = lock_keys(parts, cx);
  TRY(require_plan_key(parts, cx, input));
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, plan_key_record(owner, plan_id, key_id));
  batch.erase(storage::Family::kMeta, key_plan_record(owner, key_id, plan_id));
  TRY(parts.store.commit(std::move(batch)));
  return Json();
}

Result<Json> get_usage(Parts& parts, Context& cx, const Json& input) {
  const KeyOwner owner = KeyOwner::of(cx);
  const std::string plan_id = text_of(input, "usagePlanId"), key_id = text_of(input, "keyId");
  const Json plan = TRY(require_plan(parts, cx, plan_id));
  const std::int64_t first = day_of(text_of(input, "startDate"));
  const std::int64_t last = day_of(text_of(input, "endDate"));
  if (first < 0 || last < first || last - first >= kMostDays) return bad_usage_dates();
  const Json& quota = plan["quota"];
  const std::int64_t from = quota.is_null() ? first : period_start(quota, first);
  Json page = TRY(rest_page(parts.store, plan_keys_prefix(owner, plan_id), input,
                            [&](Json link) -> Result<std::optional<Json>> {
                              if (key_id.empty() || text_of(link, "id") == key_id) {
                                return std::optional(std::move(link));
                              }
                              return std::optional<Json>();
                            }));
  Json items = Json::object();
  for (const Json& link : page["items"].items()) {
    const std::string id = text_of(link, "id");
    const auto days = TRY(parts.usage.days_of({owner.account, owner.region, plan_id, id}, from));
    items.set(id, usage_of(days, quota, first, last));
  }
  page.set("items", std::move(items));
  page.set("usagePlanId", plan_id);
  page.set("startDate", input["startDate"]);
  page.set("endDate", input["endDate"]);
  return page;
}

}  // namespace fairlead::apigateway
