// The policy grammar, element by element.
#include "services/iam/policy_document.h"

#include <algorithm>
#include <set>
#include <string>

#include "base/json_parse.h"
#include "base/text.h"
#include "services/iam/errors.h"

namespace fairlead::iam {

namespace {

const Error& syntax_error() {
  static const Error error = malformed_policy("Syntax errors in policy.");
  return error;
}

bool is_text_or_texts(const Json& value) {
  if (value.is_string()) return true;
  return value.is_array() && std::all_of(value.items().begin(), value.items().end(),
                                         [](const Json& item) { return item.is_string(); });
}

template <class Check>
Status for_each_text(const Json& value, Check check) {
  if (value.is_string()) return check(value.as_string());
  for (const Json& item : value.items()) TRY(check(item.as_string()));
  return {};
}

// "dynamodb:PutItem", "s3:*", "*"; what IAM says about "dynamodb>DeleteItem".
Status check_action(const std::string& action) {
  if (action == "*") return {};
  const auto colon = action.find(':');
  if (colon == std::string::npos || colon == 0) {
    return malformed_policy(
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, "
        "etc.");
  }
  const auto vendor = std::string_view(action).substr(0, colon);
  const bool good_vendor = std::all_of(vendor.begin(), vendor.end(),
                                       [](unsigned char c) { return std::isalnum(c) || c == '-'; });
  if (!good_vendor) {
    return malformed_policy("Vendor " + std::string(vendor) + " is not valid");
  }
  if (action.find(':', colon + 1) != std::string::npos) {
    return malformed_policy("Actions/Condition can contain only one colon.");
  }
  return {};
}

Status check_resource(const std::string& resource) {
  if (resource == "*" || resource.starts_with("arn:")) return {};
  return malformed_policy("Resource " + resource + " must be in ARN format or \"*\".");
}

Status check_actions(const Json& statement) {
  const Json* action = statement.find("Action");
  if (!action) action = statement.find("NotAction");
  if (!action) return malformed_policy("Policy statement must contain actions.");
  if (!is_text_or_texts(*action)) return syntax_error();
  if (action->is_array() && action->empty()) {
    return malformed_policy("Policy statement must contain actions.");
  }
  return for_each_text(*action, check_action);
}

Status check_resources(const Json& statement, PolicyUse use) {
  const Json* resource = statement.find("Resource");
  if (!resource) resource = statement.find("NotResource");
  if (use == PolicyUse::kTrust) {
    if (resource) return malformed_policy("Has prohibited field Resource");
    return {};
  }
  if (!resource || (resource->is_array() && resource->empty())) {
    return malformed_policy("Policy statement must contain resources.");
  }
  if (!is_text_or_texts(*resource)) return syntax_error();
  return for_each_text(*resource, check_resource);
}

Status check_principal(const Json& statement, PolicyUse use) {
  const bool has = statement.has("Principal") || statement.has("NotPrincipal");
  if (use == PolicyUse::kIdentity && has) {
    return malformed_policy("Policy document should not specify a principal.");
  }
  if (use == PolicyUse::kTrust && !has) {
    return malformed_policy("Missing required field Principal");
  }
  return {};
}

Status check_condition(const Json& statement) {
  const Json* condition = statement.find("Condition");
  if (!condition) return {};
  if (!condition->is_object()) return syntax_error();
  for (const auto& [name, keys] : condition->members()) {
    if (!keys.is_object()) return syntax_error();
  }
  return {};
}

Status check_statement(const Json& statement, PolicyUse use, std::set<std::string>& sids) {
  static const std::set<std::string_view> kElements{"Sid",          "Effect",      "Principal",
                                                    "NotPrincipal", "Action",      "NotAction",
                                                    "Resource",     "NotResource", "Condition"};
  if (!statement.is_object()) return syntax_error();
  for (const auto& [name, value] : statement.members()) {
    if (!kElements.contains(name)) return syntax_error();
  }
  const std::string effect = statement["Effect"].string_or("");
  if (effect != "Allow" && effect != "Deny") return syntax_error();
  if (const Json* sid = statement.find("Sid")) {
    if (!sid->is_string()) return syntax_error();
    const bool good = std::all_of(sid->as_string().begin(), sid->as_string().end(),
                                  [](unsigned char c) { return std::isalnum(c); });
    if (!good && use == PolicyUse::kIdentity) {
      return malformed_policy(
          "Statement IDs (SID) must be alpha-numeric. Check that your input "
          "satisfies the regular expression [0-9A-Za-z]*");
    }
    if (!sid->as_string().empty() && !sids.insert(sid->as_string()).second) {
      return malformed_policy("Statement IDs (SID) in a single policy must be unique.");
    }
  }
  TRY(check_principal(statement, use));
  TRY(check_actions(statement));
  TRY(check_resources(statement, use));
  return check_condition(statement);
}

}  // namespace

Status check_policy_document(std::string_view text, PolicyUse use) {
  const auto parsed = parse_json(text, {32});
  if (!parsed.ok()) {
    return use == PolicyUse::kTrust ? malformed_policy("This policy contains invalid Json")
                                    : syntax_error();
  }
  const Json& policy = *parsed;
  if (!policy.is_object()) return syntax_error();
  for (const auto& [name, value] : policy.members()) {
    if (name != "Version" && name != "Id" && name != "Statement") return syntax_error();
  }
  if (const Json* version = policy.find("Version")) {
    const std::string value = version->string_or("");
    if (value != "2012-10-17" && value != "2008-10-17") return syntax_error();
    if (value == "2008-10-17" && use == PolicyUse::kIdentity) {
      return malformed_policy("Policy document must be version 2012-10-17 or greater.");
    }
  }
  const Json* statements = policy.find("Statement");
  if (!statements) return syntax_error();
  std::set<std::string> sids;
  if (statements->is_object()) return check_statement(*statements, use, sids);
  if (!statements->is_array() || statements->empty()) return syntax_error();
  for (const Json& statement : statements->items()) {
    TRY(check_statement(statement, use, sids));
  }
  return {};
}

std::size_t policy_size(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return c != ' ' && c != '\n' && c != '\t' && c != '\r';
  }));
}

}  // namespace fairlead::iam
