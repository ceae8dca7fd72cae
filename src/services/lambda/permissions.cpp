// AddPermission, GetPolicy, RemovePermission.
#include <algorithm>

#include "base/ids.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"
#include "services/lambda/policy.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kMaxPolicyBytes = 20'480;

Status check_revision(const Function& function, const Json& input) {
  const std::string revision = input["RevisionId"].string_or("");
  if (!revision.empty() && revision != function.policy_revision) return policy_revision_mismatch();
  return {};
}

Json::Array::iterator statement_named(Function& function, std::string_view sid) {
  Json::Array& statements = function.policy.items();
  return std::find_if(statements.begin(), statements.end(),
                      [&](const Json& statement) { return statement["Sid"].string_or("") == sid; });
}

// Aliases and versions have policies of their own on AWS; there are none here.
Result<FunctionName> policy_owner(const Context& cx, const Json& input) {
  FunctionName name = TRY(function_name(cx, input));
  if (name.qualifier == "$LATEST") {
    return invalid_parameter("We currently do not support adding policies for $LATEST.");
  }
  return name;
}

}  // namespace

Result<Json> add_permission(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(policy_owner(cx, input));
  Json statement;
  const auto change = [&](Function& function) -> Status {
    TRY(check_revision(function, input));
    const std::string sid = input["StatementId"].string_or("");
    if (statement_named(function, sid) != function.policy.items().end()) {
      return statement_exists(sid);
    }
    statement = TRY(make_statement(function, input));
    function.policy.push_back(statement);
    if (policy_text(function).size() > kMaxPolicyBytes) return policy_too_long();
    function.policy_revision = uuid_v4();
    return {};
  };
  TRY(lambda.functions().update(name, change));
  return Json::object({{"Statement", write_json(statement)}});
}

Result<Json> get_policy(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  const FunctionPtr function = TRY(lambda.functions().find(name));
  if (function->policy.empty()) return no_policy();
  return Json::object(
      {{"Policy", policy_text(*function)}, {"RevisionId", function->policy_revision}});
}

Result<Json> remove_permission(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  const auto change = [&](Function& function) -> Status {
    if (function.policy.empty()) return no_policy();
    const std::string sid = input["StatementId"].string_or("");
    const auto found = statement_named(function, sid);
    if (found == function.policy.items().end()) return statement_not_found(sid);
    TRY(check_revision(function, input));
    function.policy.items().erase(found);
    function.policy_revision = uuid_v4();
    return {};
  };
  TRY(lambda.functions().update(name, change));
  return Json::object();
}

}  // namespace fairlead::lambda
