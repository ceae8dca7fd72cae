// Runs tests/golden/vtl/*.txt: a template, and what it prints for the data above it. A new case
// needs no C++; the format stands in tests/golden/vtl/README.md.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/json_parse.h"
#include "lang/vtl/vtl.h"

namespace fairlead::vtl {
namespace {

class Thing : public Object {
 public:
  Result<Value> property(std::string_view name) override {
    if (name == "name") return Value::string("a thing");
    return Value();
  }
  Result<Value> call(std::string_view name, std::span<const Value> arguments) override {
    if (name == "echo" && !arguments.empty()) return arguments[0];
    if (name == "count") return Value::integer(static_cast<std::int64_t>(arguments.size()));
    return Value();
  }
  std::string text() const override { return "thing"; }
};

class Data : public Scope {
 public:
  explicit Data(const Json& json) : json_(json) {}
  Result<Value> find(std::string_view name) override {
    if (name == "thing") return Value::object(std::make_shared<Thing>());
    return Value::from_json(json_[name]);
  }

 private:
  const Json& json_;
};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

std::string run(const std::string& text, const Json& json) {
  const auto parsed = parse(text);
  if (!parsed.ok()) return "! " + parsed.error().message;
  Data data(json);
  auto result = render(*parsed, data);
  if (!result.ok()) return "! " + result.error().message;
  return "> " + *result;
}

void run_file(const std::filesystem::path& file, int& cases) {
  std::ifstream in(file);
  std::string line;
  std::string text;
  Json data;
  for (int number = 1; std::getline(in, line); ++number) {
    const std::string place = file.filename().string() + ":" + std::to_string(number);
    if (line.empty() || line[0] == '#') continue;
    replace_all(line, "⏎", "\n");
    if (line.starts_with("data ")) {
      const auto parsed = parse_json(line.substr(5));
      ASSERT_TRUE(parsed.ok()) << place;
      data = *parsed;
    } else if (line.starts_with("< ")) {
      text = line.substr(2);
    } else if (line[0] == '>' || line[0] == '!') {
      ++cases;
      if (line.size() == 1) line += ' ';
      EXPECT_EQ(run(text, data), line) << place << "\n" << text;
    } else {
      FAIL() << place << ": " << line;
    }
  }
}

TEST(VtlGolden, Templates) {
  int cases = 0;
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(FAIRLEAD_SOURCE_DIR "/tests/golden/vtl")) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  for (const auto& file : files) run_file(file, cases);
  EXPECT_GE(cases, 400);
}

}  // namespace
}  // namespace fairlead::vtl
