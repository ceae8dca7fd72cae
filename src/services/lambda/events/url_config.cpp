// The records of function URLs: docs/formats/keys-lambda-events.md.
#include "services/lambda/events/url_config.h"

#include <utility>

#include "storage/documents.h"
#include "storage/keys.h"

namespace fairlead::lambda {
namespace {

using storage::KeyWriter;

std::string prefix_of(const FunctionName& name) {
  return KeyWriter("lm/u/").text(name.account).text(name.region).text(name.name).take();
}
std::string key_of(const FunctionName& name) {
  return KeyWriter(prefix_of(name)).text(name.qualifier).take();
}
std::string id_key(std::string_view id) { return KeyWriter("lm/ui/").text(id).take(); }

UrlConfig from_document(const Json& document) {
  UrlConfig config;
  config.id = document["id"].string_or("");
  config.name = {document["account"].string_or(""), document["region"].string_or(""),
                 document["function"].string_or(""), document["qualifier"].string_or("")};
  config.auth_type = document["authType"].string_or("AWS_IAM");
  config.cors = document["cors"];
  config.created_ms = document["createdMs"].int_or(0);
  config.modified_ms = document["modifiedMs"].int_or(0);
  return config;
}

Json to_document(const UrlConfig& config) {
  return Json::object({{"id", config.id},
                       {"account", config.name.account},
                       {"region", config.name.region},
                       {"function", config.name.name},
                       {"qualifier", config.name.qualifier},
                       {"authType", config.auth_type},
                       {"cors", config.cors},
                       {"createdMs", config.created_ms},
                       {"modifiedMs", config.modified_ms}});
}

}  // namespace

std::string UrlConfig::domain() const { return id + ".lambda-url." + name.region + ".on.aws"; }

Result<std::optional<UrlConfig>> UrlConfigs::find(const FunctionName& name) const {
  const auto document = TRY(storage::get_document(store_, key_of(name)));
  if (!document) return std::optional<UrlConfig>();
  return std::optional<UrlConfig>(from_document(*document));
}

Result<std::optional<UrlConfig>> UrlConfigs::find_id(std::string_view id) const {
  const auto key = TRY(storage::get_document(store_, id_key(id)));
  if (!key) return std::optional<UrlConfig>();
  const UrlConfig of = from_document(*key);
  return find(of.name);
}

Result<std::vector<UrlConfig>> UrlConfigs::list(const FunctionName& of_function) const {
  std::vector<UrlConfig> configs;
  for (const auto& [key, document] : TRY(storage::list_documents(store_, prefix_of(of_function)))) {
    configs.push_back(from_document(document));
  }
  return configs;
}

Status UrlConfigs::put(const UrlConfig& config) {
  storage::Batch batch;
  storage::put_document(batch, key_of(config.name), to_document(config));
  storage::put_document(batch, id_key(config.id),
                        Json::object({{"account", config.name.account},
                                      {"region", config.name.region},
                                      {"function", config.name.name},
                                      {"qualifier", config.name.qualifier}}));
  return store_.commit(std::move(batch));
}

Status UrlConfigs::erase(const UrlConfig& config) {
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, key_of(config.name));
  batch.erase(storage::Family::kMeta, id_key(config.id));
  return store_.commit(std::move(batch));
}

Status UrlConfigs::forget(const FunctionName& name) {
  for (const UrlConfig& config : TRY(list(name))) {
    if (name.qualifier.empty() || config.name.qualifier == name.qualifier) TRY(erase(config));
  }
  return {};
}

}  // namespace fairlead::lambda
