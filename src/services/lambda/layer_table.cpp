// Keys: docs/formats/keys-lambda.md.
#include "services/lambda/layer_table.h"

#include <algorithm>

#include "services/lambda/errors.h"
#include "services/lambda/record_keys.h"
#include "storage/documents.h"

namespace fairlead::lambda {
namespace {

storage::KeyWriter layer_key(std::string_view prefix, const LayerName& name) {
  storage::KeyWriter key(prefix);
  key.text(name.account).text(name.region).text(name.name);
  return key;
}

std::string version_key(const LayerName& name) {
  return layer_key(kLayers, name).number(name.version).take();
}

}  // namespace

Result<Layer> LayerTable::add(Layer layer) {
  const auto guard = locks_.lock(layer.name.arn());
  const std::string counter = layer_key(kLayerCounters, layer.name).take();
  const auto counted = TRY(storage::get_document(store_, counter));
  const std::int64_t last = counted ? (*counted)["last"].int_or(0) : 0;
  layer.name.version = static_cast<std::uint64_t>(last) + 1;
  storage::Batch batch;
  storage::put_document(batch, counter, Json::object({{"last", layer.name.version}}));
  storage::put_document(batch, version_key(layer.name), to_document(layer));
  TRY(store_.commit(std::move(batch)));
  return layer;
}

Result<std::optional<Layer>> LayerTable::find(const LayerName& name) {
  const auto document = TRY(storage::get_document(store_, version_key(name)));
  if (!document) return std::optional<Layer>();
  return std::optional<Layer>(TRY(layer_from_document(*document)));
}

Status LayerTable::remove(const LayerName& name) {
  const auto guard = locks_.lock(name.arn());
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, version_key(name));
  return store_.commit(std::move(batch));
}

Result<std::vector<Layer>> LayerTable::read(const std::string& prefix) {
  std::vector<Layer> layers;
  const auto documents = TRY(storage::list_documents(store_, prefix));
  for (const auto& [key, document] : documents)
    layers.push_back(TRY(layer_from_document(document)));
  return layers;
}

Result<std::vector<Layer>> LayerTable::versions(const LayerName& name) {
  auto layers = TRY(read(layer_key(kLayers, name).take()));
  std::reverse(layers.begin(), layers.end());
  return layers;
}

Result<std::vector<Layer>> LayerTable::all(const std::string& account, const std::string& region) {
  return read(storage::KeyWriter(kLayers).text(account).text(region).take());
}

Result<std::vector<Layer>> LayerTable::all() { return read(std::string(kLayers)); }

Status LayerTable::change(const LayerName& name, const std::function<Status(Layer&)>& change) {
  const auto guard = locks_.lock(name.arn());
  auto layer = TRY(find(name));
  if (!layer) return layer_version_not_found(name.version_arn());
  TRY(change(*layer));
  storage::Batch batch;
  storage::put_document(batch, version_key(name), to_document(*layer));
  return store_.commit(std::move(batch));
}

}  // namespace fairlead::lambda
