// Functions as a whole, and what names mean; versions and aliases: version_records.cpp,
// alias_records.cpp.
#include "services/lambda/function_table.h"

#include <algorithm>
#include <charconv>

#include "base/ids.h"
#include "base/text.h"
#include "services/lambda/errors.h"
#include "services/lambda/record_keys.h"
#include "storage/documents.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kEvery = SIZE_MAX;

bool is_latest(std::string_view qualifier) { return qualifier.empty() || qualifier == "$LATEST"; }

FunctionName name_of(const Function& f) { return {f.account, f.region, f.name, ""}; }

// In [0, 1).
double dice() {
  constexpr double kRange = 9007199254740992.0;  // 2^53
  return static_cast<double>(random_u64() >> 11) / kRange;
}

}  // namespace

std::optional<std::uint64_t> version_number(std::string_view qualifier) {
  std::uint64_t number = 0;
  if (!is_digits(qualifier) || qualifier.front() == '0') return std::nullopt;
  const auto [end, failed] =
      std::from_chars(qualifier.data(), qualifier.data() + qualifier.size(), number);
  if (failed != std::errc() || end != qualifier.data() + qualifier.size()) return std::nullopt;
  return number;
}

Result<FunctionPtr> FunctionTable::load(const FunctionName& name) {
  const std::string key = function_key(kFunctions, name);
  {
    std::lock_guard lock(mutex_);
    const auto found = cache_.find(key);
    if (found != cache_.end() && found->second.latest) return found->second.latest;
  }
  const std::optional<Json> document = TRY(storage::get_document(store_, key));
  if (!document) return FunctionPtr();
  FunctionPtr function = TRY(shared_from_document(*document));
  remember(name, function);
  return function;
}

void FunctionTable::remember(const FunctionName& name, FunctionPtr function) {
  std::lock_guard lock(mutex_);
  Entry& entry = cache_[function_key(kFunctions, name)];
  if (function->is_latest()) {
    entry.latest = std::move(function);
  } else {
    entry.versions[function->version] = std::move(function);
  }
}

Result<FunctionPtr> FunctionTable::require(const FunctionName& name) {
  FunctionPtr function = TRY(load(name));
  if (!function) return function_not_found(name.arn());
  return function;
}

std::optional<Resolved> FunctionTable::resolve_cached(const FunctionName& name) {
  std::lock_guard lock(mutex_);
  const auto found = cache_.find(function_key(kFunctions, name));
  if (found == cache_.end() || !found->second.latest) return std::nullopt;
  const Entry& entry = found->second;
  Resolved resolved{entry.latest, entry.latest, nullptr};
  if (is_latest(name.qualifier)) return resolved;
  const auto alias = entry.aliases.find(name.qualifier);
  if (alias != entry.aliases.end()) resolved.alias = alias->second;
  const std::string& version = resolved.alias ? resolved.alias->version : name.qualifier;
  if (is_latest(version)) return resolved;
  const auto function = entry.versions.find(version);
  if (function == entry.versions.end()) return std::nullopt;
  resolved.function = function->second;
  return resolved;
}

Result<Resolved> FunctionTable::resolve_locked(const FunctionName& name) {
  Resolved resolved;
  resolved.latest = TRY(require(name));
  resolved.function = resolved.latest;
  if (is_latest(name.qualifier)) return resolved;
  std::string version = name.qualifier;
  if (!is_digits(version)) {
    resolved.alias = TRY(load_alias(name, name.qualifier));
    if (!resolved.alias) return function_not_found(name.arn());
    version = resolved.alias->version;
  }
  if (is_latest(version)) return resolved;
  resolved.function = TRY(load_version(name, version));
  if (!resolved.function) return function_not_found(name.arn());
  return resolved;
}

Result<Resolved> FunctionTable::resolve(const FunctionName& name) {
  if (auto cached = resolve_cached(name)) return std::move(*cached);
  // Loading takes the lock: otherwise an old record could overtake a newer one on its way into the
  // cache.
  const auto guard = locks_.lock(function_key(kFunctions, name));
  return resolve_locked(name);
}

Result<FunctionPtr> FunctionTable::find(const FunctionName& name) {
  Resolved resolved = TRY(resolve(name));
  const AliasPtr& alias = resolved.alias;
  if (!alias || alias->other_version.empty() || dice() >= alias->other_weight) {
    return std::move(resolved.function);
  }
  FunctionName other = name;
  other.qualifier = alias->other_version;
  Resolved second = TRY(resolve(other));
  return std::move(second.function);
}

