// IAM through its operation table: roles, policies, what is refused and in which words, keys.
#include "services/iam/iam.h"

#include <gtest/gtest.h>

#include "base/json_parse.h"
#include "base/text.h"

namespace fairlead::iam {
namespace {

constexpr const char* kTrust =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]})";
constexpr const char* kAllow =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]})";

class IamTest : public testing::Test {
 protected:
  Result<Json> run(const char* operation, Json input, const char* service = "iam") {
    platform::Context cx;
    cx.now_ms = clock_.now_ms();
    cx.account = account_;
    cx.caller = iam_.find(account_ == "000000000000" ? "test" : account_)->principal;
    platform::Request request;
    request.input = std::move(input);
    auto reply = registry_.run(service, operation, cx, request);
    if (!reply.ok()) return std::move(reply).error();
    return std::move(reply).value().output;
  }
  Result<Json> make_role(const char* name) {
    return run("CreateRole",
               Json::object({{"RoleName", name}, {"AssumeRolePolicyDocument", kTrust}}));
  }
  std::string refusal(const char* operation, Json input) {
    const auto result = run(operation, std::move(input));
    if (result.ok()) return "accepted";
    const ErrorCode& code = *result.error().code;
    return std::string(code.wire_code ? code.wire_code : code.name) + ": " + result.error().message;
  }

  std::string account_ = "000000000000";
  ManualClock clock_;
  std::unique_ptr<storage::Store> store_ = storage::make_memory_store();
  Iam iam_{*store_, clock_};
  platform::Registry registry_ = [this] {
    platform::Registry registry;
    add_iam(registry, iam_);
    return registry;
  }();
};

TEST_F(IamTest, ARoleLivesAndDies) {
  const Json made = *make_role("worker");
  EXPECT_EQ(made["Role"]["Arn"].string_or(""), "arn:aws:iam::000000000000:role/worker");
  EXPECT_EQ(made["Role"]["RoleId"].string_or("").substr(0, 4), "AROA");
  EXPECT_EQ(*percent_decode(made["Role"]["AssumeRolePolicyDocument"].string_or("")), kTrust);

  const Json name = Json::object({{"RoleName", "worker"}});
  EXPECT_EQ(refusal("CreateRole",
                    Json::object({{"RoleName", "Worker"}, {"AssumeRolePolicyDocument", kTrust}})),
            "EntityAlreadyExists: Role with name Worker already exists.");
  ASSERT_TRUE(
      run("PutRolePolicy",
          Json::object({{"RoleName", "worker"}, {"PolicyName", "p"}, {"PolicyDocument", kAllow}}))
          .ok());
  EXPECT_EQ(
      *percent_decode((*run("GetRolePolicy", Json::object({{"RoleName", "worker"},
                                                           {"PolicyName", "p"}})))["PolicyDocument"]
                          .string_or("")),
      kAllow);
  const Json attach = Json::object(
      {{"RoleName", "worker"}, {"PolicyArn", "arn:aws:iam::aws:policy/service-role/Some"}});
  ASSERT_TRUE(run("AttachRolePolicy", attach).ok());
  ASSERT_TRUE(run("AttachRolePolicy", attach).ok()) << "twice is once";
  EXPECT_EQ((*run("ListAttachedRolePolicies", name))["AttachedPolicies"].size(), 1u);
  EXPECT_EQ(refusal("DeleteRole", name),
            "DeleteConflict: Cannot delete entity, must detach all policies first.");
  ASSERT_TRUE(run("DetachRolePolicy", attach).ok());
  EXPECT_EQ(refusal("DeleteRole", name),
            "DeleteConflict: Cannot delete entity, must delete policies first.");
  ASSERT_TRUE(
      run("DeleteRolePolicy", Json::object({{"RoleName", "worker"}, {"PolicyName", "p"}})).ok());
  ASSERT_TRUE(run("DeleteRole", name).ok());
  EXPECT_EQ(refusal("GetRole", name), "NoSuchEntity: The role with name worker cannot be found.");
}

TEST_F(IamTest, AccountsDoNotSeeEachOther) {
  ASSERT_TRUE(make_role("worker").ok());
  account_ = "111122223333";
  EXPECT_EQ((*run("ListRoles", Json::object()))["Roles"].size(), 0u);
  EXPECT_EQ((*make_role("worker"))["Role"]["Arn"].string_or(""),
            "arn:aws:iam::111122223333:role/worker");
}

TEST_F(IamTest, ListsComeInPages) {
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(make_role(name).ok());
  const Json first = *run("ListRoles", Json::object({{"MaxItems", 2}}));
  EXPECT_EQ(first["Roles"].size(), 2u);
  EXPECT_TRUE(first["IsTruncated"].bool_or(false));
  const Json rest = *run("ListRoles", Json::object({{"Marker", first["Marker"]}}));
  EXPECT_EQ(rest["Roles"].size(), 1u);
  EXPECT_FALSE(rest["IsTruncated"].bool_or(true));
}

