// Subscription filters against a destination that a test opens, closes and reads.
#include <zlib.h>

#include "base/base64.h"
#include "base/json_parse.h"
#include "services/logs/test_house.h"
#include "storage/store.h"

namespace fairlead::logs {
namespace {

const ErrorCode kDenied{"AccessDeniedException", 403};

class Destination : public platform::Target {
 public:
  bool takes(std::string_view arn) const override { return arn.starts_with("arn:aws:lambda:"); }
  Status check(platform::Context&, const platform::Delivery& delivery) override {
    asked = delivery.source_principal + " for " + delivery.source_arn;
    if (delivery.source_principal == permitted) return {};
    return Error{&kDenied, "no", {}};
  }
  Status deliver(platform::Context&, platform::Delivery delivery) override {
    if (closed) return Error{&kDenied, "closed", {}};
    principal = delivery.source_principal;
    received.push_back(*parse_json(
        unzip(*base64_decode((*parse_json(delivery.payload))["awslogs"]["data"].as_string()))));
    return {};
  }
  static std::string unzip(const std::string& bytes) {
    z_stream zip{};
    EXPECT_EQ(inflateInit2(&zip, 15 + 16), Z_OK);
    std::string out(4 * 1024 * 1024, '\0');
    zip.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    zip.avail_in = static_cast<uInt>(bytes.size());
    zip.next_out = reinterpret_cast<Bytef*>(out.data());
    zip.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&zip, Z_FINISH), Z_STREAM_END);
    out.resize(zip.total_out);
    inflateEnd(&zip);
    return out;
  }
  std::string texts() const {
    std::string all;
    for (const Json& one : received) {
      for (const Json& event : one["logEvents"].items()) all += event["message"].as_string() + "|";
    }
    return all;
  }
  std::string permitted = "logs.amazonaws.com", asked, principal;
  bool closed = false;
  std::vector<Json> received;
};

class SubscriptionsTest : public LogsTest {
 protected:
  SubscriptionsTest() {
    targets_.add(destination_);
    logs_->set_targets(&targets_);
    EXPECT_TRUE(run("CreateLogGroup", group()).ok());
  }
  static Json filter(const char* name = "f", const char* pattern = "") {
    return Json::object({{"logGroupName", "g"},
                         {"filterName", name},
                         {"filterPattern", pattern},
                         {"destinationArn", "arn:aws:lambda:us-east-1:000000000000:function:x"}});
  }
  void flush_and_deliver() {
    logs_->flush();
    logs_->deliver();
  }
  std::size_t pending() {
    std::size_t n = 0;
    for (auto cursor = store_->range(storage::Family::kMeta, "logs/pending/", "logs/pending0");
         cursor->valid(); cursor->next()) {
      ++n;
    }
    return n;
  }

  Destination destination_;
  platform::Targets targets_;
};

TEST_F(SubscriptionsTest, MatchingEventsAreSentAsAwsSendsThem) {
  print("s", {"ERROR before"});
  clock_.advance_ms(5);
  ASSERT_TRUE(run("PutSubscriptionFilter", filter("f", "ERROR")).ok());
  print("s", {"ERROR one", "fine", "ERROR two"});
  flush_and_deliver();
  ASSERT_EQ(destination_.received.size(), 1u);
  const Json& sent = destination_.received[0];
  EXPECT_EQ(sent["messageType"].as_string(), "DATA_MESSAGE");
  EXPECT_EQ(sent["owner"].as_string(), account_);
  EXPECT_EQ(sent["logGroup"].as_string(), "g");
  EXPECT_EQ(sent["logStream"].as_string(), "s");
  EXPECT_EQ(write_json(sent["subscriptionFilters"]), "[\"f\"]");
  EXPECT_EQ(sent["logEvents"].items()[0]["timestamp"].int_or(0), clock_.now_ms() - 2);
  EXPECT_EQ(destination_.texts(), "ERROR one|ERROR two|");
  EXPECT_EQ(destination_.principal, "logs.amazonaws.com");
  EXPECT_EQ(pending(), 0u);
  logs_->deliver();
  EXPECT_EQ(destination_.received.size(), 1u);
}

TEST_F(SubscriptionsTest, EachStreamAndEachFilterGetsItsOwn) {
  ASSERT_TRUE(run("PutSubscriptionFilter", filter("a", "x")).ok());
  ASSERT_TRUE(run("PutSubscriptionFilter", filter("b", "y")).ok());
  EXPECT_EQ(refusal("PutSubscriptionFilter", filter("c")),
            "LimitExceededException: Resource limit exceeded.");
  print("s", {"x1", "xy"});
  print("t", {"y2"});
  flush_and_deliver();
  EXPECT_EQ(destination_.received.size(), 3u);
  EXPECT_EQ(destination_.texts(), "x1|xy|xy|y2|");
}

