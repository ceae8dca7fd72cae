// The stored document uses our own member names; docs/formats/keys-lambda.md.
#include "services/lambda/alias.h"

#include "services/lambda/function.h"
#include "storage/store.h"

namespace fairlead::lambda {

std::string Alias::arn() const { return function_arn(region, account, function) + ":" + name; }

Json to_document(const Alias& a) {
  return Json::object({
      {"account", a.account},
      {"region", a.region},
      {"function", a.function},
      {"name", a.name},
      {"version", a.version},
      {"description", a.description},
      {"otherVersion", a.other_version},
      {"otherWeight", a.other_weight},
      {"revisionId", a.revision_id},
      {"policy", a.policy},
      {"policyRevision", a.policy_revision},
  });
}

Result<Alias> alias_from_document(const Json& document) {
  Alias a;
  const auto text = [&](std::string_view key) { return document[key].string_or(""); };
  a.account = text("account");
  a.region = text("region");
  a.function = text("function");
  a.name = text("name");
  a.version = text("version");
  a.description = text("description");
  a.other_version = text("otherVersion");
  a.other_weight = document["otherWeight"].to_double().value_or(0);
  a.revision_id = text("revisionId");
  if (document["policy"].is_array()) a.policy = document["policy"];
  a.policy_revision = text("policyRevision");
  if (a.name.empty() || a.version.empty()) {
    return Error{&storage::kStoreDamaged, "An alias's record lacks its name or its version.", {}};
  }
  return a;
}

Json shown(const Alias& a) {
  Json json = Json::object({
      {"AliasArn", a.arn()},
      {"Name", a.name},
      {"FunctionVersion", a.version},
      {"Description", a.description},
      {"RevisionId", a.revision_id},
  });
  if (!a.other_version.empty()) {
    json.set("RoutingConfig", Json::object({{"AdditionalVersionWeights",
                                             Json::object({{a.other_version, a.other_weight}})}}));
  }
  return json;
}

}  // namespace fairlead::lambda
