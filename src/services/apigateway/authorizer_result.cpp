// Reading an authorizer's result.
#include "services/apigateway/authorizer_result.h"

#include "base/json_parse.h"

namespace fairlead::apigateway {
namespace {

constexpr std::size_t kMostBytes = 8 * 1024;

// Values become text; nothing nested.
bool read_context(const Json& context, ClientIdentity& identity) {
  if (context.is_null()) return true;
  if (!context.is_object()) return false;
  for (const Json::Member& member : context.members()) {
    const Json& value = member.value;
    // These two are API Gateway's own names in requestContext.authorizer.
    if (member.key == "principalId" || member.key == "integrationLatency") continue;
    if (value.is_null()) continue;
    if (value.is_object() || value.is_array()) return false;
    std::string text = value.is_bool()     ? value.as_bool() ? "true" : "false"
                       : value.is_number() ? value.number_text()
                                           : value.as_string();
    identity.context.emplace_back(member.key, std::move(text));
  }
  return true;
}

}  // namespace

std::optional<AuthorizerResult> read_authorizer_result(std::string_view payload) {
  if (payload.size() > kMostBytes) return std::nullopt;
  const auto parsed = parse_json(payload);
  if (!parsed.ok() || !parsed->is_object()) return std::nullopt;
  AuthorizerResult result;
  result.identity.principal_id = (*parsed)["principalId"].string_or("");
  if (result.identity.principal_id.empty()) return std::nullopt;
  if (!read_context((*parsed)["context"], result.identity)) return std::nullopt;
  auto policy = iam::Policy::read((*parsed)["policyDocument"], iam::PolicyKind::kIdentity);
  if (!policy.ok()) return std::nullopt;
  result.policy = std::move(policy).value();
  result.usage_key = (*parsed)["usageIdentifierKey"].string_or("");
  result.identity.write_authorizer_members();
  return result;
}

}  // namespace fairlead::apigateway
