// The records of API keys and usage plans.
#include "services/apigateway/key_records.h"

#include "storage/keys.h"

namespace fairlead::apigateway {

using storage::KeyWriter;

namespace {
KeyWriter under(std::string_view prefix, const KeyOwner& owner) {
  KeyWriter writer(prefix);
  writer.text(owner.account).text(owner.region);
  return writer;
}
}  // namespace

std::string keys_prefix(const KeyOwner& owner) { return under("ag/key/", owner).take(); }
std::string key_record(const KeyOwner& owner, std::string_view key_id) {
  return under("ag/key/", owner).text(key_id).take();
}
std::string key_value_record(const KeyOwner& owner, std::string_view value) {
  return under("ag/keyval/", owner).text(value).take();
}
std::string plans_prefix(const KeyOwner& owner) { return under("ag/plan/", owner).take(); }
std::string plan_record(const KeyOwner& owner, std::string_view plan_id) {
  return under("ag/plan/", owner).text(plan_id).take();
}
std::string plan_keys_prefix(const KeyOwner& owner, std::string_view plan_id) {
  return under("ag/plankey/", owner).text(plan_id).take();
}
std::string plan_key_record(const KeyOwner& owner, std::string_view plan_id,
                            std::string_view key_id) {
  return under("ag/plankey/", owner).text(plan_id).text(key_id).take();
}
std::string key_plans_prefix(const KeyOwner& owner, std::string_view key_id) {
  return under("ag/keyplan/", owner).text(key_id).take();
}
std::string key_plan_record(const KeyOwner& owner, std::string_view key_id,
                            std::string_view plan_id) {
  return under("ag/keyplan/", owner).text(key_id).text(plan_id).take();
}
std::string usage_of_plan_prefix(const KeyOwner& owner, std::string_view plan_id) {
  return under("ag/usage/", owner).text(plan_id).take();
}
std::string usage_prefix(const UsageOwner& owner) {
  return under("ag/usage/", {owner.account, owner.region})
      .text(owner.plan_id)
      .text(owner.key_id)
      .take();
}

Result<std::optional<Json>> find_key_by_value(const storage::Snapshot& store, const KeyOwner& owner,
                                              std::string_view value) {
  const auto pointer = TRY(storage::get_document(store, key_value_record(owner, value)));
  if (!pointer) return std::optional<Json>();
  return storage::get_document(store, key_record(owner, (*pointer)["id"].string_or("")));
}

Result<std::vector<Json>> plans_of_key(const storage::Snapshot& store, const KeyOwner& owner,
                                       std::string_view key_id) {
  std::vector<Json> plans;
  for (const auto& [key, link] :
       TRY(storage::list_documents(store, key_plans_prefix(owner, key_id)))) {
    auto plan = TRY(storage::get_document(store, plan_record(owner, link["planId"].string_or(""))));
    if (plan) plans.push_back(std::move(*plan));
  }
  return plans;
}

bool covers_stage(const Json& plan, std::string_view api_id, std::string_view stage) {
  for (const Json& one : plan["apiStages"].items()) {
    if (one["apiId"].string_or("") == api_id && one["stage"].string_or("") == stage) return true;
  }
  return false;
}

}  // namespace fairlead::apigateway