TEST_F(IamTest, PolicyDocumentsAreChecked) {
  ASSERT_TRUE(make_role("worker").ok());
  struct {
    const char *document, *message;
  } const cases[] = {
      {"{", "Syntax errors in policy."},
      {"[]", "Syntax errors in policy."},
      {R"({"Version":"2012-10-17"})", "Syntax errors in policy."},
      {R"({"Version":"2012-10-18","Statement":[]})", "Syntax errors in policy."},
      {R"({"Statement":{"Effect":"Permit","Action":"s3:*","Resource":"*"}})",
       "Syntax errors in policy."},
      {R"({"Statement":{"Effect":"Allow","Action":"dynamodb>DeleteItem","Resource":"*"}})",
       "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."},
      {R"({"Statement":{"Effect":"Allow","Resource":"*"}})",
       "Policy statement must contain actions."},
      {R"({"Statement":{"Effect":"Allow","Action":"s3:*"}})",
       "Policy statement must contain resources."},
      {R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"table/x"}})",
       "Resource table/x must be in ARN format or \"*\"."},
      {R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}})",
       "Policy document should not specify a principal."},
      {R"({"Statement":[{"Sid":"a","Effect":"Allow","Action":"s3:*","Resource":"*"},
           {"Sid":"a","Effect":"Allow","Action":"s3:*","Resource":"*"}]})",
       "Statement IDs (SID) in a single policy must be unique."},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(refusal("PutRolePolicy", Json::object({{"RoleName", "worker"},
                                                     {"PolicyName", "p"},
                                                     {"PolicyDocument", c.document}})),
              std::string("MalformedPolicyDocument: ") + c.message)
        << c.document;
  }
  EXPECT_EQ(refusal("CreateRole",
                    Json::object({{"RoleName", "x"}, {"AssumeRolePolicyDocument", kAllow}})),
            "MalformedPolicyDocument: Missing required field Principal");
}

TEST_F(IamTest, ManagedPolicies) {
  const Json made =
      *run("CreatePolicy", Json::object({{"PolicyName", "mine"}, {"PolicyDocument", kAllow}}));
  const std::string arn = made["Policy"]["Arn"].string_or("");
  EXPECT_EQ(arn, "arn:aws:iam::000000000000:policy/mine");
  ASSERT_TRUE(make_role("worker").ok());
  const Json attach = Json::object({{"RoleName", "worker"}, {"PolicyArn", arn}});
  ASSERT_TRUE(run("AttachRolePolicy", attach).ok());
  EXPECT_EQ(refusal("DeletePolicy", Json::object({{"PolicyArn", arn}})),
            "DeleteConflict: Cannot delete a policy attached to entities.");
  EXPECT_EQ(
      (*run("GetPolicy", Json::object({{"PolicyArn", arn}})))["Policy"]["AttachmentCount"].int_or(
          0),
      1);
  ASSERT_TRUE(run("DetachRolePolicy", attach).ok());
  ASSERT_TRUE(run("DeletePolicy", Json::object({{"PolicyArn", arn}})).ok());
  EXPECT_EQ(refusal("AttachRolePolicy", attach),
            "NoSuchEntity: Policy " + arn + " does not exist or is not attachable.");
}

TEST_F(IamTest, Tags) {
  ASSERT_TRUE(make_role("worker").ok());
  const auto tag = [](const char* key, const char* value) {
    return Json::object({{"Key", key}, {"Value", value}});
  };
  ASSERT_TRUE(run("TagRole", Json::object({{"RoleName", "worker"},
                                           {"Tags", Json::array({tag("a", "1"), tag("b", "2")})}}))
                  .ok());
  ASSERT_TRUE(
      run("TagRole", Json::object({{"RoleName", "worker"}, {"Tags", Json::array({tag("A", "3")})}}))
          .ok());
  ASSERT_TRUE(
      run("UntagRole", Json::object({{"RoleName", "worker"}, {"TagKeys", Json::array({"b"})}}))
          .ok());
  EXPECT_EQ((*run("ListRoleTags", Json::object({{"RoleName", "worker"}})))["Tags"],
            Json::array({tag("A", "3")}));
}

TEST_F(IamTest, CallerIdentityAndSessions) {
  EXPECT_EQ((*run("GetCallerIdentity", Json::object(), "sts"))["Arn"].string_or(""),
            "arn:aws:iam::000000000000:root");
  EXPECT_FALSE(iam_.find("nobody"));
  EXPECT_EQ(iam_.find("123456789012")->principal.account, "123456789012");

  ASSERT_TRUE(make_role("worker").ok());
  platform::Context cx;
  cx.now_ms = clock_.now_ms();
  const auto session =
      iam_.assume_for_service(cx, "arn:aws:iam::000000000000:role/worker", "function");
  ASSERT_TRUE(session.ok());
  EXPECT_EQ(session->principal.arn, "arn:aws:sts::000000000000:assumed-role/worker/function");
  Iam restarted(*store_, clock_);
  const auto found = restarted.find(session->principal.access_key);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->secret, session->secret);
  EXPECT_EQ(found->expires_ms, clock_.now_ms() + 3'600'000);
  EXPECT_FALSE(iam_.assume_for_service(cx, "arn:aws:iam::000000000000:role/none", "f").ok());
}

}  // namespace
}  // namespace fairlead::iam
