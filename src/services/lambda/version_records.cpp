// The part of FunctionTable that keeps published versions: records that never change but for their
// policy, and go away one by one or with the function.
#include <algorithm>

#include "base/ids.h"
#include "services/lambda/errors.h"
#include "services/lambda/function_table.h"
#include "services/lambda/record_keys.h"
#include "storage/documents.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kEvery = SIZE_MAX;

std::string version_key(const FunctionName& name, std::uint64_t number) {
  return storage::KeyWriter(function_key(kVersions, name)).number(number).take();
}

// The next version of `latest`, with an identity of its own.
Function version_of(const Function& latest, const FunctionTable::Publication& publication) {
  Function version = latest;
  version.version = std::to_string(latest.last_version + 1);
  if (publication.description) version.description = *publication.description;
  version.revision_id = uuid_v4();
  version.generation = uuid_v4();
  version.last_modified_ms = publication.now_ms;
  version.tags = Json::object();
  version.policy = Json::array();
  version.policy_revision = uuid_v4();
  version.reserved_concurrency.reset();
  version.last_version = 0;
  version.recursive_loop.clear();
  return version;
}

}  // namespace

Result<FunctionPtr> FunctionTable::load_version(const FunctionName& name,
                                                const std::string& number) {
  const auto parsed = version_number(number);
  if (!parsed) return FunctionPtr();
  {
    std::lock_guard lock(mutex_);
    const auto entry = cache_.find(function_key(kFunctions, name));
    if (entry != cache_.end()) {
      const auto found = entry->second.versions.find(number);
      if (found != entry->second.versions.end()) return found->second;
    }
  }
  const auto document = TRY(storage::get_document(store_, version_key(name, *parsed)));
  if (!document) return FunctionPtr();
  FunctionPtr version = TRY(shared_from_document(*document));
  remember(name, version);
  return version;
}

Result<std::vector<FunctionPtr>> FunctionTable::read_versions(const FunctionName& name,
                                                              std::uint64_t after,
                                                              std::size_t limit) {
  std::vector<FunctionPtr> versions;
  const std::string to = storage::after_prefix(function_key(kVersions, name));
  auto cursor = store_.range(storage::Family::kMeta, version_key(name, after + 1), to);
  for (; cursor->valid() && versions.size() < limit; cursor->next()) {
    const Json document = TRY(storage::decode_document(cursor->value()));
    versions.push_back(TRY(shared_from_document(document)));
  }
  TRY(cursor->status());
  return versions;
}

Result<std::vector<FunctionPtr>> FunctionTable::versions(const FunctionName& name,
                                                         std::uint64_t after, std::size_t limit) {
  return read_versions(name, after, limit);
}

Result<FunctionPtr> FunctionTable::publish(const FunctionName& name,
                                           const Publication& publication) {
  const auto guard = locks_.lock(function_key(kFunctions, name));
  const FunctionPtr latest = TRY(require(name));
  if (!publication.revision_id.empty() && publication.revision_id != latest->revision_id) {
    return function_revision_mismatch();
  }
  if (!publication.code_sha256.empty() && publication.code_sha256 != latest->code_sha256) {
    return code_sha_mismatch(publication.code_sha256, latest->code_sha256);
  }
  if (latest->last_version > 0) {
    FunctionPtr last = TRY(load_version(name, std::to_string(latest->last_version)));
    if (last && same_content(*last, *latest)) return last;
  }
  auto version = std::make_shared<Function>(version_of(*latest, publication));
  auto counted = std::make_shared<Function>(*latest);
  ++counted->last_version;
  storage::Batch batch;
  storage::put_document(batch, version_key(name, counted->last_version), to_document(*version));
  storage::put_document(batch, function_key(kFunctions, name), to_document(*counted));
  TRY(store_.commit(std::move(batch)));
  remember(name, counted);
  remember(name, version);
  return FunctionPtr(version);
}

// Does $LATEST or a version but for one name the zip? A function and its versions share it.
Result<bool> FunctionTable::blob_needed(const FunctionName& name, const std::string& blob,
                                        const std::string& but_version) {
  const FunctionPtr latest = TRY(load(name));
  if (latest && latest->code_blob == blob) return true;
  if (latest && latest->last_version == 0) return false;
  const auto others = TRY(read_versions(name, 0, kEvery));
  return std::any_of(others.begin(), others.end(), [&](const FunctionPtr& version) {
    return version->code_blob == blob && version->version != but_version;
  });
}

Result<FunctionTable::Removed> FunctionTable::remove_version(const FunctionName& name,
                                                             const FunctionPtr&) {
  Removed removed;
  FunctionPtr version = TRY(load_version(name, name.qualifier));
  if (!version) return removed;
  std::string users;
  const auto present = TRY(read_aliases(name));
  for (const AliasPtr& alias : present) {
    if (alias->version == name.qualifier || alias->other_version == name.qualifier) {
      users += (users.empty() ? "" : ", ") + alias->name;
    }
  }
  if (!users.empty()) return version_in_use(users);
  const bool needed = TRY(blob_needed(name, version->code_blob, version->version));
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, version_key(name, *version_number(name.qualifier)));
  batch.erase(storage::Family::kMeta,
              storage::KeyWriter(function_key(kProvisioned, name)).text(name.qualifier).take());
  TRY(store_.commit(std::move(batch)));
  if (!needed) removed.blobs.push_back(version->code_blob);
  removed.functions.push_back(std::move(version));
  std::lock_guard lock(mutex_);
  const auto entry = cache_.find(function_key(kFunctions, name));
  if (entry != cache_.end()) entry->second.versions.erase(name.qualifier);
  return removed;
}

}  // namespace fairlead::lambda
