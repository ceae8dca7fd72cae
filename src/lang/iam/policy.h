// Policy: an access policy document, read and checked.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lang/iam/condition.h"
#include "lang/iam/principal.h"

namespace fairlead::iam {

// Where a policy is attached decides what its statements must say.
enum class PolicyKind {
  kIdentity,  // on a user or role, or what a Lambda authorizer answers: Resource, no Principal
  kResource,  // on a bucket, queue or function: Principal and Resource
  kTrust,     // who may assume a role: Principal, no Resource
};

enum class Effect { kAllow, kDeny };
enum class Listed { kThese, kAllButThese };

struct Patterns {
  Listed listed = Listed::kThese;
  std::vector<TextPattern> patterns;

  bool cover(std::string_view text, const RequestContext& context, TextPattern::Case which) const;
};

struct Statement {
  std::string sid;
  Effect effect = Effect::kDeny;
  Patterns actions, resources;  // trust policies have no resources
  Listed principals_listed = Listed::kThese;
  std::optional<PrincipalList> principals;
  std::vector<Condition> conditions;
};

// Immutable once read; any thread may ask it.
struct Policy {
  PolicyKind kind = PolicyKind::kIdentity;
  std::vector<Statement> statements;

  // MalformedPolicyDocument (errors.h) with IAM's words.
  static Result<Policy> read(const Json& document, PolicyKind kind);
};

}  // namespace fairlead::iam
