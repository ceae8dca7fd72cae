// Every output and every error of the house's models, as we write it: botocore's own parsers must
// read back what was meant (tools/models/sample_answers.py).
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/base64.h"
#include "base/text.h"
#include "wire/test_model_fixture.h"

namespace fairlead::wire {
namespace {

const std::string kScript =
    "/usr/bin/python3 " FAIRLEAD_SOURCE_DIR "/tools/models/sample_answers.py";

HttpOutput answer(const Json& sample) {
  const ServiceModel service = Models::house().find_service(sample["service"].as_string());
  const Dialect dialect{service, service.protocol()};
  if (sample.has("error")) {
    const std::string name = sample["error"].as_string();
    const ErrorCode code = {name.c_str(), static_cast<int>(sample["status"].int_or(400))};
    return serialise_error(dialect, Error{&code, sample["message"].as_string(), {}}, "rid");
  }
  const Identified call{.dialect = dialect,
                        .operation = service.find_operation(sample["operation"].as_string()),
                        .labels = {}};
  const std::string payload = *base64_decode(sample["payload"].as_string());
  return serialise_output(call, sample["output"], payload, "rid");
}

TEST(BotocoreAnswers, AreUnderstood) {
  FILE* samples = popen((kScript + " --write").c_str(), "r");
  ASSERT_NE(samples, nullptr);
  std::string text;
  char buffer[65536];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, samples)) > 0;) text.append(buffer, n);
  ASSERT_EQ(pclose(samples), 0);

  FILE* check = popen((kScript + " --check").c_str(), "w");  // prints what differs
  ASSERT_NE(check, nullptr);
  int answers = 0;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    const HttpOutput out = answer(parse_json(line).value());
    Json headers = Json::array();
    for (const auto& [name, value] : out.headers) headers.push_back(Json::array({name, value}));
    const std::string json = write_json(Json::object(
        {{"status", out.status}, {"headers", headers}, {"body", base64_encode(out.body)}}));
    fprintf(check, "%s\n", json.c_str());
    ++answers;
  }
  EXPECT_EQ(pclose(check), 0);
  EXPECT_GT(answers, 1500);
}

}  // namespace
}  // namespace fairlead::wire
