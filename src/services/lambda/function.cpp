// The stored document uses our own member names; docs: src/services/lambda/README.md.
#include "services/lambda/function.h"

#include "base/arn.h"
#include "base/clock.h"
#include "storage/store.h"

namespace fairlead::lambda {
namespace {

Json pairs_to_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json object = Json::object();
  for (const auto& [name, value] : pairs) object.set(name, value);
  return object;
}

}  // namespace

std::string function_arn(const std::string& region, const std::string& account,
                         std::string_view name) {
  return format_arn("lambda", region, account, "function:" + std::string(name));
}

std::string Function::arn() const { return function_arn(region, account, name); }
std::string Function::log_group() const { return "/aws/lambda/" + name; }

Json to_document(const Function& f) {
  Json document = Json::object({
      {"account", f.account},
      {"region", f.region},
      {"name", f.name},
      {"runtime", f.runtime},
      {"role", f.role},
      {"handler", f.handler},
      {"description", f.description},
      {"timeoutS", f.timeout_s},
      {"memoryMb", f.memory_mb},
      {"ephemeralMb", f.ephemeral_mb},
      {"architecture", f.architecture},
      {"environment", pairs_to_json(f.environment)},
      {"codeSha256", f.code_sha256},
      {"codeBlob", f.code_blob},
      {"codeSize", f.code_size},
      {"revisionId", f.revision_id},
      {"generation", f.generation},
      {"lastModifiedMs", f.last_modified_ms},
      {"tags", f.tags},
      {"policy", f.policy},
      {"policyRevision", f.policy_revision},
  });
  if (f.reserved_concurrency) document.set("reservedConcurrency", *f.reserved_concurrency);
  return document;
}

Result<Function> from_document(const Json& document) {
  Function f;
  const auto text = [&](std::string_view key) { return document[key].string_or(""); };
  f.account = text("account");
  f.region = text("region");
  f.name = text("name");
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
  f.revision_id = text("revisionId");
  f.generation = text("generation");
  f.last_modified_ms = document["lastModifiedMs"].int_or(0);
  if (document["tags"].is_object()) f.tags = document["tags"];
  if (document["policy"].is_array()) f.policy = document["policy"];
  f.policy_revision = text("policyRevision");
  if (const Json* reserved = document.find("reservedConcurrency")) {
    f.reserved_concurrency = static_cast<int>(reserved->int_or(0));
  }
  if (f.name.empty() || f.code_blob.empty()) {
    return Error{&storage::kStoreDamaged, "A function's record lacks its name or its code.", {}};
  }
  return f;
}

Json configuration(const Function& f, ArnStyle style) {
  std::string modified = iso8601_millis(f.last_modified_ms);
  modified.pop_back();  // AWS writes +0000 here instead of Z
  Json json = Json::object({
      {"FunctionName", f.name},
      {"FunctionArn", style == ArnStyle::kQualified ? f.arn() + ":$LATEST" : f.arn()},
      {"Runtime", f.runtime},
      {"Role", f.role},
      {"Handler", f.handler},
      {"CodeSize", f.code_size},
      {"Description", f.description},
      {"Timeout", f.timeout_s},
      {"MemorySize", f.memory_mb},
      {"LastModified", modified + "+0000"},
      {"CodeSha256", f.code_sha256},
      {"Version", "$LATEST"},
  });
  if (!f.environment.empty()) {
    json.set("Environment", Json::object({{"Variables", pairs_to_json(f.environment)}}));
  }
  json.set("TracingConfig", Json::object({{"Mode", "PassThrough"}}));
  json.set("RevisionId", f.revision_id);
  json.set("State", "Active");
  json.set("LastUpdateStatus", "Successful");
  json.set("PackageType", "Zip");
  json.set("Architectures", Json::array({f.architecture}));
  json.set("EphemeralStorage", Json::object({{"Size", f.ephemeral_mb}}));
  json.set("SnapStart", Json::object({{"ApplyOn", "None"}, {"OptimizationStatus", "Off"}}));
  json.set("LoggingConfig", Json::object({{"LogFormat", "Text"}, {"LogGroup", f.log_group()}}));
  return json;
}

}  // namespace fairlead::lambda
