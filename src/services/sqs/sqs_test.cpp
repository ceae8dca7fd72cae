// Queues in memory: requests as JSON, answers as JSON text or "Code: message", time by hand.
#include "services/sqs/sqs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "base/json_parse.h"
#include "services/sqs/message.h"

namespace fairlead::sqs {
namespace {

constexpr const char* kUrl = "http://localhost:4566/000000000000/";

class SqsTest : public ::testing::Test {
 protected:
  SqsTest() {
    context_.host = "localhost:4566";
    add_sqs(registry_, *service_);
  }

  // `queue` may be empty; `more` are further members, without their braces.
  Json input(const std::string& queue, const std::string& more) {
    const std::string url = queue.empty() ? "" : "\"QueueUrl\":\"" + (kUrl + queue) + "\"";
    const std::string comma = url.empty() || more.empty() ? "" : ",";
    auto json = parse_json("{" + url + comma + more + "}");
    EXPECT_TRUE(json.ok()) << more;
    return json.ok() ? *json : Json();
  }

  Result<Json> call(std::string_view operation, Json asked) {
    platform::Context cx = context_;
    cx.now_ms = clock_.now_ms();
    platform::Request request;
    request.input = std::move(asked);
    auto reply = registry_.run("sqs", operation, cx, request);
    if (!reply.ok()) return std::move(reply).error();
    return std::move(reply->output);
  }

  std::string run(std::string_view operation, const std::string& queue, const std::string& more) {
    auto reply = call(operation, input(queue, more));
    if (reply.ok()) return write_json(*reply);
    const ErrorCode& code = *reply.error().code;
    return std::string(code.wire_code ? code.wire_code : code.name) + ": " + reply.error().message;
  }

  Json answer(std::string_view operation, const std::string& queue, const std::string& more = "") {
    auto reply = call(operation, input(queue, more));
    EXPECT_TRUE(reply.ok()) << operation << ": " << (reply.ok() ? "" : reply.error().message);
    return reply.ok() ? *reply : Json();
  }

  void make_queue(const std::string& name, const std::string& attributes = "") {
    answer("CreateQueue", "", "\"QueueName\":\"" + name + "\",\"Attributes\":{" + attributes + "}");
  }
  void send(const std::string& queue, const std::string& body, const std::string& more = "") {
    answer("SendMessage", queue, "\"MessageBody\":\"" + body + "\"" + more);
  }
  Json receive(const std::string& queue, const std::string& more = "\"MaxNumberOfMessages\":10") {
    return answer("ReceiveMessage", queue, more)["Messages"];
  }
  std::string bodies(const Json& messages) {
    std::string all;
    for (const Json& message : messages.items()) all += message["Body"].string_or("?") + " ";
    return all;
  }
  std::string counts(const std::string& queue) {
    const Json all =
        answer("GetQueueAttributes", queue, R"("AttributeNames":["All"])")["Attributes"];
    return all["ApproximateNumberOfMessages"].string_or("") + "/" +
           all["ApproximateNumberOfMessagesNotVisible"].string_or("") + "/" +
           all["ApproximateNumberOfMessagesDelayed"].string_or("");
  }
  static std::string handle(const Json& message) {
    return "\"ReceiptHandle\":\"" + message["ReceiptHandle"].string_or("") + "\"";
  }

  void restart() {
    service_ = std::make_unique<Sqs>(*store_, clock_);
    registry_ = platform::Registry();
    add_sqs(registry_, *service_);
  }