Result<FunctionTable::Changed> FunctionTable::update(
    const FunctionName& name, const std::function<Status(Function&)>& change) {
  const std::string key = function_key(kFunctions, name);
  const auto guard = locks_.lock(key);
  Changed changed;
  changed.before = TRY(require(name));
  auto after = std::make_shared<Function>(*changed.before);
  TRY(change(*after));
  storage::Batch batch;
  storage::put_document(batch, key, to_document(*after));
  TRY(store_.commit(std::move(batch)));
  remember(name, after);
  changed.after = std::move(after);
  const std::string& old_blob = changed.before->code_blob;
  if (old_blob != changed.after->code_blob && !TRY(blob_needed(name, old_blob, ""))) {
    changed.released_blob = old_blob;
  }
  return changed;
}

Status FunctionTable::create(Function function) {
  const FunctionName name = name_of(function);
  const std::string key = function_key(kFunctions, name);
  const auto guard = locks_.lock(key);
  const FunctionPtr present = TRY(load(name));
  if (present) return function_exists(function.name);
  storage::Batch batch;
  storage::put_document(batch, key, to_document(function));
  TRY(store_.commit(std::move(batch)));
  remember(name, std::make_shared<Function>(std::move(function)));
  return {};
}

Result<FunctionTable::Removed> FunctionTable::remove(const FunctionName& name) {
  const auto guard = locks_.lock(function_key(kFunctions, name));
  FunctionPtr latest = TRY(load(name));
  if (!latest) return function_not_found(name.arn());
  if (name.qualifier.empty()) return remove_whole(name, std::move(latest));
  return remove_version(name, latest);
}

Result<FunctionTable::Removed> FunctionTable::remove_whole(const FunctionName& name,
                                                           FunctionPtr latest) {
  Removed removed;
  removed.functions = TRY(read_versions(name, 0, kEvery));
  removed.functions.push_back(std::move(latest));
  for (const FunctionPtr& function : removed.functions) {
    const std::string& blob = function->code_blob;
    auto& blobs = removed.blobs;
    if (std::find(blobs.begin(), blobs.end(), blob) == blobs.end()) blobs.push_back(blob);
  }
  const std::string key = function_key(kFunctions, name);
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, key);
  for (const std::string_view prefix : {kVersions, kAliases, kProvisioned}) {
    const std::string from = function_key(prefix, name);
    batch.erase_range(storage::Family::kMeta, from, storage::after_prefix(from));
  }
  TRY(store_.commit(std::move(batch)));
  std::lock_guard lock(mutex_);
  cache_.erase(key);
  return removed;
}

Result<std::vector<FunctionPtr>> FunctionTable::list(const std::string& account,
                                                     const std::string& region,
                                                     const std::string& after, std::size_t limit) {
  const std::string prefix = storage::KeyWriter(kFunctions).text(account).text(region).take();
  const std::string from =
      after.empty() ? prefix : function_key(kFunctions, {account, region, after, ""});
  std::vector<FunctionPtr> functions;
  auto cursor = store_.range(storage::Family::kMeta, from, storage::after_prefix(prefix));
  for (; cursor->valid() && functions.size() < limit; cursor->next()) {
    if (!after.empty() && cursor->key() == from) continue;
    const Json document = TRY(storage::decode_document(cursor->value()));
    functions.push_back(TRY(shared_from_document(document)));
  }
  TRY(cursor->status());
  return functions;
}

Result<std::vector<FunctionPtr>> FunctionTable::all() {
  std::vector<FunctionPtr> functions;
  for (const std::string_view prefix : {kFunctions, kVersions}) {
    const auto documents = TRY(storage::list_documents(store_, prefix));
    for (const auto& [key, document] : documents)
      functions.push_back(TRY(shared_from_document(document)));
  }
  return functions;
}

Status FunctionTable::change_policy(const FunctionName& name, const PolicyChange& change) {
  if (is_latest(name.qualifier)) {
    TRY(update(name, [&](Function& f) { return change(f.policy, f.policy_revision); }));
    return {};
  }
  if (!is_digits(name.qualifier)) {
    TRY(put_alias(name, [&](Alias& alias) -> Status {
      if (alias.version.empty()) return function_not_found(name.arn());
      return change(alias.policy, alias.policy_revision);
    }));
    return {};
  }
  // The policy is all that ever changes about a version.
  const auto guard = locks_.lock(function_key(kFunctions, name));
  const Resolved resolved = TRY(resolve_locked(name));
  auto after = std::make_shared<Function>(*resolved.function);
  TRY(change(after->policy, after->policy_revision));
  storage::Batch batch;
  const auto number = version_number(name.qualifier);
  storage::put_document(batch,
                        storage::KeyWriter(function_key(kVersions, name)).number(*number).take(),
                        to_document(*after));
  TRY(store_.commit(std::move(batch)));
  remember(name, std::move(after));
  return {};
}

}  // namespace fairlead::lambda
