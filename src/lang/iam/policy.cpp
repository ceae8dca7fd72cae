// Reading policies.
#include "lang/iam/policy.h"

#include <algorithm>

#include "lang/iam/errors.h"

namespace fairlead::iam {
namespace {

using Variables = TextPattern::Variables;

constexpr std::string_view kStatementMembers[] = {"Sid",          "Effect",      "Principal",
                                                  "NotPrincipal", "Action",      "NotAction",
                                                  "Resource",     "NotResource", "Condition"};

bool is_action(std::string_view text) {
  return text == "*" || (text.find(':') != std::string_view::npos && text.front() != ':');
}
bool is_resource(std::string_view text) {
  return text.starts_with('*') || text.starts_with("arn:");
}

// "Action" or "NotAction", whichever there is: a text or a list of texts.
struct Element {
  Listed listed;
  const Json* value;
};
Result<std::optional<Element>> element_of(const Json& statement, const char* name,
                                          const char* negated) {
  const Json* these = statement.find(name);
  const Json* others = statement.find(negated);
  if (these && others)
    return policy_syntax(std::string(name) + " and " + negated + " exclude each other");
  if (these) return std::optional(Element{Listed::kThese, these});
  if (others) return std::optional(Element{Listed::kAllButThese, others});
  return std::optional<Element>();
}

Result<Patterns> read_actions(const Json& statement) {
  const auto element = TRY(element_of(statement, "Action", "NotAction"));
  if (!element) return policy_syntax("Missing required field Action");
  Patterns patterns;
  patterns.listed = element->listed;
  const Json::Array one{*element->value};
  for (const Json& item : element->value->is_array() ? element->value->items() : one) {
    if (!item.is_string()) return policy_syntax("Action must be text");
    if (item.as_string().empty() || !is_action(item.as_string())) return action_without_vendor();
    patterns.patterns.emplace_back(item.as_string(), TextPattern::Wildcards::kRead,
                                   Variables::kLiteral);
  }
  return patterns;
}

Result<Patterns> read_resources(const Json& statement, PolicyKind kind, Variables variables) {
  const auto element = TRY(element_of(statement, "Resource", "NotResource"));
  Patterns patterns;
  if (kind == PolicyKind::kTrust) {
    if (element) return policy_syntax("Has prohibited field Resource");
    patterns.listed = Listed::kAllButThese;  // but none: everything
    return patterns;
  }
  if (!element) return policy_syntax("Missing required field Resource");
  patterns.listed = element->listed;
  const Json::Array one{*element->value};
  for (const Json& item : element->value->is_array() ? element->value->items() : one) {
    if (!item.is_string()) return policy_syntax("Resource must be text");
    if (!is_resource(item.as_string())) return resource_not_an_arn(item.as_string());
    patterns.patterns.emplace_back(item.as_string(), TextPattern::Wildcards::kRead, variables);
  }
  return patterns;
}

Status read_principals(const Json& from, PolicyKind kind, Statement& statement) {
  const auto element = TRY(element_of(from, "Principal", "NotPrincipal"));
  if (kind == PolicyKind::kIdentity) {
    if (element) return policy_syntax("Policy document should not specify a principal.");
    return {};
  }
  if (!element) return policy_syntax("Missing required field Principal");
  statement.principals_listed = element->listed;
  statement.principals = TRY(PrincipalList::read(*element->value));
  return {};
}

Result<Statement> read_statement(const Json& from, PolicyKind kind, Variables variables) {
  if (!from.is_object()) return policy_syntax("a statement must be an object");
  for (const Json::Member& member : from.members()) {
    if (std::find(std::begin(kStatementMembers), std::end(kStatementMembers), member.key) ==
        std::end(kStatementMembers)) {
      return policy_syntax("unknown element " + member.key);
    }
  }
  Statement statement;
  statement.sid = from["Sid"].string_or("");
  const std::string effect = from["Effect"].string_or("");
  if (effect != "Allow" && effect != "Deny") return policy_syntax("Effect must be Allow or Deny");
  statement.effect = effect == "Allow" ? Effect::kAllow : Effect::kDeny;
  statement.actions = TRY(read_actions(from));
  statement.resources = TRY(read_resources(from, kind, variables));
  TRY(read_principals(from, kind, statement));
  statement.conditions = TRY(Condition::read(from["Condition"], variables));
  return statement;
}

}  // namespace

bool Patterns::cover(std::string_view text, const RequestContext& context,
                     TextPattern::Case which) const {
  const bool any = std::any_of(patterns.begin(), patterns.end(), [&](const TextPattern& pattern) {
    return pattern.matches(text, context, which);
  });
  return any == (listed == Listed::kThese);
}

Result<Policy> Policy::read(const Json& document, PolicyKind kind) {
  if (!document.is_object()) return policy_syntax("the document must be an object");
  const std::string version = document["Version"].string_or("2008-10-17");
  if (version != "2008-10-17" && version != "2012-10-17") {
    return policy_syntax("The policy must contain a valid version string");
  }
  const Variables variables = version == "2012-10-17" ? Variables::kRead : Variables::kLiteral;
  Policy policy;
  policy.kind = kind;
  const Json& statements = document["Statement"];
  if (statements.is_null()) return policy_syntax("Missing required field Statement");
  const Json::Array one{statements};
  for (const Json& statement : statements.is_array() ? statements.items() : one) {
    policy.statements.push_back(TRY(read_statement(statement, kind, variables)));
  }
  return policy;
}

}  // namespace fairlead::iam