  ManualClock clock_;
  std::unique_ptr<storage::Store> store_ = storage::make_memory_store();
  std::unique_ptr<Sqs> service_ = std::make_unique<Sqs>(*store_, clock_);
  platform::Registry registry_;
  platform::Context context_;
};

TEST(Digests, OfAttributes) {
  const auto of = [](const char* type) {
    return md5_of_attributes(Json::object(
        {{"timestamp", Json::object({{"DataType", type}, {"StringValue", "1493147359900"}})}}));
  };
  EXPECT_EQ(of("Number"), "235c5c510d26fb653d073faed50ae77c");
  EXPECT_EQ(of("Number.java.lang.Long"), "2e2e4876d8e0bd6b8c2c8f556831c349");
  EXPECT_EQ(md5_of_attributes(Json()), "");
  EXPECT_EQ(md5_of_text("hello"), "5d41402abc4b2a76b9719d911017c592");
}

TEST_F(SqsTest, QueuesAreMadeFoundAndDeleted) {
  EXPECT_EQ(run("CreateQueue", "", R"("QueueName":"a_b-1")"),
            R"({"QueueUrl":"http://localhost:4566/000000000000/a_b-1"})");
  EXPECT_EQ(run("GetQueueUrl", "", R"("QueueName":"a_b-1")"),
            R"({"QueueUrl":"http://localhost:4566/000000000000/a_b-1"})");
  make_queue("b");
  EXPECT_EQ(run("ListQueues", "", R"("QueueNamePrefix":"b")"),
            R"({"QueueUrls":["http://localhost:4566/000000000000/b"]})");
  EXPECT_EQ(run("ListQueues", "", R"("QueueNamePrefix":"c")"), "{}");
  restart();
  EXPECT_EQ(answer("ListQueues", "")["QueueUrls"].size(), 2u);
  EXPECT_EQ(run("DeleteQueue", "b", ""), "{}");
  const std::string gone =
      "AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist.";
  EXPECT_EQ(run("DeleteQueue", "b", ""), gone);
  EXPECT_EQ(run("SendMessage", "b", R"("MessageBody":"x")"), gone);
  EXPECT_EQ(run("GetQueueUrl", "", R"("QueueName":"b")"), gone);
  restart();
  EXPECT_EQ(run("ReceiveMessage", "b", ""), gone);
}

TEST_F(SqsTest, AddressesOfEveryKind) {
  make_queue("q");
  for (const char* url : {"https://sqs.eu-west-1.amazonaws.com/000000000000/q",
                          "http://queue.amazonaws.com/000000000000/q", "000000000000/q",
                          "http://127.0.0.1:4566/000000000000/q"}) {
    EXPECT_TRUE(call("GetQueueAttributes", Json::object({{"QueueUrl", url}})).ok()) << url;
  }
  for (const char* url : {"q", "http://localhost/q", "http://localhost/000000000000/", "/"}) {
    const auto reply = call("GetQueueAttributes", Json::object({{"QueueUrl", url}}));
    ASSERT_FALSE(reply.ok()) << url;
    EXPECT_EQ(std::string_view(reply.error().code->name), "InvalidAddress");
  }
  context_.region = "eu-west-1";
  EXPECT_FALSE(call("GetQueueAttributes", input("q", "")).ok());
}

TEST_F(SqsTest, NamesAndAttributesAreChecked) {
  EXPECT_EQ(run("CreateQueue", "", R"("QueueName":"a.fifo")"),
            "NotImplemented: SQS FIFO queues is not implemented by Fairlead yet.");
  for (const char* name : {"", "a b", "a.b"}) {
    EXPECT_EQ(run("CreateQueue", "", std::string("\"QueueName\":\"") + name + "\"").substr(0, 22),
              "InvalidParameterValue:");
  }
  const auto with = [&](const std::string& attribute, const std::string& value) {
    return run("CreateQueue", "",
               R"("QueueName":"x","Attributes":{")" + attribute + "\":\"" + value + "\"}");
  };
  EXPECT_EQ(with("VisibilityTimeout", "43201"),
            "InvalidAttributeValue: Invalid value for the parameter VisibilityTimeout.");
  EXPECT_EQ(with("DelaySeconds", "1s"),
            "InvalidAttributeValue: Invalid value for the parameter DelaySeconds.");
  EXPECT_EQ(with("Colour", "red"), "InvalidAttributeName: Unknown Attribute Colour.");
  EXPECT_EQ(with("QueueArn", "x"), "InvalidAttributeName: Unknown Attribute QueueArn.");
  make_queue("x", R"("VisibilityTimeout":"7")");
  EXPECT_EQ(with("VisibilityTimeout", "7"),
            R"({"QueueUrl":"http://localhost:4566/000000000000/x"})");
  EXPECT_EQ(with("VisibilityTimeout", "8"),
            "QueueAlreadyExists: A queue already exists with the same name and a different value "
            "for attribute VisibilityTimeout");
  EXPECT_EQ(run("CreateQueue", "", R"("QueueName":"x")"),
            R"({"QueueUrl":"http://localhost:4566/000000000000/x"})");
  answer("SetQueueAttributes", "x", R"("Attributes":{"Policy":"{}","DelaySeconds":"3"})");
  restart();
  EXPECT_EQ(run("GetQueueAttributes", "x",
                R"("AttributeNames":["Policy","DelaySeconds","VisibilityTimeout","QueueArn"])"),
            R"({"Attributes":{"Policy":"{}","DelaySeconds":"3","VisibilityTimeout":"7",)"
            R"("QueueArn":"arn:aws:sqs:us-east-1:000000000000:x"}})");
  answer("SetQueueAttributes", "x", R"("Attributes":{"Policy":""})");
  EXPECT_EQ(run("GetQueueAttributes", "x", R"("AttributeNames":["Policy"])"), "{}");
}

TEST_F(SqsTest, AMessageIsSeenOnceUntilItsTimeIsOver) {
  make_queue("q");
  send("q", "one");
  send("q", "two");
  EXPECT_EQ(counts("q"), "2/0/0");
  Json first = receive("q");
  EXPECT_EQ(bodies(first), "one two ");
  EXPECT_EQ(counts("q"), "0/2/0");
  EXPECT_EQ(run("ReceiveMessage", "q", ""), "{}");
  EXPECT_EQ(run("DeleteMessage", "q", handle(first.items()[0])), "{}");
  clock_.advance_ms(29'999);
  EXPECT_EQ(bodies(receive("q")), "");
  clock_.advance_ms(1);
  Json second = receive("q", R"("AttributeNames":["All"])");
  EXPECT_EQ(bodies(second), "two ");
  EXPECT_EQ(second.items()[0]["Attributes"]["ApproximateReceiveCount"].string_or(""), "2");
  EXPECT_EQ(run("DeleteMessage", "q", handle(first.items()[1])), "{}");
  EXPECT_EQ(counts("q"), "0/1/0") << "an older receipt handle deletes nothing";
  EXPECT_EQ(run("DeleteMessage", "q", handle(second.items()[0])), "{}");
  EXPECT_EQ(counts("q"), "0/0/0");
  EXPECT_EQ(run("DeleteMessage", "q", handle(second.items()[0])), "{}");
  EXPECT_EQ(run("DeleteMessage", "q", R"("ReceiptHandle":"x")"),
            "ReceiptHandleIsInvalid: The input receipt handle \"x\" is not a valid receipt "
            "handle.");
}

TEST_F(SqsTest, VisibilityIsChanged) {
  make_queue("q", R"("VisibilityTimeout":"10")");
  send("q", "one");
  const Json message = receive("q").items()[0];
  answer("ChangeMessageVisibility", "q", handle(message) + R"(,"VisibilityTimeout":60)");
  clock_.advance_ms(59'999);
  EXPECT_EQ(bodies(receive("q")), "");
  answer("ChangeMessageVisibility", "q", handle(message) + R"(,"VisibilityTimeout":0)");
  const Json again = receive("q").items()[0];
  EXPECT_EQ(again["MessageId"], message["MessageId"]);
  EXPECT_EQ(run("ChangeMessageVisibility", "q", handle(message) + R"(,"VisibilityTimeout":1)")
                .substr(0, 22),
            "InvalidParameterValue:");
  EXPECT_EQ(run("ChangeMessageVisibility", "q", handle(again) + R"(,"VisibilityTimeout":43201)"),
            "InvalidParameterValue: Value 43201 for parameter VisibilityTimeout is invalid. "
            "Reason: VisibilityTimeout must be an integer between 0 and 43200");
}

TEST_F(SqsTest, DelaysRetentionAndPurge) {
  make_queue("q", R"("DelaySeconds":"5","MessageRetentionPeriod":"60")");
  send("q", "late");
  send("q", "later", R"(,"DelaySeconds":10)");
  send("q", "now", R"(,"DelaySeconds":0)");
  EXPECT_EQ(counts("q"), "1/0/2");
  EXPECT_EQ(bodies(receive("q")), "now ");
  clock_.advance_ms(5000);
  restart();
  EXPECT_EQ(counts("q"), "1/1/1");
  EXPECT_EQ(bodies(receive("q")), "late ");
  clock_.advance_ms(56'000);
  EXPECT_EQ(bodies(receive("q")), "") << "all of them are older than a minute";
  EXPECT_EQ(counts("q"), "0/0/0");
  ASSERT_TRUE(service_->sweep().ok());
  send("q", "purged", R"(,"DelaySeconds":0)");
  EXPECT_EQ(run("PurgeQueue", "q", ""), "{}");
  EXPECT_EQ(counts("q"), "0/0/0");
  EXPECT_EQ(run("PurgeQueue", "q", ""),
            "AWS.SimpleQueueService.PurgeQueueInProgress: Only one PurgeQueue operation on q is "
            "allowed every 60 seconds.");
  send("q", "kept", R"(,"DelaySeconds":0)");
  restart();
  EXPECT_EQ(bodies(receive("q")), "kept ");
  answer("DeleteQueue", "q");
  EXPECT_FALSE(store_->range(storage::Family::kMeta, "", "")->valid()) << "nothing is left";
}

TEST_F(SqsTest, ARestartKeepsMessagesAndTheirDeliveries) {
  make_queue("q");
  send("q", "one", R"(,"MessageAttributes":{"n":{"DataType":"Number","StringValue":"1"}})");
  send("q", "two");
  const Json message = receive("q", R"("MaxNumberOfMessages":1)").items()[0];
  restart();
  EXPECT_EQ(counts("q"), "1/1/0");
  EXPECT_EQ(bodies(receive("q")), "two ");
  EXPECT_EQ(run("DeleteMessage", "q", handle(message)), "{}");
  clock_.advance_ms(30'000);
  EXPECT_EQ(bodies(receive("q")), "two ");
}

TEST_F(SqsTest, TooOftenReceivedGoesToTheDeadLetterQueue) {
  make_queue("dead");
  EXPECT_EQ(run("CreateQueue", "", R"("QueueName":"q","Attributes":{"RedrivePolicy":
      "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:no\",\"maxReceiveCount\":1}"})")
                .substr(0, 22),
            "InvalidParameterValue:");
  make_queue("q", R"("RedrivePolicy":
      "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\",\"maxReceiveCount\":\"2\"}")");
  EXPECT_EQ(run("ListDeadLetterSourceQueues", "dead", ""),
            R"({"queueUrls":["http://localhost:4566/000000000000/q"]})");
  send("q", "poison");
  const std::string id =
      receive("q", R"("VisibilityTimeout":0)").items()[0]["MessageId"].string_or("");
  EXPECT_EQ(bodies(receive("q", R"("VisibilityTimeout":0)")), "poison ");
  EXPECT_EQ(bodies(receive("q")), "");
  EXPECT_EQ(counts("q"), "0/0/0");
  restart();
  const Json dead = receive("dead", R"("AttributeNames":["All"])").items()[0];
  EXPECT_EQ(dead["MessageId"].string_or(""), id);
  EXPECT_EQ(dead["Attributes"]["DeadLetterQueueSourceArn"].string_or(""),
            "arn:aws:sqs:us-east-1:000000000000:q");
  EXPECT_EQ(counts("q"), "0/0/0");
}

TEST_F(SqsTest, BehindDeadLettersThereIsMore) {
  make_queue("dead");
  make_queue("q", R"("RedrivePolicy":
      "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\",\"maxReceiveCount\":1}")");
  for (int i = 0; i < 25; ++i) send("q", "poison");
  for (int i = 0; i < 3; ++i) receive("q", R"("VisibilityTimeout":0,"MaxNumberOfMessages":10)");
  send("q", "good");
  EXPECT_EQ(bodies(receive("q", R"("MaxNumberOfMessages":1)")), "good ");
  EXPECT_EQ(counts("dead"), "25/0/0");
}

TEST_F(SqsTest, AttributesOfMessages) {
  make_queue("q");
  const Json sent = answer("SendMessage", "q", R"("MessageBody":"x","MessageAttributes":{
    "timestamp":{"DataType":"Number","StringValue":"1493147359900"},
    "a.b":{"DataType":"String","StringValue":"é"},
    "blob":{"DataType":"Binary","BinaryValue":"AAE="}},
    "MessageSystemAttributes":{"AWSTraceHeader":{"DataType":"String","StringValue":"Root=1"}})");
  EXPECT_EQ(sent["MD5OfMessageAttributes"].string_or("").size(), 32u);
  const auto one = [&](const std::string& names) {
    return receive("q", R"("VisibilityTimeout":0,"MessageAttributeNames":[)" + names + "]")
        .items()[0];
  };
  EXPECT_EQ(one(R"("All")")["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"]);
  EXPECT_EQ(one(R"(".*")")["MessageAttributes"].size(), 3u);
  EXPECT_EQ(one(R"("a.*","blob")")["MessageAttributes"].size(), 2u);
  EXPECT_EQ(one(R"("timestamp")")["MD5OfMessageAttributes"].string_or(""),
            "235c5c510d26fb653d073faed50ae77c");
  EXPECT_FALSE(one(R"("zzz")").has("MessageAttributes"));
  const Json traced =
      receive("q", R"("MessageSystemAttributeNames":["AWSTraceHeader"])").items()[0];
  EXPECT_EQ(write_json(traced["Attributes"]), R"({"AWSTraceHeader":"Root=1"})");
}

TEST_F(SqsTest, WhatMayBeSent) {
  make_queue("q", R"("MaximumMessageSize":"1024")");
  const auto sent = [&](const std::string& more) {
    return run("SendMessage", "q", more).substr(0, 60);
  };
  EXPECT_EQ(sent(R"("MessageBody":"")"),
            "MissingParameter: The request must contain the parameter Mes");
  EXPECT_EQ(sent(R"("MessageBody":"\u0001")"),
            "InvalidMessageContents: Invalid characters found. Valid unic");
  EXPECT_EQ(sent(R"("MessageBody":"\uffff")").substr(0, 22), "InvalidMessageContents");
  EXPECT_EQ(sent("\"MessageBody\":\"" + std::string(1025, 'x') + "\""),
            "InvalidParameterValue: One or more parameters are invalid. R");
  EXPECT_EQ(sent(R"("MessageBody":"x","DelaySeconds":901)"),
            "InvalidParameterValue: Value 901 for parameter DelaySeconds ");
  EXPECT_EQ(sent(R"("MessageBody":"x","MessageDeduplicationId":"1")"),
            "InvalidParameterValue: The request include parameter Message");
  EXPECT_EQ(
      sent(R"("MessageBody":"x","MessageAttributes":{"a":{"DataType":"Text"}})").substr(0, 22),
      "InvalidParameterValue:");
  EXPECT_EQ(counts("q"), "0/0/0");
  EXPECT_EQ(sent("\"MessageBody\":\"" + std::string(1024, 'x') + "\"").substr(0, 13),
            R"({"MessageId":)");
}

TEST_F(SqsTest, Batches) {
  make_queue("q");
  const auto batch = [&](const std::string& entries) {
    return run("SendMessageBatch", "q", "\"Entries\":[" + entries + "]");
  };
  EXPECT_EQ(batch(""),
            "AWS.SimpleQueueService.EmptyBatchRequest: There should be at least one "
            "SendMessageBatchRequestEntry in the request.");
  EXPECT_EQ(batch(R"({"Id":"a","MessageBody":"1"},{"Id":"a","MessageBody":"2"})"),
            "AWS.SimpleQueueService.BatchEntryIdsNotDistinct: Id a repeated.");
  EXPECT_EQ(batch(R"({"Id":"a b","MessageBody":"1"})").substr(0, 42),
            "AWS.SimpleQueueService.InvalidBatchEntryId");
  std::string eleven;
  for (int i = 0; i < 11; ++i) {
    eleven += (i ? "," : "") + (R"({"Id":")" + std::to_string(i)) + R"(","MessageBody":"x"})";
  }
  EXPECT_EQ(batch(eleven),
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest: Maximum number of "
            "entries per request are 10. You have sent 11.");
  const Json sent = answer("SendMessageBatch", "q", R"("Entries":[{"Id":"a","MessageBody":"1"},
      {"Id":"b","MessageBody":""},{"Id":"c","MessageBody":"3"}])");
  EXPECT_EQ(sent["Successful"].size(), 2u);
  EXPECT_EQ(write_json(sent["Failed"]),
            R"([{"Id":"b","SenderFault":true,"Code":"MissingParameter",)"
            R"("Message":"The request must contain the parameter MessageBody."}])");
  const Json got = receive("q");
  EXPECT_EQ(bodies(got), "1 3 ");
  const Json done = answer("DeleteMessageBatch", "q",
                           "\"Entries\":[{\"Id\":\"x\"," + handle(got.items()[0]) +
                               R"(},{"Id":"y","ReceiptHandle":"?"}])");
  EXPECT_EQ(done["Successful"].size(), 1u);
  EXPECT_EQ(done["Failed"].items()[0]["Code"].string_or(""), "ReceiptHandleIsInvalid");
  EXPECT_EQ(counts("q"), "0/1/0");
  const Json changed =
      answer("ChangeMessageVisibilityBatch", "q",
             "\"Entries\":[{\"Id\":\"x\",\"VisibilityTimeout\":0," + handle(got.items()[1]) + "}]");
  EXPECT_EQ(changed["Successful"].size(), 1u);
  EXPECT_EQ(counts("q"), "1/0/0");
}

TEST_F(SqsTest, Tags) {
  answer("CreateQueue", "", R"("QueueName":"q","tags":{"a":"1"})");
  answer("TagQueue", "q", R"("Tags":{"b":"2"})");
  answer("UntagQueue", "q", R"("TagKeys":["a","z"])");
  restart();
  EXPECT_EQ(run("ListQueueTags", "q", ""), R"({"Tags":{"b":"2"}})");
}

TEST_F(SqsTest, TheHouseDeliversToo) {
  make_queue("q");
  const std::string arn = "arn:aws:sqs:us-east-1:000000000000:q";
  ASSERT_TRUE(service_->takes(arn));
  EXPECT_FALSE(service_->takes("arn:aws:sns:us-east-1:000000000000:q"));
  ASSERT_TRUE(service_->deliver(context_, {arn, R"({"a":1})", "", ""}).ok());
  EXPECT_EQ(bodies(receive("q")), R"({"a":1} )");
  EXPECT_FALSE(service_->deliver(context_, {arn + "2", "x", "", ""}).ok());
}

TEST_F(SqsTest, ADamagedMessageIsPassedOver) {
  make_queue("q");
  send("q", "bad");
  send("q", "good");
  auto first = store_->range(storage::Family::kMeta, "sqs/message/", "sqs/message0");
  storage::Batch batch;
  batch.put(storage::Family::kMeta, std::string(first->key()), "nonsense");
  first.reset();
  ASSERT_TRUE(store_->commit(std::move(batch)).ok());
  EXPECT_EQ(bodies(receive("q", R"("VisibilityTimeout":0,"MaxNumberOfMessages":1)")), "good ");
  EXPECT_EQ(bodies(receive("q", R"("VisibilityTimeout":0)")), "good ");
}

TEST_F(SqsTest, AReceiverWaitsForAMessage) {
  make_queue("q");
  std::thread sender([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    send("q", "hello");
  });
  const std::int64_t from = parking_now_ms();
  EXPECT_EQ(bodies(receive("q", R"("WaitTimeSeconds":20)")), "hello ");
  EXPECT_LT(parking_now_ms() - from, 10'000);
  sender.join();
  std::thread closer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    answer("DeleteQueue", "q");
  });
  EXPECT_EQ(run("ReceiveMessage", "q", R"("WaitTimeSeconds":20)").substr(0, 39),
            "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_LT(parking_now_ms() - from, 10'000);
  closer.join();
}

struct Expected {  // of one message, for the model below
  std::int64_t visible_ms = 0;
  int receives = 0;
  std::string handle;  // of the latest delivery
};

// Random requests against what a queue is: a map from message to when it is visible.
TEST_F(SqsTest, RandomRequestsAgreeWithAModel) {
  make_queue("q");
  std::map<std::string, Expected> model;
  std::mt19937 random(7);
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  const auto any = [&] {
    return std::next(model.begin(), below(static_cast<unsigned>(model.size())));
  };
  int received = 0;
  for (int step = 0; step < 3000; ++step) {
    const std::int64_t now_ms = clock_.now_ms();
    const int what = below(100);
    if (what < 30) {
      const std::string body = std::to_string(step);
      const int delay_s = below(3);
      send("q", body, ",\"DelaySeconds\":" + std::to_string(delay_s));
      model[body].visible_ms = now_ms + delay_s * 1000;
    } else if (what < 60) {
      const int most = 1 + below(10), visibility_s = below(4);
      const auto visible = std::count_if(model.begin(), model.end(), [&](const auto& each) {
        return each.second.visible_ms <= now_ms;
      });
      const Json got = receive("q", "\"MaxNumberOfMessages\":" + std::to_string(most) +
                                        ",\"VisibilityTimeout\":" + std::to_string(visibility_s) +
                                        R"(,"AttributeNames":["All"])");
      ASSERT_EQ(static_cast<std::int64_t>(got.size()), std::min<std::int64_t>(most, visible));
      for (const Json& message : got.items()) {
        Expected& expected = model.at(message["Body"].string_or(""));
        ASSERT_LE(expected.visible_ms, now_ms);
        expected.visible_ms = now_ms + visibility_s * 1000;
        expected.handle = handle(message);
        ASSERT_EQ(message["Attributes"]["ApproximateReceiveCount"].string_or(""),
                  std::to_string(++expected.receives));
        ++received;
      }
    } else if (what < 80 && !model.empty()) {
      const auto chosen = any();
      if (chosen->second.handle.empty()) continue;
      answer("DeleteMessage", "q", chosen->second.handle);
      model.erase(chosen);
    } else if (what < 88 && !model.empty()) {
      Expected& chosen = any()->second;
      if (chosen.handle.empty()) continue;
      const int seconds = below(5);
      const bool in_flight = chosen.visible_ms > now_ms;
      const auto reply =
          call("ChangeMessageVisibility",
               input("q", chosen.handle + ",\"VisibilityTimeout\":" + std::to_string(seconds)));
      ASSERT_EQ(reply.ok(), in_flight);
      if (in_flight) chosen.visible_ms = now_ms + seconds * 1000;
    } else if (what < 98) {
      clock_.advance_ms(below(2000));
    } else {
      restart();
    }
  }
  EXPECT_GT(received, 500);
}

TEST_F(SqsTest, AtTheEndNobodyWaits) {
  make_queue("q");
  std::thread ending([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    service_->end_waits();
  });
  const std::int64_t from = parking_now_ms();
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(run("ReceiveMessage", "q", R"("WaitTimeSeconds":20)"), "{}");
  EXPECT_LT(parking_now_ms() - from, 10'000);
  ending.join();
}

TEST_F(SqsTest, ManyReceiversGetEachMessageOnce) {
  make_queue("q");
  constexpr int kMessages = 400;
  std::mutex mutex;
  std::multiset<std::string> got;
  std::atomic<int> left{kMessages};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (left > 0) {
        const Json messages = receive("q", R"("MaxNumberOfMessages":3,"WaitTimeSeconds":1)");
        for (const Json& message : messages.items()) {
          answer("DeleteMessage", "q", handle(message));
          std::lock_guard lock(mutex);
          got.insert(message["Body"].string_or(""));
          --left;
        }
      }
    });
  }
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < kMessages / 2; ++n) {
        send("q", std::to_string(i) + "-" + std::to_string(n));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(got.size(), static_cast<std::size_t>(kMessages));
  EXPECT_EQ(std::set<std::string>(got.begin(), got.end()).size(), got.size());
  EXPECT_EQ(counts("q"), "0/0/0");
}

}  // namespace
}  // namespace fairlead::sqs
