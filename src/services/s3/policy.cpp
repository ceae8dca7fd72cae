// Evaluation of bucket policies: principals, actions and resources. Conditions are next door.
#include "services/s3/policy.h"

#include "base/json_parse.h"
#include "base/text.h"
#include "platform/operation.h"
#include "services/s3/errors.h"
#include "services/s3/names.h"
#include "services/s3/policy_conditions.h"

namespace fairlead::s3 {

namespace {

// A member that may be one value or a list of them.
template <class F>
bool any_of(const Json& one_or_many, F&& holds) {
  if (one_or_many.is_string()) return holds(one_or_many.as_string());
  for (const Json& item : one_or_many.items()) {
    if (item.is_string() && holds(item.as_string())) return true;
  }
  return false;
}

// Bare "*", or {"AWS": "*"}.
bool is_everybody(const Json& principal) {
  const auto star = [](const std::string& text) { return text == "*"; };
  return any_of(principal, star) || any_of(principal["AWS"], star);
}

// "arn:aws:iam::1:role/r" also names its sessions "arn:aws:sts::1:assumed-role/r/session".
bool names_role_session(std::string_view role_arn, std::string_view session_arn) {
  const std::size_t role = role_arn.find(":role/");
  const std::size_t session = session_arn.find(":assumed-role/");
  if (role == role_arn.npos || session == session_arn.npos) return false;
  const std::string_view name = role_arn.substr(role_arn.rfind('/') + 1);
  std::string_view rest = session_arn.substr(session + 14);
  return rest.substr(0, rest.find('/')) == name &&
         role_arn.substr(13, role - 13) == session_arn.substr(13, session - 13);
}

bool is_principal(const Json& principal, const PolicyQuestion& question) {
  if (is_everybody(principal)) return true;
  if (question.account.empty()) return false;
  return any_of(principal["AWS"],
                [&](const std::string& who) {
                  return who == question.account ||
                         who == "arn:aws:iam::" + question.account + ":root" ||
                         who == question.principal_arn ||
                         names_role_session(who, question.principal_arn);
                }) ||
         any_of(principal["CanonicalUser"],
                [&](const std::string& id) { return id == canonical_id(question.account); });
}

bool applies(const Json& statement, const PolicyQuestion& question) {
  const auto matches_action = [&](const std::string& pattern) {
    return matches_wildcard(to_lower(pattern), to_lower(question.action));
  };
  const auto matches_resource = [&](const std::string& pattern) {
    return matches_wildcard(pattern, question.resource);
  };
  if (statement.has("Principal") && !is_principal(statement["Principal"], question)) return false;
  if (statement.has("NotPrincipal") && is_principal(statement["NotPrincipal"], question)) {
    return false;
  }
  if (statement.has("Action") && !any_of(statement["Action"], matches_action)) return false;
  if (statement.has("NotAction") && any_of(statement["NotAction"], matches_action)) return false;
  if (statement.has("Resource") && !any_of(statement["Resource"], matches_resource)) return false;
  if (statement.has("NotResource") && any_of(statement["NotResource"], matches_resource)) {
    return false;
  }
  return conditions_hold(statement["Condition"], question.condition_value);
}

// One statement or a list of them.
template <class F>
void for_each_statement(const Json& policy, F&& visit) {
  const Json& statement = policy["Statement"];
  if (statement.is_object()) visit(statement);
  for (const Json& item : statement.items()) visit(item);
}

bool is_string_or_strings(const Json& value) {
  if (value.is_string()) return true;
  if (!value.is_array() || value.empty()) return false;
  for (const Json& item : value.items()) {
    if (!item.is_string()) return false;
  }
  return true;
}

Status check_principal(const Json& principal) {
  if (principal.is_string() && principal.as_string() == "*") return {};
  const Error invalid = malformed_policy("Invalid principal in policy");
  if (!principal.is_object() || principal.empty()) return invalid;
  for (const Json::Member& member : principal.members()) {
    if (member.key != "AWS" && member.key != "Service" && member.key != "CanonicalUser" &&
        member.key != "Federated") {
      return invalid;
    }
    if (!is_string_or_strings(member.value)) return invalid;
  }
  const bool sound = !any_of(principal["AWS"], [](const std::string& who) {
    const bool account = is_digits(who) && who.size() == 12;
    return who != "*" && !account && !who.starts_with("arn:aws:iam::") &&
           !who.starts_with("arn:aws:sts::");
  });
  if (!sound) return invalid;
  return {};
}

Status check_exactly_one(const Json& statement, const char* name, const char* negated) {
  if (statement.has(name) == statement.has(negated)) {
    return malformed_policy(statement.has(name)
                                ? "Statement/policy already has instance of " + std::string(name)
                                : "Missing required field " + std::string(name));
  }
  return {};
}

Status check_resources(const Json& resources, std::string_view bucket) {
  if (!is_string_or_strings(resources)) return malformed_policy("Policy has invalid resource");
  const std::string own = bucket_arn(bucket);
  const bool foreign = any_of(resources, [&](const std::string& arn) {
    return arn != own && !arn.starts_with(own + "/") && arn != own + "*";
  });
  if (foreign) return malformed_policy("Policy has invalid resource");
  return {};
}

Status check_actions(const Json& actions) {
  if (!is_string_or_strings(actions)) return malformed_policy("Policy has invalid action");
  const bool foreign = any_of(actions, [](const std::string& action) {
    return action != "*" && !to_lower(action).starts_with("s3:");
  });
  if (foreign) return malformed_policy("Policy has invalid action");
  return {};
}

Status check_statement(const Json& statement, std::string_view bucket) {
  if (!statement.is_object()) return malformed_policy("Policy statement must be a JSON object");
  for (const Json::Member& member : statement.members()) {
    static constexpr std::string_view kKnown[] = {"Sid",          "Effect",      "Principal",
                                                  "NotPrincipal", "Action",      "NotAction",
                                                  "Resource",     "NotResource", "Condition"};
    bool known = false;
    for (const std::string_view name : kKnown) known = known || member.key == name;
    if (!known) return malformed_policy("Unknown field " + member.key);
  }
  const Json& effect = statement["Effect"];
  if (!effect.is_string()) return malformed_policy("Missing required field Effect");
  if (effect.as_string() != "Allow" && effect.as_string() != "Deny") {
    return malformed_policy("Invalid effect: " + effect.as_string());
  }
  TRY(check_exactly_one(statement, "Principal", "NotPrincipal"));
  TRY(check_exactly_one(statement, "Action", "NotAction"));
  TRY(check_exactly_one(statement, "Resource", "NotResource"));
  TRY(check_principal(statement.has("Principal") ? statement["Principal"]
                                                 : statement["NotPrincipal"]));
  TRY(check_actions(statement.has("Action") ? statement["Action"] : statement["NotAction"]));
  TRY(check_resources(statement.has("Resource") ? statement["Resource"] : statement["NotResource"],
                      bucket));
  return check_conditions(statement["Condition"]);
}

}  // namespace

Status check_policy(std::string_view policy_text, std::string_view bucket) {
  if (policy_text.size() > 20 * 1024) {
    return malformed_policy(
        "Normalized policy document exceeds the maximum allowed size of 20480 bytes.");
  }
  const auto policy = parse_json(policy_text);
  if (!policy.ok() || !policy->is_object()) {
    return malformed_policy("Policies must be valid JSON and the first byte must be '{'");
  }
  for (const Json::Member& member : policy->members()) {
    if (member.key != "Version" && member.key != "Id" && member.key != "Statement") {
      return malformed_policy("Unknown field " + member.key);
    }
  }
  const Json& version = (*policy)["Version"];
  if (policy->has("Version") && version.string_or("") != "2012-10-17" &&
      version.string_or("") != "2008-10-17") {
    return malformed_policy("The policy must contain a valid version string");
  }
  const Json& statement = (*policy)["Statement"];
  if (!policy->has("Statement")) return malformed_policy("Missing required field Statement");
  if (statement.is_object()) return check_statement(statement, bucket);
  if (!statement.is_array() || statement.empty()) {
    return malformed_policy("Could not parse the policy: Statement is empty!");
  }
  for (const Json& item : statement.items()) TRY(check_statement(item, bucket));
  return {};
}

bool is_public_policy(std::string_view policy_text) {
  const auto policy = parse_json(policy_text);
  if (!policy.ok()) return false;
  bool found = false;
  for_each_statement(*policy, [&](const Json& statement) {
    const bool everybody = is_everybody(statement["Principal"]) || statement.has("NotPrincipal");
    found = found || (statement["Effect"].string_or("") == "Allow" && everybody &&
                      !conditions_narrow(statement["Condition"]));
  });
  return found;
}

PolicyAnswer ask_policy(std::string_view policy_text, const PolicyQuestion& question) {
  if (policy_text.empty()) return PolicyAnswer::kSilent;
  const auto policy = parse_json(policy_text);
  if (!policy.ok()) return PolicyAnswer::kDeny;  // it was checked when it was put
  PolicyAnswer answer = PolicyAnswer::kSilent;
  for_each_statement(*policy, [&](const Json& statement) {
    if (answer == PolicyAnswer::kDeny || !applies(statement, question)) return;
    answer =
        statement["Effect"].string_or("") == "Deny" ? PolicyAnswer::kDeny : PolicyAnswer::kAllow;
  });
  return answer;
}

}  // namespace fairlead::s3
