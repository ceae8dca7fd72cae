// Runs tests/golden/dynamodb/*.txt: cases of the expression language as text (its README tells the
// format). A new case needs no C++.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/json_parse.h"
#include "lang/dynamodb/apply.h"
#include "lang/dynamodb/compare.h"
#include "lang/dynamodb/key_condition.h"
#include "lang/dynamodb/value_json.h"

namespace fairlead::dynamodb {
namespace {

struct Case {
  std::map<std::string, std::string> fields;  // "condition" -> "a = :v"
  std::string expected;
  int line = 0;
};

std::vector<Case> read_cases(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<Case> cases;
  Case current;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line[0] == '%') continue;
    if (line.starts_with("=> ")) {
      current.expected = line.substr(3);
      current.line = number;
      cases.push_back(current);
      current = Case();
      continue;
    }
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) {
      ADD_FAILURE() << file << ":" << number << ": not a field: " << line;
      continue;
    }
    current.fields[line.substr(0, colon)] = line.substr(colon + 2);
  }
  EXPECT_TRUE(current.fields.empty()) << file << ": the last case has no result";
  return cases;
}

Json json_field(const Case& test, const char* name) {
  auto field = test.fields.find(name);
  if (field == test.fields.end()) return Json();
  auto json = parse_json(field->second);
  EXPECT_TRUE(json.ok()) << "line " << test.line << ": bad JSON in " << name;
  return json.ok() ? *json : Json();
}

std::string range_name(KeyCondition::Range range) {
  static const char* kNames[] = {"all", "=", "<", "<=", ">", ">=", "between", "begins_with"};
  return kNames[static_cast<int>(range)];
}

Result<std::string> run_key(const Case& test, const std::string& text, Placeholders& names) {
  const Node node = TRY(parse_condition("KeyConditionExpression", text, names));
  TRY(check_key_condition(node));
  TRY(names.check_all_used());
  const KeyAttribute hash{"pk", Type::kS}, range{"sk", Type::kN}, text_range{"sk", Type::kS};
  const bool words = test.fields.contains("sort") && test.fields.at("sort") == "S";
  const KeyCondition key = TRY(key_condition(node, hash, words ? &text_range : &range));
  std::string out = describe(key.hash) + " " + range_name(key.range);
  if (key.range != KeyCondition::Range::kAll) out += " " + describe(key.low);
  if (key.range == KeyCondition::Range::kBetween) out += " " + describe(key.high);
  return out;
}

Result<std::string> run(const Case& test) {
  auto field = [&](const char* name) -> const std::string* {
    auto found = test.fields.find(name);
    return found == test.fields.end() ? nullptr : &found->second;
  };
  if (const std::string* text = field("number")) return TRY(Number::parse(*text)).text();
  if (const std::string* text = field("value")) {
    (void)text;
    return write_json(write_value(TRY(read_value(json_field(test, "value")))));
  }
  Placeholders names =
      TRY(Placeholders::read(json_field(test, "names"), json_field(test, "values")));
  Item item;
  const bool exists = field("item") != nullptr;
  if (exists) item = TRY(read_item(json_field(test, "item")));
  if (const std::string* text = field("size")) {
    return std::to_string(size_of(TRY(read_item(*parse_json(*text)))));
  }
  if (const std::string* text = field("condition")) {
    const Node node = TRY(parse_condition("ConditionExpression", *text, names));
    TRY(names.check_all_used());
    return std::string(holds(node, exists ? &item : nullptr) ? "true" : "false");
  }
  if (const std::string* text = field("update")) {
    const Update update = TRY(parse_update(*text, names));
    TRY(names.check_all_used());
    const Item after = TRY(apply_update(update, item));
    if (field("show") != nullptr) return write_json(write_item(project(after, paths_of(update))));
    return write_json(write_item(after));
  }
  if (const std::string* text = field("projection")) {
    const Projection projection = TRY(parse_projection(*text, names));
    TRY(names.check_all_used());
    return write_json(write_item(project(item, projection)));
  }
  if (const std::string* text = field("key")) return run_key(test, *text, names);
  return std::string("no known field");
}

TEST(Golden, EveryCaseGivesWhatItSays) {
  const std::filesystem::path folder =
      std::filesystem::path(FAIRLEAD_SOURCE_DIR) / "tests/golden/dynamodb";
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".txt") continue;
    for (const Case& test : read_cases(entry.path())) {
      auto result = run(test);
      const std::string got = result.ok() ? *result : "error: " + result.error().message;
      EXPECT_EQ(got, test.expected) << entry.path().filename() << ":" << test.line;
      ++cases;
    }
  }
  EXPECT_GT(cases, 100);
}

}  // namespace
}  // namespace fairlead::dynamodb
