// For tests: the service over a store in memory and a clock that stands, called through the table.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/clock.h"
#include "services/s3/s3.h"

namespace fairlead::s3 {

inline std::string drain(platform::BodyReader& reader) {
  std::string all;
  char bytes[1000];
  for (;;) {
    const auto n = reader.read(bytes, sizeof bytes);
    EXPECT_TRUE(n.ok());
    if (!n.ok() || *n == 0) return all;
    all.append(bytes, *n);
  }
}

class PiecewiseBody : public platform::BodyReader {
 public:
  explicit PiecewiseBody(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<std::size_t> read(char* into, std::size_t n) override {
    const std::size_t count = std::min({n, std::size_t{70'001}, bytes_.size() - at_});
    bytes_.copy(into, count, at_);
    at_ += count;
    return count;
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

class S3Test : public ::testing::Test {
 protected:
  S3Test() {
    cx.caller.kind = platform::Principal::Kind::kRoot;
    cx.caller.account = cx.account;
    cx.caller.arn = "arn:aws:iam::000000000000:root";
    cx.host = "127.0.0.1:4566";
    cx.source_ip = "127.0.0.1";
    cx.request_id = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";
    add_s3(registry, s3);
  }

  Result<platform::Reply> call(const char* operation, Json input) {
    platform::Request request;
    request.input = std::move(input);
    request.headers = &headers;
    return registry.run("s3", operation, cx, request);
  }
  // The output, or {"error": code, "message": …, …detail}.
  Json run(const char* operation, Json input) { return shown(call(operation, std::move(input))); }
  Json put(const std::string& key, std::string bytes, Json more = Json::object({})) {
    return upload("PutObject", key, std::move(bytes), std::move(more));
  }
  Json upload(const char* operation, const std::string& key, std::string bytes, Json more) {
    PiecewiseBody body(std::move(bytes));
    platform::Request request;
    request.input = std::move(more);
    if (!request.input.has("Bucket")) request.input.set("Bucket", "bucket");
    request.input.set("Key", key);
    request.stream = &body;
    request.headers = &headers;
    return shown(registry.run("s3", operation, cx, request));
  }
  static Json shown(Result<platform::Reply> reply) {
    if (reply.ok()) return std::move(reply->output);
    Json error =
        Json::object({{"error", reply.error().code->name}, {"message", reply.error().message}});
    for (const Json::Member& member : reply.error().detail.members()) {
      error.set(member.key, member.value);
    }
    return error;
  }
  std::string body_of(const std::string& key, Json more = Json::object({})) {
    more.set("Bucket", "bucket");
    more.set("Key", key);
    auto reply = call("GetObject", std::move(more));
    if (!reply.ok()) return "(" + std::string(reply.error().code->name) + ")";
    return reply->stream ? drain(*reply->stream) : "(no stream)";
  }
  void make_bucket(const char* name = "bucket") {
    EXPECT_FALSE(run("CreateBucket", Json::object({{"Bucket", name}})).has("error"));
  }
  // A bucket of the old kind: ACLs work and may be public.
  void make_open_bucket() {
    make_bucket();
    run("PutBucketOwnershipControls",
        Json::object({{"Bucket", "bucket"},
                      {"OwnershipControls",
                       Json::object({{"Rules", Json::array({Json::object(
                                                   {{"ObjectOwnership", "ObjectWriter"}})})}})}}));
    run("DeletePublicAccessBlock", Json::object({{"Bucket", "bucket"}}));
  }
  void become(const char* account) {
    cx.caller = {};
    if (account[0] == '\0') return;  // anonymous
    cx.caller.kind = platform::Principal::Kind::kRoot;
    cx.caller.account = account;
    cx.caller.arn = "arn:aws:iam::" + std::string(account) + ":root";
  }
  std::size_t keys_in_store() {
    std::size_t count = 0;
    for (auto at = store->range(storage::Family::kMeta, "", ""); at->valid(); at->next()) ++count;
    return count;
  }

  ManualClock clock;
  std::unique_ptr<storage::Store> store = storage::make_memory_store();
  std::unique_ptr<storage::Blobs> blobs = storage::make_memory_blobs();
  S3 s3{*store, *blobs, clock};
  platform::Registry registry;
  platform::Context cx;
  platform::HeaderList headers;
};

}  // namespace fairlead::s3
