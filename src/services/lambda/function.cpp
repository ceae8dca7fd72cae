// The stored document uses our own member names; docs: src/services/lambda/README.md.
#include "services/lambda/function.h"

#include <initializer_list>

#include "base/arn.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/hashes.h"
#include "storage/store.h"

namespace fairlead::lambda {
namespace {

Json pairs_to_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json object = Json::object();
  for (const auto& [name, value] : pairs) object.set(name, value);
  return object;
}

Json layers_to_json(const std::vector<LayerUse>& layers) {
  Json list = Json::array();
  for (const LayerUse& layer : layers) {
    list.push_back(Json::object({{"arn", layer.arn},
                                 {"sha256", layer.sha256},
                                 {"blob", layer.blob},
                                 {"size", layer.size},
                                 {"unpacked", layer.unpacked}}));
  }
  return list;
}

std::vector<LayerUse> layers_from_json(const Json& list) {
  std::vector<LayerUse> layers;
  for (const Json& layer : list.items()) {
    layers.push_back({layer["arn"].string_or(""), layer["sha256"].string_or(""),
                      layer["blob"].string_or(""),
                      static_cast<std::uint64_t>(layer["size"].int_or(0)),
                      static_cast<std::uint64_t>(layer["unpacked"].int_or(0))});
  }
  return layers;
}

Json logging_to_json(const LoggingConfig& logging) {
  return Json::object({{"format", logging.format},
                       {"applicationLevel", logging.application_level},
                       {"systemLevel", logging.system_level},
                       {"group", logging.group}});
}

LoggingConfig logging_from_json(const Json& json) {
  return {json["format"].string_or("Text"), json["applicationLevel"].string_or(""),
          json["systemLevel"].string_or(""), json["group"].string_or("")};
}

// What decides how a version behaves.
Json content_of(const Function& f) {
  return Json::object({
      {"runtime", f.runtime},
      {"role", f.role},
      {"handler", f.handler},
      {"timeoutS", f.timeout_s},
      {"memoryMb", f.memory_mb},
      {"ephemeralMb", f.ephemeral_mb},
      {"architecture", f.architecture},
      {"environment", pairs_to_json(f.environment)},
      {"codeSha256", f.code_sha256},
      {"layers", layers_to_json(f.layers)},
      {"deadLetterArn", f.dead_letter_arn},
      {"tracing", f.tracing},
      {"logging", logging_to_json(f.logging)},
  });
}

Json shown_logging(const Function& f) {
  Json json = Json::object({{"LogFormat", f.logging.format}, {"LogGroup", f.log_group()}});
  if (f.logging.format == "JSON") {
    json.set("ApplicationLogLevel", f.logging.application_level);
    json.set("SystemLogLevel", f.logging.system_level);
  }
  return json;
}

}  // namespace

std::string function_arn(const std::string& region, const std::string& account,
                         std::string_view name) {
  return format_arn("lambda", region, account, "function:" + std::string(name));
}

std::string runtime_version_arn(std::string_view region, std::string_view runtime) {
  return "arn:aws:lambda:" + std::string(region) +
         "::runtime:" + hex_encode(sha256("fairlead " + std::string(runtime)));
}

std::string Function::arn() const { return function_arn(region, account, name); }
std::string Function::qualified_arn() const { return arn() + ":" + version; }
std::string Function::log_group() const {
  return logging.group.empty() ? "/aws/lambda/" + name : logging.group;
}

bool same_content(const Function& a, const Function& b) { return content_of(a) == content_of(b); }

Json to_document(const Function& f) {
  Json document = content_of(f);
  for (auto& [key, value] : std::initializer_list<std::pair<const char*, Json>>{
           {"account", f.account},
           {"region", f.region},
           {"name", f.name},
           {"version", f.version},
           {"description", f.description},
           {"codeBlob", f.code_blob},
           {"codeSize", f.code_size},
           {"codeUnpacked", f.code_unpacked},
           {"revisionId", f.revision_id},
           {"generation", f.generation},
           {"lastModifiedMs", f.last_modified_ms},
           {"tags", f.tags},
           {"policy", f.policy},
           {"policyRevision", f.policy_revision},
           {"lastVersion", f.last_version},
           {"recursiveLoop", f.recursive_loop},
       }) {
    document.set(key, value);
  }
  if (f.reserved_concurrency) document.set("reservedConcurrency", *f.reserved_concurrency);
  return document;
}

