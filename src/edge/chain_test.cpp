// The chain from bytes to bytes: doors, signatures, bodies, errors, over a real port.
#include "edge/chain.h"

#include "edge/test_house.h"

namespace fairlead::edge {
namespace {

const std::vector<wire::HeaderPair> kListTables = {{"X-Amz-Target", "DynamoDB_20120810.ListTables"},
                                                   {"Content-Type", "application/x-amz-json-1.0"}};

net::Headers as_headers(const std::vector<wire::HeaderPair>& pairs) {
  net::Headers headers;
  for (const auto& [name, value] : pairs) headers.push_back({name, value});
  return headers;
}

TEST_F(ChainTest, ASignedOperationIsAnswered) {
  const auto response = send_signed("POST", "/", "dynamodb", kListTables, "{}");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"TableNames":["a","b"]})");
  EXPECT_EQ(*response.find("content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(services_.account, "000000000000");
  EXPECT_EQ(services_.region, "eu-west-1") << "the region of the credential scope";
}

TEST_F(ChainTest, ErrorsOfHandlersGoThroughTheSerialiser) {
  const auto response = send_signed("POST", "/", "dynamodb", kListTables, R"({"Limit":13})");
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("ResourceNotFoundException"), std::string::npos);
  EXPECT_NE(response.body.find("unlucky"), std::string::npos);
}

TEST_F(ChainTest, WhoIsNotKnownIsRefused) {
  EXPECT_NE(
      send("POST", "/", as_headers(kListTables), "{}").body.find("MissingAuthenticationToken"),
      std::string::npos);
  EXPECT_NE(send_signed("POST", "/", "dynamodb", kListTables, "{}", "test", "wrong")
                .body.find("InvalidSignatureException"),
            std::string::npos);
  EXPECT_NE(send_signed("POST", "/", "dynamodb", kListTables, "{}", "AKIANOBODY", "x")
                .body.find("UnrecognizedClientException"),
            std::string::npos);
  EXPECT_NE(
      send_signed("POST", "/", "s3", kListTables, "{}").body.find("scoped to correct service"),
      std::string::npos);
  EXPECT_TRUE(services_.account.empty()) << "no handler ran";
}

TEST_F(ChainTest, SessionTokens) {
  const auto ask = [&](const std::string& token) {
    return send_signed("POST", "/", "dynamodb", kListTables, "{}", "ASIASESSION", "test", token);
  };
  EXPECT_EQ(ask("token").status, 200);
  EXPECT_NE(ask("other").status, 200);
  EXPECT_NE(ask("").status, 200);
  access_.expires_ms = 1;
  EXPECT_NE(ask("token").body.find("ExpiredToken"), std::string::npos);
}

TEST_F(ChainTest, WhatHasNoRowIs501ByName) {
  auto headers = kListTables;
  headers[0].second = "DynamoDB_20120810.PutItem";
  const auto response = send_signed("POST", "/", "dynamodb", headers, "{}");
  EXPECT_EQ(response.status, 501);
  EXPECT_NE(response.body.find("PutItem"), std::string::npos);
  headers[0].second = "DynamoDB_20120810.Dance";
  EXPECT_NE(
      send_signed("POST", "/", "dynamodb", headers, "{}").body.find("UnknownOperationException"),
      std::string::npos);
}

TEST_F(ChainTest, BadInputIsRefusedBeforeTheHandler) {
  EXPECT_NE(
      send_signed("POST", "/", "dynamodb", kListTables, "{").body.find("SerializationException"),
      std::string::npos);
  EXPECT_NE(send_signed("POST", "/", "dynamodb", kListTables, R"({"Limit":0})")
                .body.find("Member must have value greater than or equal to 1"),
            std::string::npos);
}

TEST_F(ChainTest, BodiesStreamToTheHandler) {
  const std::string large(300'000, 'x');
  EXPECT_EQ(send_signed("PUT", "/bucket/key", "s3", {}, large).status, 200);
  EXPECT_EQ(services_.stored, large);
}

TEST_F(ChainTest, ABodyLargerThanItsLimitIsRefused) {
  const std::string large(2 * 1024 * 1024, ' ');
  EXPECT_EQ(send_signed("POST", "/", "dynamodb", kListTables, large).status, 413);
}

TEST_F(ChainTest, CallbacksFindTheConnection) {
  const std::string id = "RkT1vfj8oAMCIxg%3D";
  for (const std::string& path :
       {"/@connections/" + id, "/prod/@connections/" + id, "/prod/%40connections/" + id,
        "//@connections/" + id, "/_aws/execute-api/abc/prod/@connections/" + id}) {
    services_.stored.clear();
    const auto response = send_signed("POST", path, "execute-api", {}, "hello");
    EXPECT_EQ(response.status, 200) << path << " " << response.body;
    EXPECT_EQ(services_.stored, "hello") << path;
    EXPECT_TRUE(response.find("x-amz-apigw-id"));
  }
  const auto gone = send_signed("POST", "/prod/@connections/AAAA", "execute-api", {}, "x");
  EXPECT_EQ(gone.status, 410);
  EXPECT_EQ(gone.body, "");
  EXPECT_EQ(*gone.find("x-amzn-errortype"), "GoneException");
  EXPECT_EQ(send("POST", "/prod/@connections/" + id, {}, "x").status, 403);
  EXPECT_EQ(send_signed("POST", "/prod/@connections", "execute-api", {}, "x").status, 403);
}

TEST_F(ChainTest, WebsitesAndInternalPages) {
  EXPECT_EQ(send("GET", "/_aws/website/site/a%20b", {}).body, "site:a b");
  EXPECT_EQ(send("GET", "/_aws/website/site/missing", {}).status, 404);
  EXPECT_EQ(send("GET", "/x/y", {{"Host", "site.s3-website-eu-west-1.amazonaws.com"}}).body,
            "site:x/y");
  EXPECT_NE(send("GET", "/_fairlead/health", {}).body.find("running"), std::string::npos);
  EXPECT_NE(send("GET", "/_fairlead/operations", {}).body.find("ListTables"), std::string::npos);
  EXPECT_EQ(send("GET", "/_fairlead/ca.pem", {}).body, "PEM");
  EXPECT_EQ(send("POST", "/_fairlead/health", {}).status, 405);
  EXPECT_EQ(send("GET", "/_fairlead/nothing", {}).status, 404);
  send_signed("POST", "/", "dynamodb", kListTables, "{}");
  EXPECT_NE(
      send("GET", "/_fairlead/metrics", {})
          .body.find(
              R"(fairlead_requests_total{service="dynamodb",operation="ListTables",status="2xx"} )"),
      std::string::npos);
}

TEST_F(ChainTest, AddressesThatLeadNowhereAreForbidden) {
  for (const char* path : {"/_aws/execute-api/zzz/prod", "/_aws/execute-api/abc/prod/deeper"}) {
    const auto response = send("GET", path, {});
    EXPECT_EQ(response.status, 403) << path;
    EXPECT_EQ(response.body, R"({"message":"Forbidden"})");
  }
  EXPECT_EQ(send("GET", "/prod", {{"Host", "abc.execute-api.us-east-1.amazonaws.com"}}).status, 403)
      << "another region";
  EXPECT_EQ(send("GET", "/prod", {{"Host", "abc.execute-api.eu-west-1.amazonaws.com"}}).status, 426)
      << "the gateway's answer to a plain request";
}

TEST_F(ChainTest, HandshakesThatAreRefused) {
  const net::Headers upgrade = {{"Connection", "Upgrade"},
                                {"Upgrade", "websocket"},
                                {"Sec-WebSocket-Version", "13"},
                                {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  const auto refused = send("GET", "/_aws/execute-api/abc/prod?refuse", upgrade);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.body, "no");
  auto old = upgrade;
  old[2].value = "8";
  EXPECT_EQ(send("GET", "/_aws/execute-api/abc/prod", old).status, 426);
  chain_->refuse_handshakes();
  EXPECT_EQ(send("GET", "/_aws/execute-api/abc/prod", upgrade).status, 503);
  EXPECT_FALSE(gateway_.session);
}

}  // namespace
}  // namespace fairlead::edge
