// Who a request comes from, and the Principal element of resource and trust policies.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace fairlead::iam {

// Empty where it does not apply; all empty: anonymous.
struct PrincipalFacts {
  std::string account;         // 12 digits
  std::string arn;             // of the user, or of the assumed-role session
  std::string role_arn;        // of a session: the role it came from
  std::string service;         // "apigateway.amazonaws.com"
  std::string federated;       // "cognito-identity.amazonaws.com", a provider's ARN
  std::string canonical_user;  // S3's id of an account
};

class PrincipalList {
 public:
  // The value of "Principal" or "NotPrincipal": "*" or {"AWS": …, "Service": …}.
  static Result<PrincipalList> read(const Json& element);
  bool names(const PrincipalFacts& who) const;

 private:
  enum class Type { kEveryone, kAws, kService, kFederated, kCanonicalUser };
  struct Entry {
    Type type;
    std::string name;
  };
  static bool names(const Entry& entry, const PrincipalFacts& who);

  std::vector<Entry> entries_;
};

}  // namespace fairlead::iam
