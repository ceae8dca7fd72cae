// Function URLs: their operations, events, answers, CORS and who may call them.
#include "services/lambda/events/test_events_house.h"
#include "services/lambda/events/url_cors.h"
#include "services/lambda/events/url_message.h"

namespace fairlead::lambda {
namespace {

using namespace test;
using platform::FunctionUrlRequest;
using platform::HeaderList;
using platform::Reply;

std::string header(const Reply& reply, std::string_view name) {
  std::string found;
  for (const auto& [key, value] : reply.headers) {
    if (key == name) found += (found.empty() ? "" : " | ") + value;
  }
  return found;
}

class UrlHouse : public EventsHouse {
 public:
  UrlHouse() {
    script.invoke = [this](const Invocation& invocation) {
      event = invocation.payload;
      return WorkerOutcome{.payload = result};
    };
    create("f");
  }
  Json make(Json more = Json::object({{"AuthType", "NONE"}})) {
    more.set("FunctionName", "f");
    const Json made = ok("CreateFunctionUrlConfig", more);
    const std::string url = made["FunctionUrl"].string_or("");
    id = url.substr(8, 32);
    return made;
  }
  void allow_all() {
    ok("AddPermission", Json::object({{"FunctionName", "f"},
                                      {"StatementId", "public"},
                                      {"Action", "lambda:InvokeFunctionUrl"},
                                      {"Principal", "*"},
                                      {"FunctionUrlAuthType", "NONE"}}));
  }
  Reply request(std::string_view method, std::string_view path, std::string_view query,
                HeaderList headers, std::string body = {}, bool sign = false) {
    platform::Context cx = context();
    if (!sign) cx.caller = {};
    cx.source_ip = "192.0.2.7";
    cx.user_agent = "test";
    return events->serve_url(
        cx, {id, method, path, query, "HTTP/1.1", "localhost", &headers, std::move(body)});
  }
  std::string id, event, result = R"({"ok":true})";
};

TEST(FunctionUrls, Operations) {
  UrlHouse house;
  const Json name = Json::object({{"FunctionName", "f"}});
  EXPECT_EQ(house.refusal("GetFunctionUrlConfig", name),
            "ResourceNotFoundException: The resource you requested does not exist.");
  const Json made = house.make();
  EXPECT_EQ(made["FunctionUrl"].string_or(""),
            "https://" + house.id + ".lambda-url.us-east-1.on.aws/");
  EXPECT_EQ(made["InvokeMode"].string_or(""), "BUFFERED");
  EXPECT_EQ(write_json(house.ok("GetFunctionUrlConfig", name)), write_json(made));
  EXPECT_TRUE(house
                  .refusal("CreateFunctionUrlConfig",
                           Json::object({{"FunctionName", "f"}, {"AuthType", "NONE"}}))
                  .starts_with("ResourceConflictException: "));
  EXPECT_EQ(house.refusal("UpdateFunctionUrlConfig",
                          Json::object({{"FunctionName", "f"}, {"InvokeMode", "RESPONSE_STREAM"}})),
            "NotImplemented: A function URL with InvokeMode RESPONSE_STREAM is not implemented by "
            "Fairlead yet.");
  const Json cors = Json::object({{"AllowOrigins", Json::array({"*"})}});
  const Json updated =
      house.ok("UpdateFunctionUrlConfig",
               Json::object({{"FunctionName", "f"}, {"AuthType", "AWS_IAM"}, {"Cors", cors}}));
  EXPECT_EQ(updated["FunctionUrl"], made["FunctionUrl"]);
  EXPECT_EQ(updated["AuthType"].string_or(""), "AWS_IAM");
  EXPECT_EQ(write_json(updated["Cors"]), write_json(cors));
  EXPECT_EQ(house.ok("ListFunctionUrlConfigs", name)["FunctionUrlConfigs"].size(), 1u);
  house.ok("DeleteFunctionUrlConfig", name);
  EXPECT_FALSE(house.events->place_of_url(house.id).has_value());
  EXPECT_FALSE(house.call("DeleteFunctionUrlConfig", name).ok());
  EXPECT_TRUE(
      house
          .refusal("CreateFunctionUrlConfig",
                   Json::object({{"FunctionName", "f"}, {"Qualifier", "3"}, {"AuthType", "NONE"}}))
          .starts_with("ValidationException"));
}

TEST(FunctionUrls, GoWithTheFunction) {
  UrlHouse house;
  house.make();
  ASSERT_TRUE(house.events->place_of_url(house.id).has_value());
  house.events->removed({"000000000000", "us-east-1", "f", ""});
  EXPECT_FALSE(house.events->place_of_url(house.id).has_value());
}

TEST(FunctionUrls, AnAliasHasItsOwn) {
  UrlHouse house;
  house.ok("PublishVersion", Json::object({{"FunctionName", "f"}}));
  house.ok("CreateAlias",
           Json::object({{"FunctionName", "f"}, {"Name", "live"}, {"FunctionVersion", "1"}}));
  house.make();
  const std::string of_function = house.id;
  const Json made = house.make(Json::object({{"AuthType", "NONE"}, {"Qualifier", "live"}}));
  EXPECT_NE(house.id, of_function);
  EXPECT_EQ(made["FunctionArn"].string_or(""),
            "arn:aws:lambda:us-east-1:000000000000:function:f:live");
  house.allow_all();  // the function's own policy says nothing about the alias
  EXPECT_EQ(house.request("GET", "/", "", {}).status, 403);
  house.ok("AddPermission", Json::object({{"FunctionName", "f"},
                                          {"Qualifier", "live"},
                                          {"StatementId", "public"},
                                          {"Action", "lambda:InvokeFunctionUrl"},
                                          {"Principal", "*"},
                                          {"FunctionUrlAuthType", "NONE"}}));
  EXPECT_EQ(house.request("GET", "/", "", {}).status, 200);
  house.ok("DeleteAlias", Json::object({{"FunctionName", "f"}, {"Name", "live"}}));
  EXPECT_FALSE(house.events->place_of_url(house.id).has_value());
  EXPECT_TRUE(house.events->place_of_url(of_function).has_value());
  house.ok("DeleteFunction", Json::object({{"FunctionName", "f"}}));
  EXPECT_FALSE(house.events->place_of_url(of_function).has_value());
}

TEST(FunctionUrls, OnlyThoseWhoMay) {
  UrlHouse house;
  house.make();
  EXPECT_EQ(house.request("GET", "/", "", {}).status, 403);
  EXPECT_EQ(house.request("GET", "/", "", {}).body, R"({"Message":"Forbidden"})");
  house.allow_all();
  EXPECT_EQ(house.request("GET", "/", "", {}).status, 200);
  house.ok("UpdateFunctionUrlConfig",
           Json::object({{"FunctionName", "f"}, {"AuthType", "AWS_IAM"}}));
  EXPECT_EQ(house.request("GET", "/", "", {}).status, 403);
  EXPECT_EQ(house.request("GET", "/", "", {}, {}, true).status, 200);
  const Json event = parse_json(house.event).value();
  EXPECT_EQ(event["requestContext"]["authorizer"]["iam"]["userArn"].string_or(""),
            "arn:aws:iam::000000000000:root");
  EXPECT_EQ(event["requestContext"]["accountId"].string_or(""), "000000000000");
}

TEST(FunctionUrls, TheEventIsPayloadFormat2) {
  UrlHouse house;
  house.make();
  house.allow_all();
  house.request("POST", "/my/path%20x", "a=1&a=2&b=x%20y+z",
                {{"Content-Type", "application/json"},
                 {"X-Two", "1"},
                 {"x-two", "2"},
                 {"Cookie", "c1=a; c2=b"},
                 {"Connection", "keep-alive"}},
                R"({"hello":1})");
  const Json event = parse_json(house.event).value();
  EXPECT_EQ(event["version"].string_or(""), "2.0");
  EXPECT_EQ(event["routeKey"].string_or(""), "$default");
  EXPECT_EQ(event["rawPath"].string_or(""), "/my/path%20x");
  EXPECT_EQ(event["rawQueryString"].string_or(""), "a=1&a=2&b=x%20y+z");
  EXPECT_EQ(write_json(event["cookies"]), R"(["c1=a","c2=b"])");
  EXPECT_EQ(event["headers"]["x-two"].string_or(""), "1,2");
  EXPECT_FALSE(event["headers"].has("connection"));
  EXPECT_EQ(event["headers"]["x-forwarded-for"].string_or(""), "192.0.2.7");
  EXPECT_EQ(write_json(event["queryStringParameters"]), R"({"a":"1,2","b":"x y z"})");
  const Json& context = event["requestContext"];
  EXPECT_EQ(context["accountId"].string_or(""), "anonymous");
  EXPECT_EQ(context["apiId"].string_or(""), house.id);
  EXPECT_EQ(context["domainName"].string_or(""), house.id + ".lambda-url.us-east-1.on.aws");
  EXPECT_EQ(context["domainPrefix"].string_or(""), house.id);
  EXPECT_EQ(
      write_json(context["http"]),
      R"({"method":"POST","path":"/my/path%20x","protocol":"HTTP/1.1","sourceIp":"192.0.2.7",)"
      R"("userAgent":"test"})");
  EXPECT_EQ(context["time"].string_or(""), "12/Jan/2026:21:44:56 +0000");
  EXPECT_EQ(context["timeEpoch"].int_or(0), 1'768'254'296'599);
  EXPECT_FALSE(context.has("authorizer"));
  EXPECT_EQ(event["body"].string_or(""), R"({"hello":1})");
  EXPECT_FALSE(event["isBase64Encoded"].bool_or(true));

  house.request("POST", "/", "", {{"Content-Type", "image/png"}}, std::string("\x00\xff", 2));
  const Json binary = parse_json(house.event).value();
  EXPECT_EQ(binary["body"].string_or(""), "AP8=");
  EXPECT_TRUE(binary["isBase64Encoded"].bool_or(false));
  EXPECT_FALSE(binary.has("cookies"));
  EXPECT_FALSE(binary.has("queryStringParameters"));
  house.request("GET", "/", "", {});
  EXPECT_FALSE(parse_json(house.event)->has("body"));
}

TEST(FunctionUrls, AnswersFollowTheRules) {
  const auto text = [](const char* result) {
    const auto reply = url_reply(result);
    if (!reply) return std::string("none");
    std::string out = std::to_string(reply->status);
    for (const auto& [name, value] : reply->headers) out += " " + name + "=" + value;
    return out + " " + reply->body;
  };
  const struct {
    const char *result, *answer;
  } cases[] = {
      {R"({"a":1})", R"(200 Content-Type=application/json {"a":1})"},
      {R"("Hello, world!")", R"(200 Content-Type=application/json "Hello, world!")"},
      {"null", "200 Content-Type=application/json null"},
      {R"({"statusCode":201,"body":"x"})", "201 Content-Type=application/json x"},
      {R"({"statusCode":"404"})", "404 Content-Type=application/json "},
      {R"({"statusCode":200,"headers":{"content-type":"text/html","x-n":1,"Content-Length":"9"},"body":"<p>"})",
       "200 content-type=text/html x-n=1 <p>"},
      {R"({"statusCode":200,"cookies":["a=1","b=2"],"body":"AAEC","isBase64Encoded":true,"headers":{"Content-Type":"b"}})",
       nullptr},
      {R"({"statusCode":200,"body":{"not":"text"}})", "none"},
      {R"({"statusCode":99})", "none"},
      {R"({"statusCode":"x"})", "none"},
      {R"({"statusCode":200,"headers":{"bad name":"x"}})", "none"},
      {R"({"statusCode":200,"headers":{"x":"a\r\nset-cookie: b"}})", "none"},
      {R"({"statusCode":200,"body":"%","isBase64Encoded":true})", "none"},
      {"not json", "none"},
  };
  for (const auto& c : cases) {
    if (!c.answer) continue;
    EXPECT_EQ(text(c.result), c.answer) << c.result;
  }
  const auto binary = url_reply(cases[6].result);
  ASSERT_TRUE(binary.has_value());
  EXPECT_EQ(binary->body, std::string("\x00\x01\x02", 3));
  EXPECT_EQ(header(*binary, "Set-Cookie"), "a=1 | b=2");
}

TEST(FunctionUrls, FaultsBecomeGatewayErrors) {
  UrlHouse house;
  house.make();
  house.allow_all();
  house.script.invoke = [](const Invocation&) { return fails(); };
  EXPECT_EQ(house.request("GET", "/", "", {}).status, 502);
  EXPECT_EQ(house.request("GET", "/", "", {}).body, "Internal Server Error");
  house.ok("PutFunctionConcurrency",
           Json::object({{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 0}}));
  EXPECT_EQ(house.request("GET", "/", "", {}).status, 429);
  const std::string large(5 * 1024 * 1024, '\xff');  // too large once it is base64
  EXPECT_EQ(house.request("POST", "/", "", {}, large).status, 413);
  house.id = "nobody";
  EXPECT_EQ(house.request("GET", "/", "", {}).status, 404);
}

TEST(FunctionUrls, Cors) {
  UrlHouse house;
  house.make(Json::object(
      {{"AuthType", "NONE"},
       {"Cors",
        Json::object({{"AllowOrigins", Json::array({"https://a.example", "https://*.b.example"})},
                      {"AllowMethods", Json::array({"GET", "POST"})},
                      {"AllowHeaders", Json::array({"x-one", "x-two"})},
                      {"ExposeHeaders", Json::array({"x-seen"})},
                      {"AllowCredentials", true},
                      {"MaxAge", 300}})}}));
  const HeaderList asks{{"Origin", "https://a.example"}, {"Access-Control-Request-Method", "POST"}};
  const Reply preflight = house.request("OPTIONS", "/", "", asks);  // nobody may call it yet
  EXPECT_EQ(preflight.status, 200);
  EXPECT_EQ(header(preflight, "Access-Control-Allow-Origin"), "https://a.example");
  EXPECT_EQ(header(preflight, "Access-Control-Allow-Methods"), "GET,POST");
  EXPECT_EQ(header(preflight, "Access-Control-Allow-Headers"), "x-one,x-two");
  EXPECT_EQ(header(preflight, "Access-Control-Max-Age"), "300");
  EXPECT_EQ(header(preflight, "Access-Control-Allow-Credentials"), "true");
  EXPECT_TRUE(house.event.empty());
  house.allow_all();
  house.result =
      R"({"statusCode":200,"headers":{"access-control-allow-origin":"https://evil.example"}})";
  const Reply answer = house.request("GET", "/", "", {{"Origin", "https://x.b.example"}});
  EXPECT_EQ(header(answer, "Access-Control-Allow-Origin"), "https://x.b.example");
  EXPECT_EQ(header(answer, "access-control-allow-origin"), "");
  EXPECT_EQ(header(answer, "Access-Control-Expose-Headers"), "x-seen");
  const Reply stranger = house.request(
      "OPTIONS", "/", "",
      {{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "POST"}});
  EXPECT_EQ(header(stranger, "Access-Control-Allow-Origin"), "");
  // An OPTIONS request that is no preflight is the function's.
  house.request("OPTIONS", "/own", "", {});
  EXPECT_NE(house.event.find("\"/own\""), std::string::npos);
}

}  // namespace
}  // namespace fairlead::lambda
