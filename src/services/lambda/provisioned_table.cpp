// Keys: docs/formats/keys-lambda.md. Records go away with their function, version or alias
// (FunctionTable erases them in the same batch).
#include "services/lambda/provisioned_table.h"

#include "services/lambda/record_keys.h"
#include "storage/documents.h"

namespace fairlead::lambda {
namespace {

std::string key_of(const FunctionName& name) {
  return storage::KeyWriter(function_key(kProvisioned, name)).text(name.qualifier).take();
}

ProvisionedConfig decode(const Json& document) {
  const auto text = [&](std::string_view key) { return document[key].string_or(""); };
  return {{text("account"), text("region"), text("function"), text("qualifier")},
          document["requested"].int_or(0),
          document["lastModifiedMs"].int_or(0)};
}

}  // namespace

Status ProvisionedTable::put(const ProvisionedConfig& config) {
  storage::Batch batch;
  storage::put_document(batch, key_of(config.name),
                        Json::object({{"account", config.name.account},
                                      {"region", config.name.region},
                                      {"function", config.name.name},
                                      {"qualifier", config.name.qualifier},
                                      {"requested", config.requested},
                                      {"lastModifiedMs", config.last_modified_ms}}));
  return store_.commit(std::move(batch));
}

Status ProvisionedTable::remove(const FunctionName& name) {
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, key_of(name));
  return store_.commit(std::move(batch));
}

Result<std::optional<ProvisionedConfig>> ProvisionedTable::find(const FunctionName& name) {
  const auto document = TRY(storage::get_document(store_, key_of(name)));
  if (!document) return std::optional<ProvisionedConfig>();
  return std::optional<ProvisionedConfig>(decode(*document));
}

Result<std::vector<ProvisionedConfig>> ProvisionedTable::read(const std::string& prefix) {
  std::vector<ProvisionedConfig> configs;
  const auto documents = TRY(storage::list_documents(store_, prefix));
  for (const auto& [key, document] : documents) configs.push_back(decode(document));
  return configs;
}

Result<std::vector<ProvisionedConfig>> ProvisionedTable::of_function(const FunctionName& name) {
  return read(function_key(kProvisioned, name));
}

Result<std::vector<ProvisionedConfig>> ProvisionedTable::all() {
  return read(std::string(kProvisioned));
}

Result<std::vector<ProvisionedConfig>> ProvisionedTable::of_account(const std::string& account,
                                                                    const std::string& region) {
  return read(storage::KeyWriter(kProvisioned).text(account).text(region).take());
}

}  // namespace fairlead::lambda
