// AddPermission, GetPolicy, RemovePermission.
#include <algorithm>

#include "base/ids.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"
#include "services/lambda/policy.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kMaxPolicyBytes = 20'480;

Status check_revision(const std::string& present, const Json& input) {
  const std::string revision = input["RevisionId"].string_or("");
  if (!revision.empty() && revision != present) return policy_revision_mismatch();
  return {};
}

Json::Array::iterator statement_named(Json& statements, std::string_view sid) {
  Json::Array& all = statements.items();
  return std::find_if(all.begin(), all.end(),
                      [&](const Json& statement) { return statement["Sid"].string_or("") == sid; });
}

// The function, or the version or alias that the qualifier names: each has a policy of its own.
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
  const auto change = [&](Json& statements, std::string& revision) -> Status {
    TRY(check_revision(revision, input));
    const std::string sid = input["StatementId"].string_or("");
    if (statement_named(statements, sid) != statements.items().end()) return statement_exists(sid);
    statement = TRY(make_statement(name.arn(), input));
    statements.push_back(statement);
    if (policy_text(statements).size() > kMaxPolicyBytes) return policy_too_long();
    revision = uuid_v4();
    return {};
  };
  TRY(lambda.functions().change_policy(name, change));
  return Json::object({{"Statement", write_json(statement)}});
}

Result<Json> get_policy(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  const Resolved resolved = TRY(lambda.functions().resolve(name));
  if (resolved.policy().empty()) return no_policy();
  return Json::object(
      {{"Policy", policy_text(resolved.policy())}, {"RevisionId", resolved.policy_revision()}});
}

Result<Json> remove_permission(Lambda& lambda, Context& cx, const Json& input) {
  const FunctionName name = TRY(function_name(cx, input));
  const auto change = [&](Json& statements, std::string& revision) -> Status {
    if (statements.empty()) return no_policy();
    const std::string sid = input["StatementId"].string_or("");
    const auto found = statement_named(statements, sid);
    if (found == statements.items().end()) return statement_not_found(sid);
    TRY(check_revision(revision, input));
    statements.items().erase(found);
    revision = uuid_v4();
    return {};
  };
  TRY(lambda.functions().change_policy(name, change));
  return Json::object();
}

}  // namespace fairlead::lambda
