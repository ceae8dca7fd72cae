// https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
#include "services/lambda/policy.h"

#include <algorithm>
#include <optional>

#include "base/arn.h"
#include "base/text.h"
#include "services/lambda/errors.h"

namespace fairlead::lambda {
namespace {

bool is_service(std::string_view principal) {
  if (!principal.ends_with(".amazonaws.com") && !principal.ends_with(".amazonaws.com.cn") &&
      !principal.ends_with(".alexa.com")) {
    return false;
  }
  return std::all_of(principal.begin(), principal.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '.' || c == '-' || c == '_';
  });
}

void add_condition(Json& conditions, std::string_view test, std::string_view key,
                   const Json& value) {
  if (value.string_or("").empty()) return;
  Json* tests = conditions.find(test);
  if (!tests) tests = &conditions.set(test, Json::object());
  tests->set(key, value);
}

bool principal_matches(const Json& principal, const PolicyQuestion& question) {
  if (principal.string_or("") == "*") return true;
  const std::string service = principal["Service"].string_or("");
  if (!service.empty()) return service == question.service;
  const std::string aws = principal["AWS"].string_or("");
  if (aws.empty() || question.caller_account.empty()) return false;
  if (aws == question.caller_arn) return true;
  return aws == "arn:aws:iam::" + std::string(question.caller_account) + ":root";
}

// The value of a condition key in this question; empty when the key is not known here, so that a
// condition on it does not hold.
std::optional<std::string_view> key_value(std::string_view key, const PolicyQuestion& question) {
  if (equals_ignoring_case(key, "aws:SourceArn")) return question.source_arn;
  if (equals_ignoring_case(key, "aws:SourceAccount")) return question.source_account;
  if (equals_ignoring_case(key, "lambda:FunctionUrlAuthType")) return question.url_auth_type;
  return std::nullopt;
}

bool conditions_hold(const Json& conditions, const PolicyQuestion& question) {
  for (const auto& [test, keys] : conditions.members()) {
    for (const auto& [key, wanted] : keys.members()) {
      const auto value = key_value(key, question);
      if (!value || value->empty()) return false;
      const std::string pattern = wanted.string_or("");
      if (test == "ArnLike") {
        if (!matches_wildcard(pattern, *value)) return false;  // '*' crosses '/' and ':'
      } else if (test != "StringEquals" || pattern != *value) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

Result<Json> principal_of(const std::string& principal) {
  if (principal == "*") return Json("*");
  if (is_service(principal)) return Json::object({{"Service", principal}});
  if (principal.size() == 12 && is_digits(principal)) {
    return Json::object({{"AWS", "arn:aws:iam::" + principal + ":root"}});
  }
  const auto arn = parse_arn(principal);
  if (arn && (arn->service == "iam" || arn->service == "sts") && !arn->resource.empty()) {
    return Json::object({{"AWS", principal}});
  }
  return bad_principal();
}

Result<Json> make_statement(const std::string& resource_arn, const Json& input) {
  Json statement = Json::object({
      {"Sid", input["StatementId"]},
      {"Effect", "Allow"},
      {"Principal", TRY(principal_of(input["Principal"].string_or("")))},
      {"Action", input["Action"]},
      {"Resource", resource_arn},
  });
  Json conditions = Json::object();
  add_condition(conditions, "StringEquals", "AWS:SourceAccount", input["SourceAccount"]);
  add_condition(conditions, "StringEquals", "lambda:EventSourceToken", input["EventSourceToken"]);
  add_condition(conditions, "StringEquals", "lambda:FunctionUrlAuthType",
                input["FunctionUrlAuthType"]);
  add_condition(conditions, "StringEquals", "aws:PrincipalOrgID", input["PrincipalOrgID"]);
  add_condition(conditions, "ArnLike", "AWS:SourceArn", input["SourceArn"]);
  if (!conditions.empty()) statement.set("Condition", std::move(conditions));
  return statement;
}

std::string policy_text(const Json& statements) {
  return write_json(
      Json::object({{"Version", "2012-10-17"}, {"Id", "default"}, {"Statement", statements}}));
}

bool policy_allows(const Json& statements, std::string_view action,
                   const PolicyQuestion& question) {
  for (const Json& statement : statements.items()) {
    const std::string allowed = statement["Action"].string_or("");
    if (matches_wildcard(allowed, action) && principal_matches(statement["Principal"], question) &&
        conditions_hold(statement["Condition"], question)) {
      return true;
    }
  }
  return false;
}

}  // namespace fairlead::lambda
