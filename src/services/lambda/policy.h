// The resource policy of a function: who else may invoke it, and on behalf of which resource.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/context.h"
#include "services/lambda/function.h"

namespace fairlead::lambda {

// A statement as AddPermission makes it of its input. InvalidParameterValueException for a
// principal that is none.
Result<Json> make_statement(const std::string& resource_arn, const Json& input);
// The principal of a statement, as AWS writes what was given.
Result<Json> principal_of(const std::string& principal);

// The policy document as GetPolicy shows it: JSON text.
std::string policy_text(const Json& statements);

// Who asks, as the policy sees it.
struct PolicyQuestion {
  std::string_view service;     // "apigateway.amazonaws.com", or empty
  std::string_view source_arn;  // aws:SourceArn, or empty
  std::string_view source_account;
  std::string_view caller_arn;  // of an AWS principal, or empty
  std::string_view caller_account;
  std::string_view url_auth_type;  // "NONE", "AWS_IAM": asked through a function URL
};

// Does a statement allow it? AddPermission makes no Deny statements.
bool policy_allows(const Json& statements, std::string_view action, const PolicyQuestion& question);
inline bool policy_allows_invoke(const Json& statements, const PolicyQuestion& question) {
  return policy_allows(statements, "lambda:InvokeFunction", question);
}

}  // namespace fairlead::lambda
