// The golden decisions (tests/golden/iam/decisions.txt), and documents that are no policies.
#include "lang/iam/policy.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/json_parse.h"
#include "lang/iam/evaluate.h"

namespace fairlead::iam {
namespace {

PolicyKind kind_of(const std::string& name) {
  if (name == "resource") return PolicyKind::kResource;
  return name == "trust" ? PolicyKind::kTrust : PolicyKind::kIdentity;
}

// {"kind","action","resource","principal":{…},"context":{key: value or [values]}}
AccessRequest request_of(const Json& from) {
  AccessRequest request;
  request.action = from["action"].string_or("s3:GetObject");
  request.resource = from["resource"].string_or("arn:aws:s3:::b/k");
  const Json& who = from["principal"];
  request.principal = {who["account"].string_or(""),   who["arn"].string_or(""),
                       who["role"].string_or(""),      who["service"].string_or(""),
                       who["federated"].string_or(""), who["canonical"].string_or("")};
  for (const Json::Member& member : from["context"].members()) {
    if (member.value.is_string()) request.context.set(member.key, member.value.as_string());
    for (const Json& value : member.value.items())
      request.context.add(member.key, value.as_string());
  }
  return request;
}

std::string decided(const std::string& policy, const std::string& request) {
  const auto document = parse_json(policy);
  const auto asked = parse_json(request);
  if (!document.ok() || !asked.ok()) return "not JSON";
  const auto read = Policy::read(*document, kind_of((*asked)["kind"].string_or("")));
  if (!read.ok()) return read.error().message;
  switch (evaluate(*read, request_of(*asked))) {
    case Decision::kAllowed:
      return "allowed";
    case Decision::kDenied:
      return "denied";
    case Decision::kNoOpinion:
      break;
  }
  return "no opinion";
}

// Blocks of three lines: statement(s), request, decision. Without "Statement" the first line is one
// statement of a 2012-10-17 policy, to which Effect, Action and Resource are added if they lack.
std::string as_policy(const std::string& line) {
  auto parsed = parse_json(line);
  if (!parsed.ok() || !parsed->is_object() || parsed->has("Statement")) return line;
  Json statement = *parsed;
  if (!statement.has("Effect")) statement.set("Effect", "Allow");
  if (!statement.has("Action") && !statement.has("NotAction")) statement.set("Action", "*");
  if (!statement.has("Resource") && !statement.has("NotResource")) statement.set("Resource", "*");
  return write_json(Json::object({{"Version", "2012-10-17"}, {"Statement", statement}}));
}

TEST(Policies, Golden) {
  std::ifstream in(FAIRLEAD_SOURCE_DIR "/tests/golden/iam/decisions.txt");
  std::string policy, request, expected;
  int cases = 0;
  while (std::getline(in, policy)) {
    if (policy.empty() || policy[0] == '#') continue;
    ASSERT_TRUE(std::getline(in, request) && std::getline(in, expected)) << policy;
    EXPECT_EQ(decided(as_policy(policy), request), expected) << policy << "\n" << request;
    ++cases;
  }
  EXPECT_EQ(cases, 138);
}

TEST(Policies, TheStrongestOfSeveral) {
  EXPECT_EQ(strongest(Decision::kAllowed, Decision::kDenied), Decision::kDenied);
  EXPECT_EQ(strongest(Decision::kAllowed, Decision::kNoOpinion), Decision::kAllowed);
}

// Doubling stars must not double the work.
TEST(Policies, ManyStarsAreQuick) {
  std::string stars, text(4000, 'a');
  for (int i = 0; i < 200; ++i) stars += "*a";
  const TextPattern pattern(stars + "b", TextPattern::Wildcards::kRead,
                            TextPattern::Variables::kRead);
  EXPECT_FALSE(pattern.matches(text, {}));
}

}  // namespace
}  // namespace fairlead::iam
