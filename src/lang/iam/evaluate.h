// The decision that a policy makes about a request. A Deny that applies beats every Allow; where
// nothing applies the policy has no opinion, which outside of it means no.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
#pragma once

#include <string>

#include "lang/iam/policy.h"

namespace fairlead::iam {

struct AccessRequest {
  std::string action;    // "execute-api:Invoke"
  std::string resource;  // an ARN, or "*"
  PrincipalFacts principal;
  RequestContext context;
};

enum class Decision { kNoOpinion, kAllowed, kDenied };  // weakest first

Decision evaluate(const Policy& policy, const AccessRequest& request);

// Of two policies that both speak about a request.
inline Decision strongest(Decision a, Decision b) { return a < b ? b : a; }

}  // namespace fairlead::iam
