// Every address form of the house, and what must not be taken for one.
#include "edge/address.h"

#include <gtest/gtest.h>

namespace fairlead::edge {
namespace {

struct Case {
  const char* host;
  const char* path;
  Door door;
  const char* api_id = "";
  const char* stage = "";
  const char* rest = "";
  const char* region = "";
  const char* connection_id = "";
};

const Case kApis[] = {
    {"abc1234567.execute-api.eu-west-1.amazonaws.com", "/prod", Door::kExecuteApi, "abc1234567",
     "prod", "", "eu-west-1"},
    {"abc1234567.execute-api.eu-west-1.amazonaws.com", "/prod/", Door::kExecuteApi, "abc1234567",
     "prod", "/", "eu-west-1"},
    {"abc.execute-api.us-gov-west-1.localhost:4566", "/prod/more/yet", Door::kExecuteApi, "abc",
     "prod", "/more/yet", "us-gov-west-1"},
    {"ABC.execute-api.localhost.localstack.cloud:4566", "/prod", Door::kExecuteApi, "abc", "prod",
     "", ""},
    {"abc.execute-api.eu-west-1.amazonaws.com", "/", Door::kExecuteApi, "abc", "", "", "eu-west-1"},
    {"127.0.0.1:4566", "/_aws/execute-api/abc/prod", Door::kExecuteApi, "abc", "prod"},
    {"127.0.0.1:4566", "/_aws/execute-api/abc/prod/x", Door::kExecuteApi, "abc", "prod", "/x"},
    {"127.0.0.1:4566", "/_aws/execute-api/abc/prod/@connections/O3b9tc0WIAMCKew%3D",
     Door::kManagement, "abc", "prod", "", "", "O3b9tc0WIAMCKew="},
    {"127.0.0.1:4566", "/prod/%40connections/O3b9tc0WIAMCKew=", Door::kManagement, "", "prod", "",
     "", "O3b9tc0WIAMCKew="},
    {"127.0.0.1:4566", "/@connections/x", Door::kManagement, "", "", "", "", "x"},
    {"127.0.0.1:4566", "/prod//@connections/x", Door::kManagement, "", "prod", "", "", "x"},
    {"abc.execute-api.eu-west-1.amazonaws.com", "/prod/@connections", Door::kManagement, "abc",
     "prod", "", "eu-west-1", ""},
    {"127.0.0.1:4566", "/bucket/folder/@connections/x", Door::kAwsApi},
    {"dynamodb.eu-west-1.amazonaws.com", "/", Door::kAwsApi},
    {"execute-api.eu-west-1.amazonaws.com", "/", Door::kAwsApi},
};

TEST(Address, Apis) {
  for (const Case& c : kApis) {
    const Address address = read_address(c.host, c.path);
    EXPECT_EQ(address.door, c.door) << c.host << c.path;
    EXPECT_EQ(address.api_id, c.api_id) << c.host << c.path;
    EXPECT_EQ(address.stage, c.stage) << c.host << c.path;
    EXPECT_EQ(address.rest, c.rest) << c.host << c.path;
    EXPECT_EQ(address.region, c.region) << c.host << c.path;
    EXPECT_EQ(address.connection_id, c.connection_id) << c.host << c.path;
  }
}

TEST(Address, CustomDomains) {
  Address address = mapped_address("abc", "prod", "");
  EXPECT_EQ(address.door, Door::kExecuteApi);
  EXPECT_EQ(address.api_id + " " + address.stage + " " + address.rest, "abc prod ");
  EXPECT_TRUE(address.custom_domain);
  address = mapped_address("abc", "prod", "/%40connections/O3b9tc0WIAMCKew%3D");
  EXPECT_EQ(address.door, Door::kManagement);
  EXPECT_EQ(address.stage + " " + address.connection_id, "prod O3b9tc0WIAMCKew=");
  // The stage has no place behind a custom domain.
  address = mapped_address("abc", "prod", "/prod/@connections/x");
  EXPECT_EQ(address.door, Door::kExecuteApi);
  EXPECT_EQ(address.rest, "/prod/@connections/x");
  EXPECT_FALSE(read_address("chat.example.com", "/").custom_domain);
}

TEST(Address, FunctionUrls) {
  struct {
    const char *host, *path, *id, *rest, *region;
  } const cases[] = {
      {"abc.lambda-url.eu-west-1.on.aws", "/", "abc", "/", "eu-west-1"},
      {"ABC.lambda-url.eu-west-1.on.aws:443", "/a/b%20c", "abc", "/a/b%20c", "eu-west-1"},
      {"abc.lambda-url.us-east-1.localhost:4566", "/@connections/x", "abc", "/@connections/x",
       "us-east-1"},
      {"127.0.0.1:4566", "/_aws/lambda-url/abc", "abc", "/", ""},
      {"127.0.0.1:4566", "/_aws/lambda-url/abc/x/y", "abc", "/x/y", ""},
  };
  for (const auto& c : cases) {
    const Address address = read_address(c.host, c.path);
    EXPECT_EQ(address.door, Door::kFunctionUrl) << c.host << c.path;
    EXPECT_EQ(address.url_id, c.id) << c.host << c.path;
    EXPECT_EQ(address.rest, c.rest) << c.host << c.path;
    EXPECT_EQ(address.region, c.region) << c.host << c.path;
  }
  EXPECT_EQ(read_address("lambda-url.eu-west-1.on.aws", "/").door, Door::kAwsApi);
}

TEST(Address, Websites) {
  struct {
    const char *host, *path, *bucket, *key, *base, *region;
  } const cases[] = {
      {"my.site.s3-website-eu-west-1.amazonaws.com", "/a%20b.html", "my.site", "a b.html", "",
       "eu-west-1"},
      {"shop.s3-website.eu-central-1.localhost:4566", "/", "shop", "", "", "eu-central-1"},
      {"127.0.0.1:4566", "/_aws/website/shop/css/x.css", "shop", "css/x.css", "/_aws/website/shop",
       ""},
      {"127.0.0.1:4566", "/_aws/website/shop", "shop", "", "/_aws/website/shop", ""},
  };
  for (const auto& c : cases) {
    const Address address = read_address(c.host, c.path);
    EXPECT_EQ(address.door, Door::kWebsite) << c.host << c.path;
    EXPECT_EQ(address.bucket, c.bucket);
    EXPECT_EQ(address.key, c.key);
    EXPECT_EQ(address.base, c.base);
    EXPECT_EQ(address.region, c.region);
  }
}

TEST(Address, Internal) {
  EXPECT_EQ(read_address("x", "/_fairlead").door, Door::kInternal);
  EXPECT_EQ(read_address("x", "/_fairlead/metrics").page, "metrics");
  EXPECT_EQ(read_address("x", "/_fairleadish").door, Door::kAwsApi);
}

TEST(Address, HostsWithoutTheirPort) {
  EXPECT_EQ(without_port("a.b:80"), "a.b");
  EXPECT_EQ(without_port("[::1]:80"), "[::1]");
  EXPECT_EQ(without_port("[::1]"), "[::1]");
  EXPECT_EQ(without_port("a"), "a");
}

}  // namespace
}  // namespace fairlead::edge
