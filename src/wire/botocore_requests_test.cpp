// Every operation of the house: the request that botocore makes of it is recognised, identified and
// read back as the parameters it was made of.
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/text.h"
#include "wire/test_model_fixture.h"
#include "wire/test_same_json.h"

namespace fairlead::wire {
namespace {

// {"__bytes": base64} and {"__time": seconds} stand for what JSON does not have.
Json ours(const Json& value) {
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value.items()) out.push_back(ours(item));
    return out;
  }
  if (!value.is_object()) return value;
  if (value.has("__bytes")) return value["__bytes"];
  if (value.has("__time")) return value["__time"];
  Json out = Json::object();
  for (const auto& m : value.members()) out.set(m.key, ours(m.value));
  return out;
}

// Deprecated twins share the path of their successor.
bool is_twin(const std::string& asked, std::string_view found) {
  return asked == "GetBucketLifecycle" || asked == "PutBucketLifecycle" ||
         asked == "GetBucketNotification" || asked == "PutBucketNotification" ||
         asked + "Configuration" == found;
}

void check(const Json& one) {
  const std::string method = one["method"].as_string(), path = one["path"].as_string();
  const std::string query = one["query"].as_string(), body = one["body"].as_string();
  std::vector<HeaderPair> headers;
  for (const Json& pair : one["headers"].items()) {
    headers.emplace_back(pair.items()[0].as_string(), pair.items()[1].as_string());
  }
  headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=AKID/20260112/us-east-1/" +
                                            one["signing"].as_string() +
                                            "/aws4_request, SignedHeaders=host");
  const HttpInput input{method, path, query, headers, body};
  const Dialect dialect = recognise(input);
  ASSERT_TRUE(dialect.service);
  ASSERT_EQ(dialect.service.name(), one["service"].as_string());
  const auto call = identify(dialect, input);
  ASSERT_TRUE(call.ok()) << call.error().code->name << " " << path << "?" << query;
  const std::string name = one["operation"].as_string();
  if (call->operation.name() != name && is_twin(name, call->operation.name())) return;
  ASSERT_EQ(call->operation.name(), name) << path << "?" << query;
  const auto parsed = parse_input(*call, input);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message << "\n" << body;
  Json expected = ours(one["parameters"]);
  const MemberModel payload =
      call->operation.input() ? call->operation.input().payload() : MemberModel();
  if (payload && call->operation.payload_input() && payload.shape().kind() == ShapeKind::kBlob) {
    expected.erase(payload.name());
  }
  Json got = *parsed;
  for (std::size_t i = 0; call->operation.input() && i < call->operation.input().member_count();
       ++i) {
    const MemberModel member = call->operation.input().member(i);
    const bool map = member.shape().kind() == ShapeKind::kMap;
    if (!map || member.location() != Location::kQuery) continue;
    // It has every parameter of the query, not only those that the client put there.
    for (const auto& m : expected[member.name()].members()) {
      EXPECT_EQ(got[member.name()][m.key], m.value);
    }
    got.set(member.name(), expected[member.name()]);
  }
  EXPECT_TRUE(same(got, expected)) << path << "?" << query << "\n"
                                   << body.substr(0, 1500) << "\n"
                                   << write_json(*parsed).substr(0, 1500) << "\n"
                                   << write_json(expected).substr(0, 1500);
  // Validation walks everything: it may complain, but only about constraints.
  const Status verdict = validate(call->operation, *parsed);
  const std::string code = verdict.ok() ? "" : verdict.error().code->name;
  EXPECT_NE(code, "SerializationException") << verdict.error().message;
  EXPECT_NE(code, "MalformedInput") << verdict.error().message;
}

TEST(BotocoreRequests, AreReadBack) {
  FILE* pipe =
      popen("/usr/bin/python3 " FAIRLEAD_SOURCE_DIR "/tools/models/sample_requests.py", "r");
  ASSERT_NE(pipe, nullptr);
  std::string text;
  char buffer[65536];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
  ASSERT_EQ(pclose(pipe), 0);
  int operations = 0;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    const Json one = parse_json(line).value();
    SCOPED_TRACE(one["service"].as_string() + "." + one["operation"].as_string());
    ++operations;
    // Lives on a host of its own (S3 Object Lambda), where it would be a bucket's name here.
    if (one["operation"].as_string() != "WriteGetObjectResponse") check(one);
  }
  EXPECT_GT(operations, 1300);
}

}  // namespace
}  // namespace fairlead::wire