Result<Function> from_document(const Json& document) {
  Function f;
  const auto text = [&](std::string_view key) { return document[key].string_or(""); };
  f.account = text("account");
  f.region = text("region");
  f.name = text("name");
  f.version = document["version"].string_or("$LATEST");
  f.runtime = text("runtime");
  f.role = text("role");
  f.handler = text("handler");
  f.description = text("description");
  f.timeout_s = static_cast<int>(document["timeoutS"].int_or(3));
  f.memory_mb = static_cast<int>(document["memoryMb"].int_or(128));
  f.ephemeral_mb = static_cast<int>(document["ephemeralMb"].int_or(512));
  f.architecture = text("architecture");
  for (const auto& [name, value] : document["environment"].members()) {
    f.environment.emplace_back(name, value.string_or(""));
  }
  f.code_sha256 = text("codeSha256");
  f.code_blob = text("codeBlob");
  f.code_size = static_cast<std::uint64_t>(document["codeSize"].int_or(0));
  f.code_unpacked = static_cast<std::uint64_t>(document["codeUnpacked"].int_or(0));
  f.layers = layers_from_json(document["layers"]);
  f.dead_letter_arn = text("deadLetterArn");
  f.tracing = document["tracing"].string_or("PassThrough");
  f.logging = logging_from_json(document["logging"]);
  f.revision_id = text("revisionId");
  f.generation = text("generation");
  f.last_modified_ms = document["lastModifiedMs"].int_or(0);
  if (document["tags"].is_object()) f.tags = document["tags"];
  if (document["policy"].is_array()) f.policy = document["policy"];
  f.policy_revision = text("policyRevision");
  f.last_version = static_cast<std::uint64_t>(document["lastVersion"].int_or(0));
  f.recursive_loop = text("recursiveLoop");
  if (const Json* reserved = document.find("reservedConcurrency")) {
    f.reserved_concurrency = static_cast<int>(reserved->int_or(0));
  }
  if (f.name.empty() || f.code_blob.empty()) {
    return Error{&storage::kStoreDamaged, "A function's record lacks its name or its code.", {}};
  }
  return f;
}

Result<FunctionPtr> shared_from_document(const Json& document) {
  Function function = TRY(from_document(document));
  return FunctionPtr(std::make_shared<Function>(std::move(function)));
}

Json configuration(const Function& f, std::string_view qualifier) {
  std::string modified = iso8601_millis(f.last_modified_ms);
  modified.pop_back();  // AWS writes +0000 here instead of Z
  const std::string arn = f.arn();
  Json json = Json::object({
      {"FunctionName", f.name},
      {"FunctionArn", qualifier.empty() ? arn : arn + ":" + std::string(qualifier)},
      {"Runtime", f.runtime},
      {"Role", f.role},
      {"Handler", f.handler},
      {"CodeSize", f.code_size},
      {"Description", f.description},
      {"Timeout", f.timeout_s},
      {"MemorySize", f.memory_mb},
      {"LastModified", modified + "+0000"},
      {"CodeSha256", f.code_sha256},
      {"Version", f.version},
  });
  if (!f.dead_letter_arn.empty()) {
    json.set("DeadLetterConfig", Json::object({{"TargetArn", f.dead_letter_arn}}));
  }
  if (!f.environment.empty()) {
    json.set("Environment", Json::object({{"Variables", pairs_to_json(f.environment)}}));
  }
  if (!f.layers.empty()) {
    Json& layers = json.set("Layers", Json::array());
    for (const LayerUse& layer : f.layers) {
      layers.push_back(Json::object({{"Arn", layer.arn}, {"CodeSize", layer.size}}));
    }
  }
  json.set("TracingConfig", Json::object({{"Mode", f.tracing}}));
  json.set("RevisionId", f.revision_id);
  json.set("State", "Active");
  json.set("LastUpdateStatus", "Successful");
  json.set("PackageType", "Zip");
  json.set("Architectures", Json::array({f.architecture}));
  json.set("EphemeralStorage", Json::object({{"Size", f.ephemeral_mb}}));
  json.set("SnapStart", Json::object({{"ApplyOn", "None"}, {"OptimizationStatus", "Off"}}));
  json.set("RuntimeVersionConfig",
           Json::object({{"RuntimeVersionArn", runtime_version_arn(f.region, f.runtime)}}));
  json.set("LoggingConfig", shown_logging(f));
  return json;
}

}  // namespace fairlead::lambda
