// Keys: "lm/f/" account region name, in the family of control-plane documents.
#include "services/lambda/function_table.h"

#include "services/lambda/errors.h"
#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::lambda {
namespace {

constexpr std::string_view kPrefix = "lm/f/";

std::string key_of(const std::string& account, const std::string& region, const std::string& name) {
  return storage::KeyWriter(kPrefix).text(account).text(region).text(name).take();
}

std::string key_of(const FunctionName& name) {
  return key_of(name.account, name.region, name.name);
}

Result<FunctionPtr> decode(const Json& document) {
  Function function = TRY(from_document(document));
  return FunctionPtr(std::make_shared<Function>(std::move(function)));
}

}  // namespace

Result<FunctionPtr> FunctionTable::load(const std::string& key) {
  {
    std::lock_guard lock(mutex_);
    const auto found = cache_.find(key);
    if (found != cache_.end()) return found->second;
  }
  const std::optional<Json> document = TRY(storage::get_document(store_, key));
  if (!document) return FunctionPtr();
  FunctionPtr function = TRY(decode(*document));
  remember(key, function);
  return function;
}

void FunctionTable::remember(const std::string& key, FunctionPtr function) {
  std::lock_guard lock(mutex_);
  if (function) {
    cache_[key] = std::move(function);
  } else {
    cache_.erase(key);
  }
}

Result<FunctionPtr> FunctionTable::find_locked(const FunctionName& name, const std::string& key) {
  FunctionPtr function = TRY(load(key));
  if (!function) return function_not_found(name.arn());
  // Versions and aliases do not exist yet, so only $LATEST can be meant.
  if (!name.qualifier.empty() && name.qualifier != "$LATEST") return function_not_found(name.arn());
  return function;
}

Result<FunctionPtr> FunctionTable::find(const FunctionName& name) {
  const std::string key = key_of(name);
  if (name.qualifier.empty() || name.qualifier == "$LATEST") {
    std::lock_guard lock(mutex_);
    const auto found = cache_.find(key);
    if (found != cache_.end()) return found->second;
  }
  // Loading takes the lock too: otherwise an old record could overtake a newer one on its way
  // into the cache.
  const auto guard = locks_.lock(key);
  return find_locked(name, key);
}

Status FunctionTable::write(const std::string& key, const Function& function) {
  storage::Batch batch;
  storage::put_document(batch, key, to_document(function));
  return store_.commit(std::move(batch));
}

Result<FunctionTable::Changed> FunctionTable::update(
    const FunctionName& name, const std::function<Status(Function&)>& change) {
  const std::string key = key_of(name);
  const auto guard = locks_.lock(key);
  FunctionPtr before = TRY(find_locked(name, key));
  auto after = std::make_shared<Function>(*before);
  TRY(change(*after));
  TRY(write(key, *after));
  remember(key, after);
  return Changed{std::move(before), std::move(after)};
}

Status FunctionTable::create(Function function) {
  const std::string key = key_of(function.account, function.region, function.name);
  const auto guard = locks_.lock(key);
  const FunctionPtr present = TRY(load(key));
  if (present) return function_exists(function.name);
  TRY(write(key, function));
  remember(key, std::make_shared<Function>(std::move(function)));
  return {};
}

Result<FunctionPtr> FunctionTable::remove(const FunctionName& name) {
  const std::string key = key_of(name);
  const auto guard = locks_.lock(key);
  FunctionPtr before = TRY(find_locked(name, key));
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, key);
  TRY(store_.commit(std::move(batch)));
  remember(key, nullptr);
  return before;
}

Result<std::vector<FunctionPtr>> FunctionTable::list(const std::string& account,
                                                     const std::string& region,
                                                     const std::string& after, std::size_t limit) {
  const std::string prefix = storage::KeyWriter(kPrefix).text(account).text(region).take();
  const std::string from = after.empty() ? prefix : key_of(account, region, after);
  std::vector<FunctionPtr> functions;
  auto cursor = store_.range(storage::Family::kMeta, from, storage::after_prefix(prefix));
  for (; cursor->valid() && functions.size() < limit; cursor->next()) {
    if (!after.empty() && cursor->key() == from) continue;
    const Json document = TRY(storage::decode_document(cursor->value()));
    functions.push_back(TRY(decode(document)));
  }
  TRY(cursor->status());
  return functions;
}

Result<std::vector<FunctionPtr>> FunctionTable::all() {
  std::vector<FunctionPtr> functions;
  const auto documents = TRY(storage::list_documents(store_, kPrefix));
  for (const auto& [key, document] : documents) {
    functions.push_back(TRY(decode(document)));
  }
  return functions;
}

}  // namespace fairlead::lambda
