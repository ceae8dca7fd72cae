// API keys: who has one may use what a usage plan grants it.
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

// As Get* answers it: the value only for who asks.
Json shown(Json key, const Json& include_value) {
  if (!include_value.bool_or(false)) key.erase("value");
  return key;
}

Result<std::string> unused_id(const Parts& parts, const KeyOwner& owner) {
  for (;;) {
    std::string id = random_lower_alnum(10);
    if (!TRY(storage::get_document(parts.store, key_record(owner, id)))) return id;
  }
}

Status apply_patch(const Patch& patch, Json& key) {
  if (patch.path == "/enabled" && patch.op == "replace") {
    key.set("enabled", TRY(patch_bool(patch)));
    return {};
  }
  for (const char* member : {"name", "description", "customerId"}) {
    if (patch.path != std::string("/") + member) continue;
    if (patch.op == "remove" || patch.value.empty()) {
      key.erase(member);
    } else {
      key.set(member, patch.value);
    }
    return check_lengths(key, {{"name", 0, 1024}, {"description", 0, 4096}});
  }
  if (patch.path.starts_with("/stages")) return platform::not_implemented("stageKeys");
  return bad_patch_path(patch);
}

}  // namespace

Result<Json> require_key(Parts& parts, const Context& cx, const std::string& key_id) {
  auto key = TRY(storage::get_document(parts.store, key_record(KeyOwner::of(cx), key_id)));
  if (!key) return invalid_key_id();
  return std::move(*key);
}

storage::KeyLocks::Guard lock_keys(Parts& parts, const Context& cx) {
  return parts.api_locks.lock("keys " + cx.account + " " + cx.region);
}

Result<Json> create_api_key(Parts& parts, Context& cx, const Json& input) {
  if (!input["stageKeys"].empty()) return platform::not_implemented("stageKeys");
  TRY(check_tags(input["tags"]));
  TRY(check_lengths(input, {{"name", 0, 1024}, {"description", 0, 4096}}));
  std::string value = text_of(input, "value");
  if (value.empty()) value = random_lower_alnum(40);
  if (value.size() < kLeastKeyValue) return key_value_too_short();
  if (value.size() > kMostKeyValue) return bad_length("value", kLeastKeyValue, kMostKeyValue);

  const KeyOwner owner = KeyOwner::of(cx);
  const auto guard = lock_keys(parts, cx);
  if (TRY(find_key_by_value(parts.store, owner, value))) return key_exists();
  const std::string id = TRY(unused_id(parts, owner));
  const std::int64_t now = parts.clock.now_ms() / 1000;
  Json key = Json::object({{"id", id},
                           {"value", value},
                           {"enabled", input["enabled"].bool_or(false)},
                           {"createdDate", now},
                           {"lastUpdatedDate", now},
                           {"stageKeys", Json::array()}});
  copy_or_clear(input, key, {"name", "description", "customerId"});
  if (!input["tags"].empty()) key.set("tags", input["tags"]);
  storage::Batch batch;
  storage::put_document(batch, key_record(owner, id), key);
  storage::put_document(batch, key_value_record(owner, value), Json::object({{"id", id}}));
  TRY(parts.store.commit(std::move(batch)));
  return key;
}

Result<Json> get_api_key(Parts& parts, Context& cx, const Json& input) {
  return shown(TRY(require_key(parts, cx, text_of(input, "apiKey"))), input["includeValue"]);
}

Result<Json> get_api_keys(Parts& parts, Context& cx, const Json& input) {
  const std::string name = text_of(input, "nameQuery"), customer = text_of(input, "customerId");
  return rest_page(parts.store, keys_prefix(KeyOwner::of(cx)), input,
                   [&](Json key) -> Result<std::optional<Json>> {
                     const bool named = text_of(key, "name").starts_with(name);
                     const bool theirs = customer.empty() || text_of(key, "customerId") == customer;
                     if (!named || !theirs) return std::optional<Json>();
                     return std::optional(shown(std::move(key), input["includeValues"]));
                   });
}

Result<Json> update_api_key(Parts& parts, Context& cx, const Json& input) {
  const auto guard = lock_keys(parts, cx);
  const std::string id = text_of(input, "apiKey");
  Json key = TRY(require_key(parts, cx, id));
  TRY(for_each_patch(input["patchOperations"],
                     [&](const Patch& patch) { return apply_patch(patch, key); }));
  key.set("lastUpdatedDate", parts.clock.now_ms() / 1000);
  storage::Batch batch;
  storage::put_document(batch, key_record(KeyOwner::of(cx), id), key);
  TRY(parts.store.commit(std::move(batch)));
  return shown(std::move(key), Json());
}

Result<Json> delete_api_key(Parts& parts, Context& cx, const Json& input) {
  const auto guard = lock_keys(parts, cx);
  const KeyOwner owner = KeyOwner::of(cx);
  const std::string id = text_of(input, "apiKey");
  const Json key = TRY(require_key(parts, cx, id));
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, key_record(owner, id));
  batch.erase(storage::Family::kMeta, key_value_record(owner, text_of(key, "value")));
  for (const Json& plan : TRY(plans_of_key(parts.store, owner, id))) {
    batch.erase(storage::Family::kMeta, plan_key_record(owner, text_of(plan, "id"), id));
  }
  const std::string plans = key_plans_prefix(owner, id);
  batch.erase_range(storage::Family::kMeta, plans, storage::after_prefix(plans));
  TRY(parts.store.commit(std::move(batch)));
  return Json();
}

}  // namespace fairlead::apigateway
