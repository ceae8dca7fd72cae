// The door of function URLs: whose address, who signed, and the port's answer as it is.
#include "edge/test_house.h"

namespace fairlead::edge {
namespace {

std::string header(const net::HttpResponse& response, std::string_view name) {
  for (const auto& h : response.headers) {
    if (equals_ignoring_case(h.name, name)) return h.value;
  }
  return {};
}

using FunctionUrlDoor = ChainTest;

TEST_F(FunctionUrlDoor, HandsTheRequestOverAsItWasSent) {
  const auto response = send("PUT", "/_aws/lambda-url/open/a%20b/c?x=1&x=%202", {}, "hello");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "PUT /a%20b/c?x=1&x=%202 hello HTTP/1.1");
  EXPECT_EQ(header(response, "x-region"), "eu-west-1");
  EXPECT_EQ(header(response, "x-caller"), "");
}

TEST_F(FunctionUrlDoor, ByHostName) {
  const auto response = send("GET", "/x", {{"Host", "open.lambda-url.eu-west-1.on.aws"}});
  EXPECT_EQ(response.body, "GET /x?  HTTP/1.1");
  const auto elsewhere = send("GET", "/x", {{"Host", "open.lambda-url.us-east-1.on.aws"}});
  EXPECT_EQ(elsewhere.status, 404);
}

TEST_F(FunctionUrlDoor, WhoSignedIsFoundOutWhereItMatters) {
  EXPECT_EQ(send("GET", "/_aws/lambda-url/closed/", {}).status, 403);
  const auto is_signed = send_signed("POST", "/_aws/lambda-url/closed/a?b=c", "lambda", {}, "body");
  EXPECT_EQ(is_signed.status, 200);
  EXPECT_EQ(header(is_signed, "x-caller"), "arn:aws:iam::000000000000:root");
  const auto other_service = send_signed("GET", "/_aws/lambda-url/closed/", "s3", {});
  EXPECT_EQ(other_service.status, 403);
  const auto wrong =
      send_signed("GET", "/_aws/lambda-url/closed/", "lambda", {}, "", "test", "wrong");
  EXPECT_EQ(wrong.status, 403);
}

TEST_F(FunctionUrlDoor, UnknownAddressesAndBodiesThatAreTooLarge) {
  const auto unknown = send("GET", "/_aws/lambda-url/nobody/", {});
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.body, R"({"Message":null})");
  const std::string large(6 * 1024 * 1024 + 1, 'x');
  EXPECT_EQ(send("POST", "/_aws/lambda-url/open/", {}, large).status, 413);
}

}  // namespace
}  // namespace fairlead::edge
