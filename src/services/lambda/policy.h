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
Result<Json> make_statement(const Function& function, const Json& input);

// The policy document as GetPolicy shows it: JSON text.
std::string policy_text(const Function& function);

// Who asks, as the policy sees it.
struct PolicyQuestion {
  std::string_view service;     // "apigateway.amazonaws.com", or empty
  std::string_view source_arn;  // aws:SourceArn, or empty
  std::string_view source_account;
  std::string_view caller_arn;  // of an AWS principal, or empty
  std::string_view caller_account;
};

// Does a statement allow lambda:InvokeFunction? AddPermission makes no Deny statements.
bool policy_allows_invoke(const Function& function, const PolicyQuestion& question);

}  // namespace fairlead::lambda
