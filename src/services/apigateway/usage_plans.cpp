// Usage plans: which stages a key opens, how fast and how often.
#include <set>

#include "base/ids.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/key_records.h"
#include "services/apigateway/patch.h"
#include "services/apigateway/rest_errors.h"
#include "services/apigateway/rest_operations.h"

namespace fairlead::apigateway {
namespace {

Status check_quota(const Json& quota) {
  if (quota.is_null()) return {};
  const std::string period = text_of(quota, "period");
  if (period != "DAY" && period != "WEEK" && period != "MONTH") {
    return bad_quota("period must be DAY, WEEK or MONTH");
  }
  if (quota["limit"].int_or(0) < 1) return bad_quota("limit must be positive");
  const std::int64_t offset = quota["offset"].int_or(0);
  const std::int64_t most = period == "DAY" ? 0 : period == "WEEK" ? 6 : 27;
  if (offset < 0 || offset > most) {
    return bad_quota("offset must be between 0 and " + std::to_string(most) + " for " + period);
  }
  return {};
}

Status check_throttle(const Json& throttle) {
  if (throttle.is_null()) return {};
  if (throttle["rateLimit"].to_double().value_or(0) < 0 || throttle["burstLimit"].int_or(0) < 0) {
    return bad_throttle();
  }
  return {};
}

Status check_stages(const Parts& parts, const Context& cx, const Json& plan) {
  std::set<std::string> seen;
  for (const Json& one : plan["apiStages"].items()) {
    const std::string api = text_of(one, "apiId"), stage = text_of(one, "stage");
    if (!one["throttle"].empty()) {
      return platform::not_implemented("throttle of single methods in a usage plan");
    }
    if (!seen.insert(api + "/" + stage).second) return stage_listed_twice(api, stage);
    const auto owned = TRY(storage::get_document(parts.store, api_key(cx.account, cx.region, api)));
    if (!owned || !TRY(find_resource(parts.store, api, kStages, "", stage))) {
      return stage_not_found(api, stage);
    }
  }
  return {};
}

// A key may be in one plan of each stage.
Status check_keys(const Parts& parts, const KeyOwner& owner, const Json& plan) {
  const std::string id = text_of(plan, "id");
  for (const auto& [key, link] :
       TRY(storage::list_documents(parts.store, plan_keys_prefix(owner, id)))) {
    const std::string key_id = text_of(link, "id");
    for (const Json& other : TRY(plans_of_key(parts.store, owner, key_id))) {
      if (text_of(other, "id") == id) continue;
      for (const Json& one : plan["apiStages"].items()) {
        if (covers_stage(other, text_of(one, "apiId"), text_of(one, "stage"))) {
          return one_plan_for_each_stage(key_id);
        }
      }
    }
  }
  return {};
}

Status check_limits(const Json& plan) {
  TRY(check_quota(plan["quota"]));
  return check_throttle(plan["throttle"]);
}

// "abcdefghij:dev"
Json stage_of(const std::string& text) {
  const std::size_t colon = text.find(':');
  return Json::object({{"apiId", text.substr(0, colon)},
                       {"stage", colon == std::string::npos ? "" : text.substr(colon + 1)}});
}

Status patch_stages(const Patch& patch, Json& plan) {
  const Json wanted = stage_of(patch.value);
  Json stages = plan["apiStages"];
  if (patch.op == "add") {
    stages.push_back(wanted);
  } else if (patch.op == "remove") {
    auto& items = stages.items();
    const auto before = items.size();
    std::erase_if(items, [&](const Json& one) {
      return one["apiId"] == wanted["apiId"] && one["stage"] == wanted["stage"];
    });
    if (items.size() == before) {
      return stage_not_found(text_of(wanted, "apiId"), text_of(wanted, "stage"));
    }
  } else {
    return bad_patch_path(patch);
  }
  plan.set("apiStages", std::move(stages));
  return {};
}

Status patch_number_at(const Patch& patch, Json& plan, const char* group, const char* member) {
  if (patch.op == "remove") return bad_patch_path(patch);
  Json values = plan[group];
  values.set(member, TRY(patch_number(patch)));
  plan.set(group, std::move(values));
  return {};
}

Status apply_patch(const Patch& patch, Json& plan) {
  for (const char* member : {"name", "description", "productCode"}) {
    if (patch.path != std::string("/") + member) continue;
    if (patch.op != "replace") return bad_patch_path(patch);
    plan.set(member, patch.value);
    return {};
  }
  if (patch.path == "/apiStages") return patch_stages(patch, plan);
  if (patch.path.starts_with("/apiStages/")) {
    return platform::not_implemented("throttle of single methods in a usage plan");
  }
  if ((patch.path == "/throttle" || patch.path == "/quota") && patch.op == "remove") {
    plan.erase(patch.path.substr(1));
    return {};
  }
  if (patch.path == "/quota/period" && patch.op != "remove") {
    Json quota = plan["quota"];
    quota.set("period", patch.value);
    plan.set("quota", std::move(quota));
    return {};
  }
  static constexpr std::pair<const char*, const char*> kNumbers[] = {{"throttle", "rateLimit"},
                                                                     {"throttle", "burstLimit"},
                                                                     {"quota", "limit"},
                                                                     {"quota", "offset"}};
  for (const auto& [group, member] : kNumbers) {
    if (patch.path == std::string("/") + group + "/" + member) {
      return patch_number_at(patch, plan, group, member);
    }
  }
  return bad_patch_path(patch);
}

Status write_plan(Parts& parts, const Context& cx, const Json& plan) {
  storage::Batch batch;
  storage::put_document(batch, plan_record(KeyOwner::of(cx), text_of(plan, "id")), plan);
  return parts.store.commit(std::move(batch));
}

}  // namespace

Result<Json> require_plan(Parts& parts, const Context& cx, const std::string& plan_id) {
  auto plan = TRY(storage::get_document(parts.store, plan_record(KeyOwner::of(cx), plan_id)));
  if (!plan) return invalid_plan_id();
  return std::move(*plan);
}

Result<Json> create_usage_plan(Parts& parts, Context& cx, const Json& input) {
  TRY(check_tags(input["tags"]));
  Json plan = Json::object();
  copy_members(input, plan, {"name", "description", "apiStages", "throttle", "quota"});
  if (!plan.has("apiStages")) plan.set("apiStages", Json::array());
  if (Json* quota = plan.find("quota"); quota && !quota->has("offset")) quota->set("offset", 0);
  if (!input["tags"].empty()) plan.set("tags", input["tags"]);
  TRY(check_limits(plan));
  TRY(check_stages(parts, cx, plan));
  const auto guard = lock_keys(parts, cx);
  std::string id = random_lower_alnum(6);
  while (TRY(storage::get_document(parts.store, plan_record(KeyOwner::of(cx), id)))) {
    id = random_lower_alnum(6);
  }
  plan.set("id", id);
  TRY(write_plan(parts, cx, plan));
  return plan;
}

Result<Json> get_usage_plan(Parts& parts, Context& cx, const Json& input) {
  return require_plan(parts, cx, text_of(input, "usagePlanId"));
}

Result<Json> get_usage_plans(Parts& parts, Context& cx, const Json& input) {
  const KeyOwner owner = KeyOwner::of(cx);
  const std::string key_id = text_of(input, "keyId");
  return rest_page(parts.store, plans_prefix(owner), input,
                   [&](Json plan) -> Result<std::optional<Json>> {
                     if (key_id.empty()) return std::optional(std::move(plan));
                     const std::string record = plan_key_record(owner, text_of(plan, "id"), key_id);
                     if (!TRY(storage::get_document(parts.store, record))) {
                       return std::optional<Json>();
                     }
                     return std::optional(std::move(plan));
                   });
}

Result<Json> update_usage_plan(Parts& parts, Context& cx, const Json& input) {
  const auto guard = lock_keys(parts, cx);
  Json plan = TRY(require_plan(parts, cx, text_of(input, "usagePlanId")));
  const Json before = plan["apiStages"];
  TRY(for_each_patch(input["patchOperations"],
                     [&](const Patch& patch) { return apply_patch(patch, plan); }));
  TRY(check_limits(plan));
  // A stage that was deleted meanwhile must not stand in the way of other changes.
  if (plan["apiStages"].size() > before.size()) {
    TRY(check_stages(parts, cx, plan));
    TRY(check_keys(parts, KeyOwner::of(cx), plan));
  }
  TRY(write_plan(parts, cx, plan));
  return plan;
}

Result<Json> delete_usage_plan(Parts& parts, Context& cx, const Json& input) {
  const auto guard = lock_keys(parts, cx);
  const KeyOwner owner = KeyOwner::of(cx);
  const std::string id = text_of(input, "usagePlanId");
  const Json plan = TRY(require_plan(parts, cx, id));
  if (!plan["apiStages"].empty()) return plan_has_stages(id);
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, plan_record(owner, id));
  const std::string keys = plan_keys_prefix(owner, id), usage = usage_of_plan_prefix(owner, id);
  for (const auto& [key, link] : TRY(storage::list_documents(parts.store, keys))) {
    batch.erase(storage::Family::kMeta, key_plan_record(owner, text_of(link, "id"), id));
  }
  batch.erase_range(storage::Family::kMeta, keys, storage::after_prefix(keys));
  batch.erase_range(storage::Family::kMeta, usage, storage::after_prefix(usage));
  TRY(parts.store.commit(std::move(batch)));
  return Json();
}

}  // namespace fairlead::apigateway
