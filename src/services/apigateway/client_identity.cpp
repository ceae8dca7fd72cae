// The client's identity as a document and as members of events.
#include "services/apigateway/client_identity.h"

namespace fairlead::apigateway {

namespace {
constexpr std::pair<const char*, std::string ClientIdentity::*> kTexts[] = {
    {"accessKey", &ClientIdentity::access_key}, {"accountId", &ClientIdentity::account_id},
    {"caller", &ClientIdentity::caller},        {"user", &ClientIdentity::user},
    {"userArn", &ClientIdentity::user_arn},     {"apiKey", &ClientIdentity::api_key},
    {"apiKeyId", &ClientIdentity::api_key_id},  {"principalId", &ClientIdentity::principal_id},
};
}  // namespace

void ClientIdentity::write_authorizer_members() {
  authorizer_members.clear();
  for (const auto& [name, value] : context) {
    append_json_string(authorizer_members, name);
    authorizer_members += ':';
    append_json_string(authorizer_members, value);
    authorizer_members += ',';
  }
  authorizer_members += "\"principalId\":";
  append_json_string(authorizer_members, principal_id);
}

Json ClientIdentity::document() const {
  Json document;
  for (const auto& [name, text] : kTexts) {
    if (!(this->*text).empty()) document.set(name, this->*text);
  }
  if (authorizer_members.empty()) return document;
  Json values = Json::object();
  for (const auto& [name, value] : context) values.set(name, value);
  document.set("context", std::move(values));
  return document;
}

ClientIdentity ClientIdentity::of_document(const Json& document) {
  ClientIdentity identity;
  for (const auto& [name, text] : kTexts) identity.*text = document[name].string_or("");
  if (!document.has("context")) return identity;
  for (const Json::Member& member : document["context"].members()) {
    identity.context.emplace_back(member.key, member.value.string_or(""));
  }
  identity.write_authorizer_members();
  return identity;
}

}  // namespace fairlead::apigateway
