// Asking the statements of a policy one after another.
#include "lang/iam/evaluate.h"

#include <algorithm>

namespace fairlead::iam {
namespace {

bool applies(const Statement& statement, const AccessRequest& request) {
  const RequestContext& context = request.context;
  if (statement.principals) {
    const bool named = statement.principals->names(request.principal);
    if (named != (statement.principals_listed == Listed::kThese)) return false;
  }
  return statement.actions.cover(request.action, context, TextPattern::Case::kIgnored) &&
         statement.resources.cover(request.resource, context, TextPattern::Case::kMatters) &&
         std::all_of(statement.conditions.begin(), statement.conditions.end(),
                     [&](const Condition& condition) { return condition.met(context); });
}

}  // namespace

Decision evaluate(const Policy& policy, const AccessRequest& request) {
  Decision decision = Decision::kNoOpinion;
  for (const Statement& statement : policy.statements) {
    if (!applies(statement, request)) continue;
    if (statement.effect == Effect::kDeny) return Decision::kDenied;
    decision = Decision::kAllowed;
  }
  return decision;
}

}  // namespace fairlead::iam
