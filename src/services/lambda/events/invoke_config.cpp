// The records of event invoke configs: docs/formats/keys-lambda-events.md.
#include "services/lambda/events/invoke_config.h"

#include <utility>

#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::lambda {
namespace {

std::string prefix_of(const FunctionName& name) {
  return storage::KeyWriter("lm/ei/").text(name.account).text(name.region).text(name.name).take();
}

std::string key_of(const FunctionName& name) {
  const std::string qualifier = name.qualifier.empty() ? "$LATEST" : name.qualifier;
  return storage::KeyWriter(prefix_of(name)).text(qualifier).take();
}

Json to_document(const InvokeConfig& config) {
  Json document = Json::object({{"qualifier", config.name.qualifier},
                                {"onSuccess", config.on_success},
                                {"onFailure", config.on_failure},
                                {"modifiedMs", config.modified_ms}});
  if (config.retries) document.set("retries", *config.retries);
  if (config.age_s) document.set("ageS", *config.age_s);
  return document;
}

InvokeConfig from_document(FunctionName name, const Json& document) {
  InvokeConfig config;
  config.name = std::move(name);
  config.name.qualifier = document["qualifier"].string_or("$LATEST");
  config.on_success = document["onSuccess"].string_or("");
  config.on_failure = document["onFailure"].string_or("");
  config.modified_ms = document["modifiedMs"].int_or(0);
  if (document.has("retries")) config.retries = static_cast<int>(document["retries"].int_or(2));
  if (document.has("ageS")) config.age_s = static_cast<int>(document["ageS"].int_or(21'600));
  return config;
}

}  // namespace

Result<std::optional<InvokeConfig>> InvokeConfigs::find(const FunctionName& name) const {
  const auto document = TRY(storage::get_document(store_, key_of(name)));
  if (!document) return std::optional<InvokeConfig>();
  return std::optional<InvokeConfig>(from_document(name, *document));
}

Result<std::vector<InvokeConfig>> InvokeConfigs::list(const FunctionName& of_function) const {
  std::vector<InvokeConfig> configs;
  for (const auto& [key, document] : TRY(storage::list_documents(store_, prefix_of(of_function)))) {
    configs.push_back(from_document(of_function, document));
  }
  return configs;
}

Status InvokeConfigs::put(const InvokeConfig& config) {
  storage::Batch batch;
  storage::put_document(batch, key_of(config.name), to_document(config));
  return store_.commit(std::move(batch));
}

Status InvokeConfigs::erase(const FunctionName& name) {
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, key_of(name));
  return store_.commit(std::move(batch));
}

Status InvokeConfigs::forget(const FunctionName& name) {
  if (!name.qualifier.empty()) {
    if (!TRY(find(name))) return {};
    return erase(name);
  }
  if (TRY(list(name)).empty()) return {};
  const std::string prefix = prefix_of(name);
  storage::Batch batch;
  batch.erase_range(storage::Family::kMeta, prefix, storage::after_prefix(prefix));
  return store_.commit(std::move(batch));
}

}  // namespace fairlead::lambda
