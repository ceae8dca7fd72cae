// The part of FunctionTable that keeps aliases.
#include "services/lambda/errors.h"
#include "services/lambda/function_table.h"
#include "services/lambda/record_keys.h"
#include "storage/documents.h"

namespace fairlead::lambda {
namespace {

std::string alias_key(const FunctionName& name, std::string_view alias) {
  return storage::KeyWriter(function_key(kAliases, name)).text(alias).take();
}

Result<AliasPtr> decode(const Json& document) {
  Alias alias = TRY(alias_from_document(document));
  return AliasPtr(std::make_shared<Alias>(std::move(alias)));
}

}  // namespace

void FunctionTable::remember(const FunctionName& name, AliasPtr alias) {
  std::lock_guard lock(mutex_);
  const std::string called = alias->name;
  cache_[function_key(kFunctions, name)].aliases[called] = std::move(alias);
}

Result<AliasPtr> FunctionTable::load_alias(const FunctionName& name, const std::string& alias) {
  {
    std::lock_guard lock(mutex_);
    const auto entry = cache_.find(function_key(kFunctions, name));
    if (entry != cache_.end()) {
      const auto found = entry->second.aliases.find(alias);
      if (found != entry->second.aliases.end()) return found->second;
    }
  }
  const auto document = TRY(storage::get_document(store_, alias_key(name, alias)));
  if (!document) return AliasPtr();
  AliasPtr loaded = TRY(decode(*document));
  remember(name, loaded);
  return loaded;
}

Result<AliasPtr> FunctionTable::find_alias(const FunctionName& name) {
  const auto guard = locks_.lock(function_key(kFunctions, name));
  return load_alias(name, name.qualifier);
}

Result<AliasPtr> FunctionTable::put_alias(const FunctionName& name,
                                          const std::function<Status(Alias&)>& change) {
  const auto guard = locks_.lock(function_key(kFunctions, name));
  FunctionName whole = name;
  whole.qualifier.clear();
  TRY(require(whole));
  const AliasPtr before = TRY(load_alias(name, name.qualifier));
  auto after = std::make_shared<Alias>();
  if (before) *after = *before;
  TRY(change(*after));
  for (const std::string& version : {after->version, after->other_version}) {
    if (version.empty() || version == "$LATEST") continue;
    const FunctionPtr present = TRY(load_version(name, version));
    if (!present) return function_not_found(whole.arn() + ":" + version);
  }
  storage::Batch batch;
  storage::put_document(batch, alias_key(name, name.qualifier), to_document(*after));
  TRY(store_.commit(std::move(batch)));
  remember(name, AliasPtr(after));
  return AliasPtr(after);
}

Status FunctionTable::remove_alias(const FunctionName& name) {
  const auto guard = locks_.lock(function_key(kFunctions, name));
  FunctionName whole = name;
  whole.qualifier.clear();
  TRY(require(whole));
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, alias_key(name, name.qualifier));
  batch.erase(storage::Family::kMeta,
              storage::KeyWriter(function_key(kProvisioned, name)).text(name.qualifier).take());
  TRY(store_.commit(std::move(batch)));
  std::lock_guard lock(mutex_);
  const auto entry = cache_.find(function_key(kFunctions, name));
  if (entry != cache_.end()) entry->second.aliases.erase(name.qualifier);
  return {};
}

Result<std::vector<AliasPtr>> FunctionTable::read_aliases(const FunctionName& name) {
  std::vector<AliasPtr> aliases;
  const auto documents = TRY(storage::list_documents(store_, function_key(kAliases, name)));
  for (const auto& [key, document] : documents) aliases.push_back(TRY(decode(document)));
  return aliases;
}

Result<std::vector<AliasPtr>> FunctionTable::aliases(const FunctionName& name) {
  return read_aliases(name);
}

}  // namespace fairlead::lambda
