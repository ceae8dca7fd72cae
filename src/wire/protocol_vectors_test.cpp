// The protocol cases of botocore: what clients send must be read back as the parameters they were
// given; what we answer must be read back as the result.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/base64.h"
#include "base/text.h"
#include "base/xml.h"
#include "wire/protocol.h"
#include "wire/scalars.h"
#include "wire/test_model_fixture.h"
#include "wire/test_same_json.h"
#include "wire/xml_body.h"

namespace fairlead::wire {
namespace {

const std::string kRoot = std::string(FAIRLEAD_VECTORS_DIR) + "/protocols";

// Expected values are written with raw bytes and without our conventions: this makes them ours.
Json ours(const ShapeModel& shape, const Json& value, bool lower_keys = false) {
  if (!shape || shape.document()) return value;
  switch (shape.kind()) {
    case ShapeKind::kBlob:
      return base64_encode(value.string_or(""));
    case ShapeKind::kList: {
      Json out = Json::array();
      for (const Json& item : value.items()) out.push_back(ours(shape.item(), item));
      return out;
    }
    case ShapeKind::kMap: {
      Json out = Json::object();
      for (const Json::Member& m : value.members()) {
        out.set(lower_keys ? to_lower(m.key) : m.key, ours(shape.item(), m.value));
      }
      return out;
    }
    case ShapeKind::kStructure: {
      Json out = Json::object();
      for (const Json::Member& m : value.members()) {
        const MemberModel member = shape.find_member(m.key);
        const bool payload =
            member && shape.payload() == member && member.shape().kind() == ShapeKind::kBlob;
        if (!member || m.value.is_null() || payload) continue;
        const bool header = member.location() == Location::kHeaderMap;
        out.set(m.key, member.json_value() && !m.value.is_string()
                           ? Json(write_json(m.value))
                           : ours(member.shape(), m.value, header));
      }
      return out;
    }
    default:
      return value;
  }
}

constexpr double kTolerance = 1e-3;  // timestamps with a fraction

struct VectorFile {
  Json suites;
  Json models = Json::object();
};

std::string case_name(std::size_t suite, std::size_t index) {
  return "s" + std::to_string(suite) + "c" + std::to_string(index);
}

// Each case becomes a service of its own, since cases of one suite differ in their bindings. The
// operation "Answer" takes the output's shape as its input: that is how answers are read back.
VectorFile load(const std::string& path) {
  VectorFile file;
  file.suites = parse_json(read_whole_file(path)).value();
  for (std::size_t s = 0; s < file.suites.size(); ++s) {
    const Json& suite = file.suites.items()[s];
    for (std::size_t c = 0; c < suite["cases"].size(); ++c) {
      const Json& given = suite["cases"].items()[c]["given"];
      Json operations = Json::object({{given["name"].as_string(), given}});
      if (given.has("output")) {
        Json answer =
            Json::object({{"name", "Answer"},
                          {"http", Json::object({{"method", "ANSWER"}, {"requestUri", "/"}})}});
        answer.set("input", Json::object({{"shape", given["output"]["shape"]}}));
        operations.set("Answer", answer);
      }
      Json shapes = suite["shapes"];
      if (!shapes.is_object()) shapes = Json::object();
      Json errors = given["errors"];
      for (const Json& error : errors.items()) {
        if (Json* shape = shapes.find(error["shape"].as_string())) shape->set("exception", true);
      }
      file.models.set(case_name(s, c), Json::object({{"metadata", suite["metadata"]},
                                                     {"operations", std::move(operations)},
                                                     {"shapes", std::move(shapes)}}));
    }
  }
  return file;
}

using CheckCase = void (*)(const Json& one, const ServiceModel& service,
                           const OperationModel& operation);

void each_case(const std::string& path, CheckCase check) {
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no vectors at " << path;
  const VectorFile file = load(path);
  const ModelFixture fixture(file.models);
  const Models models = fixture.models();
  for (std::size_t s = 0; s < file.suites.size(); ++s) {
    const Json& cases = file.suites.items()[s]["cases"];
    for (std::size_t c = 0; c < cases.size(); ++c) {
      const Json& one = cases.items()[c];
      SCOPED_TRACE(one["id"].string_or("?"));
      const ServiceModel service = models.find_service(case_name(s, c));
      const OperationModel operation = service.find_operation(one["given"]["name"].as_string());
      ASSERT_TRUE(operation);
      check(one, service, operation);
    }
  }
}

std::vector<HeaderPair> header_list(const Json& headers) {
  std::vector<HeaderPair> list;
  for (const auto& m : headers.members()) list.emplace_back(m.key, m.value.string_or(""));
  return list;
}

void read_back(const Json& one, const ServiceModel& service, const OperationModel& operation) {
  if (one["given"].has("requestcompression")) return;  // their bodies are not recorded
  std::string uri = one["serialized"]["uri"].string_or("/");
  if (uri.starts_with("/custom/")) uri.erase(0, 7);  // a path prefix of the client's endpoint
  const std::string plain = uri.substr(0, uri.find('?'));
  const std::string query = plain.size() < uri.size() ? uri.substr(plain.size() + 1) : "";
  const std::string body = one["serialized"]["body"].string_or("");
  const std::string method = one["serialized"]["method"].string_or("POST");
  const auto headers = header_list(one["serialized"]["headers"]);
  const HttpInput input{method, plain, query, headers, body};
  Identified call{.dialect = {service, service.protocol()}, .operation = operation, .labels = {}};
  if (service.protocol() == Protocol::kRestJson || service.protocol() == Protocol::kRestXml) {
    auto found = identify(call.dialect, input);
    ASSERT_TRUE(found.ok());
    call = *found;
    ASSERT_EQ(call.operation.name(), operation.name());
  }
  const auto parsed = parse_input(call, input);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const Json expected = ours(operation.input(), one["params"]);
  // A token or default that the client made up by itself is not in the parameters.
  Json got = *parsed;
  for (std::size_t m = 0; operation.input() && m < operation.input().member_count(); ++m) {
    const MemberModel member = operation.input().member(m);
    if (member.idempotency_token() && !expected.has(member.name())) got.erase(member.name());
    // A map of the query has every parameter; the client gave only those of no other member.
    const bool map = member.shape().kind() == ShapeKind::kMap;
    if (map && member.location() == Location::kQuery) {
      for (const auto& entry : expected[member.name()].members()) {
        EXPECT_TRUE(got[member.name()].has(entry.key));
      }
      got.set(member.name(), expected[member.name()]);
    }
  }
  EXPECT_TRUE(same(got, expected, kTolerance)) << write_json(got) << "\n" << write_json(expected);
}

class InputVectors : public testing::TestWithParam<const char*> {};

TEST_P(InputVectors, ReadBack) { each_case(kRoot + "/input/" + GetParam() + ".json", read_back); }

INSTANTIATE_TEST_SUITE_P(All, InputVectors,
                         testing::Values("json", "json_1_0", "json_1_0-query-compatible", "query",
                                         "rest-json", "rest-xml"));

// The members of an answer, as a client reads them.
Result<Json> read_answer(const ServiceModel& service, const OperationModel& operation,
                         const std::vector<HeaderPair>& headers, const std::string& body) {
  if (service.protocol() == Protocol::kQuery) {
    const XmlElement root = TRY(parse_xml(body));
    const XmlElement* inner = &root;
    if (!operation.result_wrapper().empty()) inner = root.child(operation.result_wrapper());
    if (inner == nullptr) return Json::object();
    const std::size_t from = body.find("<" + inner->name), to = body.rfind("</" + inner->name);
    if (to == std::string::npos) return Json::object();
    std::string text = body.substr(from, body.find('>', to) - from + 1);
    return parse_xml_body(service, operation.output(), text);
  }
  const Identified answer{.dialect = {service, service.protocol()},
                          .operation = service.find_operation("Answer"),
                          .labels = {}};
  return parse_input(answer, HttpInput{"ANSWER", "/", "", headers, body});
}

void round_trip(const Json& one, const ServiceModel& service, const OperationModel& operation) {
  // What is a parameter when asked is in the body when answered: our reader of requests, which
  // stands in for a client here, looks in the query.
  if (!one.has("result") || one["id"].string_or("") == "IgnoreQueryParamsInResponse") return;
  const Json expected = ours(operation.output(), one["result"]);
  const Identified call{
      .dialect = {service, service.protocol()}, .operation = operation, .labels = {}};
  std::string payload;
  const MemberModel member = operation.output() ? operation.output().payload() : MemberModel();
  const bool blob = member && member.shape().kind() == ShapeKind::kBlob;
  if (blob) payload = one["result"][member.name()].string_or("");
  const HttpOutput out = serialise_output(call, expected, payload, "request-1");
  if (one["response"].has("status_code")) {
    EXPECT_EQ(out.status, one["response"]["status_code"].int_or(0));
  }
  if (!operation.output()) return;
  if (blob) {
    EXPECT_EQ(out.body, payload);
  }
  const auto back = read_answer(service, operation, out.headers, out.body);
  ASSERT_TRUE(back.ok()) << back.error().message << "\n" << out.body;
  Json got = *back;
  for (std::size_t m = 0; m < operation.output().member_count(); ++m) {
    const MemberModel each = operation.output().member(m);
    if (each.location() == Location::kStatusCode && expected.has(each.name())) {
      got.set(each.name(), out.status);
    }
    // A map of all headers also has those that every answer has.
    if (each.location() == Location::kHeaderMap && each.wire_name().empty()) {
      got.erase(each.name());
      got.set(each.name(), expected[each.name()]);
    }
  }
  EXPECT_TRUE(same(got, expected, kTolerance)) << out.body << "\n"
                                               << write_json(got) << "\n"
                                               << write_json(expected);
}

void error_round_trip(const Json& one, const ServiceModel& service, const OperationModel&) {
  if (!one.has("errorCode")) return;
  const std::string name = one["errorCode"].as_string();
  std::string shape = name;
  if (!service.find_error(name)) {
    for (const Json& each : one["given"]["errors"].items()) shape = each["shape"].as_string();
  }
  const auto status = static_cast<int>(one["response"]["status_code"].int_or(400));
  const ErrorCode code = {shape.c_str(), status, shape == name ? nullptr : name.c_str()};
  const Error error{&code, one["errorMessage"].string_or(""), {}};
  const Dialect dialect{service, service.protocol()};
  const HttpOutput out = serialise_error(dialect, error, "request-1");
  EXPECT_EQ(out.status, status);
  if (service.protocol() == Protocol::kJson || service.protocol() == Protocol::kRestJson) {
    const Json body = parse_json(out.body).value();
    const std::string header =
        HttpInput{"", "", "", out.headers, ""}.header("x-amzn-errortype")
            ? *HttpInput{"", "", "", out.headers, ""}.header("x-amzn-errortype")
            : "";
    EXPECT_EQ(header, shape);
    const Json& message = body.has("Message") ? body["Message"] : body["message"];
    EXPECT_EQ(message.string_or(""), error.message);
  } else {
    EXPECT_NE(out.body.find("<Code>" + name + "</Code>"), std::string::npos) << out.body;
    EXPECT_TRUE(parse_xml(out.body).ok());
  }
}

class OutputVectors : public testing::TestWithParam<const char*> {};

TEST_P(OutputVectors, RoundTrip) {
  each_case(kRoot + "/output/" + GetParam() + ".json", round_trip);
}

TEST_P(OutputVectors, Errors) {
  each_case(kRoot + "/output/" + GetParam() + ".json", error_round_trip);
}

INSTANTIATE_TEST_SUITE_P(All, OutputVectors,
                         testing::Values("json", "json_1_0", "json_1_0-query-compatible", "query",
                                         "rest-json", "rest-xml"));

}  // namespace
}  // namespace fairlead::wire