TEST_F(SubscriptionsTest, WhatIsNotTakenIsTriedAgainAlsoAfterARestart) {
  ASSERT_TRUE(run("PutSubscriptionFilter", filter()).ok());
  destination_.closed = true;
  print("s", {"kept"});
  flush_and_deliver();
  EXPECT_EQ(pending(), 1u);
  restart();
  logs_->set_targets(&targets_);
  destination_.closed = false;
  logs_->deliver();
  EXPECT_EQ(destination_.texts(), "kept|");
  EXPECT_EQ(pending(), 0u);

  destination_.closed = true;
  print("s", {"late"});
  flush_and_deliver();
  destination_.closed = false;
  logs_->deliver();  // too early: the next attempt is a second away
  EXPECT_EQ(destination_.texts(), "kept|");
  clock_.advance_ms(1500);
  logs_->deliver();
  EXPECT_EQ(destination_.texts(), "kept|late|");
}

TEST_F(SubscriptionsTest, AfterADayItIsGivenUp) {
  ASSERT_TRUE(run("PutSubscriptionFilter", filter()).ok());
  destination_.closed = true;
  print("s", {"lost"});
  flush_and_deliver();
  clock_.advance_ms(25LL * 3600 * 1000);
  logs_->deliver();
  EXPECT_EQ(pending(), 0u);
}

TEST_F(SubscriptionsTest, ManyEventsAreManyPayloads) {
  ASSERT_TRUE(run("PutSubscriptionFilter", filter()).ok());
  std::vector<platform::LogEvent> events;
  for (int i = 0; i < 40; ++i) events.push_back({clock_.now_ms() + i, std::string(10'000, 'x')});
  logs_->write(account_, "us-east-1", "g", "s", std::move(events));
  flush_and_deliver();
  EXPECT_GT(destination_.received.size(), 2u);
  std::size_t all = 0;
  for (const Json& one : destination_.received) all += one["logEvents"].size();
  EXPECT_EQ(all, 40u);
}

TEST_F(SubscriptionsTest, WhatIsRefused) {
  destination_.permitted = "logs.us-east-1.amazonaws.com";
  EXPECT_EQ(refusal("PutSubscriptionFilter", filter()), "accepted");
  EXPECT_EQ(destination_.asked,
            "logs.us-east-1.amazonaws.com for arn:aws:logs:us-east-1:000000000000:log-group:g:*");
  destination_.permitted = "s3.amazonaws.com";
  EXPECT_EQ(refusal("PutSubscriptionFilter", filter("n")),
            "InvalidParameterException: Could not execute the lambda function. Make sure you have "
            "given CloudWatch Logs permission to execute your function.");
  EXPECT_EQ(refusal("PutSubscriptionFilter", filter("f", "{ $.a")),
            "InvalidParameterException: Invalid filter pattern");
  Json stream = with(filter(), "destinationArn", "arn:aws:kinesis:us-east-1:000000000000:stream/x");
  EXPECT_EQ(refusal("PutSubscriptionFilter", stream).substr(0, 14), "NotImplemented");
  EXPECT_NE(refusal("PutSubscriptionFilter", with(filter(), "roleArn", "arn:aws:iam::1:role/r")),
            "accepted");
  EXPECT_NE(refusal("PutSubscriptionFilter", with(filter(), "logGroupName", "none")), "accepted");
}

TEST_F(SubscriptionsTest, ListingAndDeleting) {
  ASSERT_TRUE(run("PutSubscriptionFilter", filter("f", "a")).ok());
  ASSERT_TRUE(run("PutSubscriptionFilter", filter("f", "b")).ok());  // the same one, changed
  const Json listed = *run("DescribeSubscriptionFilters", group());
  ASSERT_EQ(listed["subscriptionFilters"].size(), 1u);
  EXPECT_EQ(listed["subscriptionFilters"].items()[0]["filterPattern"].as_string(), "b");
  EXPECT_EQ(listed["subscriptionFilters"].items()[0]["distribution"].as_string(), "ByLogStream");
  Json name = with(group(), "filterName", "f");
  ASSERT_TRUE(run("DeleteSubscriptionFilter", name).ok());
  EXPECT_EQ(refusal("DeleteSubscriptionFilter", name),
            "ResourceNotFoundException: The specified subscription filter does not exist.");
  print("s", {"b"});
  flush_and_deliver();
  EXPECT_TRUE(destination_.received.empty());
}

}  // namespace
}  // namespace fairlead::logs
