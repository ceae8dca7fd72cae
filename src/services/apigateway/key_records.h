// API keys and usage plans in the store (Family::kMeta): objects of an account and region, in the
// shape in which REST version 1 answers them.
//
//   ag/key/      account region keyId             the ApiKey, value included
//   ag/keyval/   account region value             {"id"}: the key with this value
//   ag/plan/     account region planId            the UsagePlan
//   ag/plankey/  account region planId keyId      {"id","type"}: the key is in the plan
//   ag/keyplan/  account region keyId planId      the same, found from the key
//   ag/usage/    account region planId keyId day  {"used"}: requests of one day (since 1970)
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/context.h"
#include "services/apigateway/usage_meter.h"
#include "storage/documents.h"

namespace fairlead::apigateway {

inline constexpr std::size_t kLeastKeyValue = 20, kMostKeyValue = 128;  // bytes

// Whose objects: the account and region of the keys below.
struct KeyOwner {
  std::string account, region;
  static KeyOwner of(const platform::Context& cx) { return {cx.account, cx.region}; }
};

std::string keys_prefix(const KeyOwner& owner);
std::string key_record(const KeyOwner& owner, std::string_view key_id);
std::string key_value_record(const KeyOwner& owner, std::string_view value);
std::string plans_prefix(const KeyOwner& owner);
std::string plan_record(const KeyOwner& owner, std::string_view plan_id);
std::string plan_keys_prefix(const KeyOwner& owner, std::string_view plan_id);
std::string plan_key_record(const KeyOwner& owner, std::string_view plan_id,
                            std::string_view key_id);
std::string key_plans_prefix(const KeyOwner& owner, std::string_view key_id);
std::string key_plan_record(const KeyOwner& owner, std::string_view key_id,
                            std::string_view plan_id);
std::string usage_prefix(const UsageOwner& owner);
std::string usage_of_plan_prefix(const KeyOwner& owner, std::string_view plan_id);

// The key with this value, whatever its state.
Result<std::optional<Json>> find_key_by_value(const storage::Snapshot& store, const KeyOwner& owner,
                                              std::string_view value);
// The plans that have this key.
Result<std::vector<Json>> plans_of_key(const storage::Snapshot& store, const KeyOwner& owner,
                                       std::string_view key_id);
// Is the stage one of the plan's?
bool covers_stage(const Json& plan, std::string_view api_id, std::string_view stage);

}  // namespace fairlead::apigateway
