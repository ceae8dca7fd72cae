// Records of mappings and checkpoints: docs/formats/keys-lambda-events.md.
#include "services/lambda/events/mapping_table.h"

#include <utility>

#include "services/lambda/events/errors.h"
#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::lambda {
namespace {

using storage::KeyWriter;
constexpr std::string_view kMappings = "lm/m/";
constexpr std::string_view kCheckpoints = "lm/mc/";

std::string key_of(const std::string& account, const std::string& region, const std::string& uuid) {
  return KeyWriter(kMappings).text(account).text(region).text(uuid).take();
}
std::string key_of(const Mapping& mapping) {
  return key_of(mapping.account, mapping.region, mapping.uuid);
}
std::string checkpoint_key(const std::string& uuid, const std::string& shard) {
  return KeyWriter(kCheckpoints).text(uuid).text(shard).take();
}

void put_checkpoint(storage::Batch& batch, const std::string& uuid, const std::string& shard,
                    const Checkpoint& checkpoint) {
  storage::put_document(batch, checkpoint_key(uuid, shard),
                        Json::object({{"after", checkpoint.after}, {"done", checkpoint.done}}));
}

Result<MappingPtr> from(const Json& document) {
  return std::make_shared<const Mapping>(TRY(mapping_from_document(document)));
}

Result<std::vector<MappingPtr>> list_of(const storage::Store& store, const std::string& prefix) {
  std::vector<MappingPtr> found;
  for (const auto& [key, document] : TRY(storage::list_documents(store, prefix))) {
    found.push_back(TRY(from(document)));
  }
  return found;
}

}  // namespace

Result<MappingPtr> MappingTable::find(const std::string& account, const std::string& region,
                                      const std::string& uuid) const {
  const auto document = TRY(storage::get_document(store_, key_of(account, region, uuid)));
  if (!document) return no_mapping();
  return from(*document);
}

Result<std::vector<MappingPtr>> MappingTable::list(const std::string& account,
                                                   const std::string& region) const {
  return list_of(store_, KeyWriter(kMappings).text(account).text(region).take());
}

Result<std::vector<MappingPtr>> MappingTable::all() const {
  return list_of(store_, std::string(kMappings));
}

Status MappingTable::create(const Mapping& mapping,
                            const std::map<std::string, Checkpoint>& checkpoints) {
  storage::Batch batch;
  storage::put_document(batch, key_of(mapping), to_document(mapping));
  for (const auto& [shard, checkpoint] : checkpoints) {
    put_checkpoint(batch, mapping.uuid, shard, checkpoint);
  }
  return store_.commit(std::move(batch));
}

Result<MappingPtr> MappingTable::update(const Mapping& of,
                                        const std::function<Status(Mapping&)>& change) {
  const auto guard = locks_.lock(of.uuid);
  Mapping mapping = *TRY(find(of.account, of.region, of.uuid));
  TRY(change(mapping));
  storage::Batch batch;
  storage::put_document(batch, key_of(mapping), to_document(mapping));
  TRY(store_.commit(std::move(batch)));
  return std::make_shared<const Mapping>(std::move(mapping));
}

Status MappingTable::remove(const Mapping& mapping) {
  const auto guard = locks_.lock(mapping.uuid);
  const std::string checkpoints = KeyWriter(kCheckpoints).text(mapping.uuid).take();
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, key_of(mapping));
  batch.erase_range(storage::Family::kMeta, checkpoints, storage::after_prefix(checkpoints));
  return store_.commit(std::move(batch));
}

Result<Checkpoint> MappingTable::checkpoint(const std::string& uuid,
                                            const std::string& shard) const {
  const auto document = TRY(storage::get_document(store_, checkpoint_key(uuid, shard)));
  if (!document) return Checkpoint{};
  return Checkpoint{(*document)["after"].string_or(""), (*document)["done"].bool_or(false)};
}

Status MappingTable::advance(const Mapping& of, const std::string& shard, const Checkpoint& to) {
  const auto guard = locks_.lock(of.uuid);
  if (!TRY(storage::get_document(store_, key_of(of)))) return {};
  storage::Batch batch;
  put_checkpoint(batch, of.uuid, shard, to);
  return store_.commit(std::move(batch));
}

}  // namespace fairlead::lambda
