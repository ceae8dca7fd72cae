// The compiled service models: every way to find a service, every record readable, no stray blob
// taken.
#include "wire/model.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <set>

#include "wire/protocol.h"

namespace fairlead::wire {
namespace {

TEST(Model, FindsServicesByEveryName) {
  const Models& models = Models::house();
  EXPECT_EQ(models.service_count(), 24u);
  EXPECT_EQ(models.find_service("dynamodb").service_id(), "DynamoDB");
  EXPECT_EQ(models.find_by_target("DynamoDB_20120810").name(), "dynamodb");
  EXPECT_EQ(models.find_by_target("AmazonSQS").name(), "sqs");
  EXPECT_EQ(models.find_by_signing_name("states").name(), "stepfunctions");
  EXPECT_EQ(models.find_by_signing_name("execute-api").name(), "apigatewaymanagementapi");
  EXPECT_EQ(models.find_by_endpoint("streams.dynamodb").name(), "dynamodbstreams");
  EXPECT_EQ(models.find_by_endpoint("monitoring").name(), "cloudwatch");
  EXPECT_EQ(models.find_by_api_version("2010-05-08").name(), "iam");
  EXPECT_FALSE(models.find_service("nothing"));
  EXPECT_FALSE(models.find_by_target(""));
}

TEST(Model, KnowsAnOperationAndItsShapes) {
  const OperationModel get = Models::house().find_service("dynamodb").find_operation("GetItem");
  ASSERT_TRUE(get);
  EXPECT_EQ(get.method(), "POST");
  EXPECT_EQ(get.service().name(), "dynamodb");
  const MemberModel table = get.input().find_member("TableName");
  ASSERT_TRUE(table);
  EXPECT_TRUE(table.required());
  EXPECT_EQ(table.shape().min(), 3);
  EXPECT_EQ(table.shape().max(), 255);
  EXPECT_EQ(table.shape().pattern(), "[a-zA-Z0-9_.-]+");
  EXPECT_TRUE(get.input().same_as_json());
  EXPECT_FALSE(get.input().find_member("NoSuchMember"));
}

TEST(Model, KnowsPayloadsAndErrors) {
  const ServiceModel lambda = Models::house().find_service("lambda");
  EXPECT_TRUE(lambda.find_operation("Invoke").payload_input());
  EXPECT_FALSE(lambda.find_operation("Invoke").streaming_input());
  EXPECT_EQ(lambda.find_error("ResourceNotFoundException").error_status(), 404);
  EXPECT_TRUE(lambda.find_operation("InvokeWithResponseStream").from_overlay());
  const ServiceModel s3 = Models::house().find_service("s3");
  EXPECT_TRUE(s3.find_operation("PutObject").streaming_input());
  EXPECT_TRUE(s3.find_operation("GetObject").streaming_output());
  const ServiceModel iam = Models::house().find_service("iam");
  EXPECT_EQ(iam.find_error("NoSuchEntityException").error_code(), "NoSuchEntity");
}

// Every reference of the blob leads somewhere, and every name is found by its search.
TEST(Model, EveryRecordIsReachable) {
  std::size_t operations = 0, members = 0;
  for (std::size_t s = 0; s < Models::house().service_count(); ++s) {
    const ServiceModel service = Models::house().service(s);
    ASSERT_TRUE(Models::house().find_service(service.name()));
    std::set<const void*> seen;
    const auto visit = [&](auto&& self, const ShapeModel& shape) -> void {
      if (!shape || !seen.insert(&shape.record()).second) return;
      for (std::size_t i = 0; i < shape.member_count(); ++i, ++members) {
        const MemberModel member = shape.member(i);
        ASSERT_TRUE(shape.find_member(member.name()) == member) << member.name();
        if (member.location() == Location::kBody) {
          ASSERT_TRUE(shape.find_wire_member(member.wire_name())) << member.wire_name();
        }
        self(self, member.shape());
      }
      self(self, shape.item());
      self(self, shape.key());
    };
    for (std::size_t i = 0; i < service.operation_count(); ++i, ++operations) {
      const OperationModel operation = service.operation(i);
      ASSERT_TRUE(service.find_operation(operation.name()) == operation);
      ASSERT_TRUE(operation.service() == service);
      visit(visit, operation.input());
      visit(visit, operation.output());
      for (std::size_t e = 0; e < operation.error_count(); ++e) {
        ASSERT_TRUE(service.find_error(operation.error(e).name()) == operation.error(e));
      }
    }
  }
  EXPECT_GT(operations, 1300u);
  EXPECT_GT(members, 9000u);
}

TEST(Model, NearlyEveryPatternIsCheckable) {
  std::set<std::string> all, unchecked;
  for (std::size_t s = 0; s < Models::house().service_count(); ++s) {
    const ServiceModel service = Models::house().service(s);
    for (std::size_t i = 0; i < service.operation_count(); ++i) {
      const ShapeModel input = service.operation(i).input();
      for (std::size_t m = 0; input && m < input.member_count(); ++m) {
        const ShapeModel shape = input.member(m).shape();
        if (shape.pattern().empty()) continue;
        all.emplace(shape.pattern());
        const RE2 regex(std::string(shape.regex()), RE2::Quiet);
        if (shape.regex().empty() || !regex.ok()) unchecked.emplace(shape.pattern());
      }
    }
  }
  EXPECT_GT(all.size(), 100u);
  EXPECT_LE(unchecked.size(), 6u);
  for (const std::string& pattern : unchecked) std::printf("unchecked: %s\n", pattern.c_str());
}

TEST(Model, RefusesWhatIsNoBlob) {
  EXPECT_FALSE(Models::open("").ok());
  EXPECT_FALSE(Models::open(std::string(64, 'x')).ok());
  std::string copy(Models::house().service(0).base(), 64);
  const auto short_blob = Models::open(copy);
  ASSERT_FALSE(short_blob.ok());
  EXPECT_NE(short_blob.error().message.find("wrong size"), std::string::npos);
}

}  // namespace
}  // namespace fairlead::wire
