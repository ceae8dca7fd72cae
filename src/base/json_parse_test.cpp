// Reading JSON: what is accepted, what is refused and where, and agreement with simdjson on texts
// that a seeded generator made and broke.
#include "base/json_parse.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <random>

namespace fairlead {
namespace {

TEST(JsonParse, WritesBackWhatWasRead) {
  const std::pair<std::string, const char*> cases[] = {
      {"null", "null"},
      {" \t\r\n true \n", "true"},
      {"[]", "[]"},
      {"[ ]", "[]"},
      {"{ }", "{}"},
      {"[1,-0,1.50,1e5,1E+05,-0.0e-0]", "[1,-0,1.50,1e5,1E+05,-0.0e-0]"},
      {"123456789012345678901234567890.10", "123456789012345678901234567890.10"},
      {R"({"b":1, "a":[{"c":null}] })", R"({"b":1,"a":[{"c":null}]})"},
      {R"("\"\\\/\b\f\n\r\t")", R"("\"\\/\b\f\n\r\t")"},
      {R"("\u0041\u00e9\u20AC\ud83d\ude00")", "\"Aé€😀\""},
      {R"("\u0000")", R"("\u0000")"},
      {"\"é€😀 and a long tail of plain text\"", "\"é€😀 and a long tail of plain text\""},
      {R"({"":{"":""}})", R"({"":{"":""}})"},
      {"\"\x7f\"", "\"\x7f\""},
  };
  for (const auto& [text, written] : cases) {
    const auto json = parse_json(text);
    ASSERT_TRUE(json.ok()) << text << ": " << json.error().message;
    EXPECT_EQ(write_json(*json), written);
  }
}

TEST(JsonParse, ALaterDuplicateReplacesTheValueInPlace) {
  EXPECT_EQ(write_json(*parse_json(R"({"a":1,"b":2,"a":3})")), R"({"a":3,"b":2})");
  EXPECT_EQ(write_json(*parse_json(R"({"a":{"x":1},"a":{"y":1}})")), R"({"a":{"y":1}})");
  // The same beyond the size where members are looked up in a map.
  std::string text = "{", expected = "{";
  for (int i = 0; i < 100; ++i) {
    const std::string key = "\"k" + std::to_string(i) + "\":";
    text += key + "0,";
    expected += (i ? "," : "") + key + (i == 5 ? "1" : i == 80 ? "2" : "0");
  }
  EXPECT_EQ(write_json(*parse_json(text + R"("k5":1,"k80":2})")), expected + "}");
}

struct BadCase {
  std::string text;
  const char* message;
};

TEST(JsonParse, RefusesAndSaysWhere) {
  const BadCase cases[] = {
      {"", "unexpected end of text at offset 0"},
      {"  ", "unexpected end of text at offset 2"},
      {"tru", "unexpected end of text at offset 3"},
      {"trux", "unexpected character at offset 3"},
      {"True", "unexpected character at offset 0"},
      {"nul l", "unexpected character at offset 3"},
      {"NaN", "unexpected character at offset 0"},
      {"1 2", "unexpected character after the value at offset 2"},
      {"[1,]", "unexpected character at offset 3"},
      {"[1 2]", "expected ',' or ']' at offset 3"},
      {"[", "unexpected end of text at offset 1"},
      {"{\"a\"}", "expected ':' at offset 4"},
      {"{\"a\":1,}", "expected a member name at offset 7"},
      {"{a:1}", "expected a member name at offset 1"},
      {"{\"a\":1 \"b\":2}", "expected ',' or '}' at offset 7"},
      {"{\"a\":", "unexpected end of text at offset 5"},
      {"01", "leading zero in a number at offset 1"},
      {"-", "unexpected end of text at offset 1"},
      {"-a", "expected a digit at offset 1"},
      {"+1", "unexpected character at offset 0"},
      {".5", "unexpected character at offset 0"},
      {"1.", "unexpected end of text at offset 2"},
      {"1.e1", "expected a digit at offset 2"},
      {"1e", "unexpected end of text at offset 2"},
      {"1e+", "unexpected end of text at offset 3"},
      {"0x10", "unexpected character after the value at offset 1"},
      {"\"abc", "unexpected end of text at offset 4"},
      {"\"a\nb\"", "control character in a string at offset 2"},
      {std::string("\"a\0b\"", 5), "control character in a string at offset 2"},
      {R"("\x41")", "unknown escape at offset 1"},
      {R"("\u12g4")", "expected a hexadecimal digit at offset 5"},
      {R"("\ud83d")", "lone surrogate at offset 1"},
      {R"("\ud83d\n")", "lone surrogate at offset 1"},
      {R"("\ud83dA")", "lone surrogate at offset 1"},
      {R"("\ude00")", "lone surrogate at offset 1"},
      {R"("\ud83d\ud83d")", "lone surrogate at offset 1"},
      {"\"\xff\"", "invalid UTF-8 in the string at offset 1"},
      {"\"\xc3\"", "invalid UTF-8 in the string at offset 1"},
      {"\"\xed\xa0\x80\"", "invalid UTF-8 in the string at offset 1"},
      {"\"\xc0\x80\"", "invalid UTF-8 in the string at offset 1"},
      {"\"\xf4\x90\x80\x80\"", "invalid UTF-8 in the string at offset 1"},
      {"\xef\xbb\xbf{}", "unexpected character at offset 0"},
      {"[1]]", "unexpected character after the value at offset 3"},
      {"'a'", "unexpected character at offset 0"},
      {"/* */ 1", "unexpected character at offset 0"},
  };
  for (const auto& [text, message] : cases) {
    const auto json = parse_json(text);
    ASSERT_FALSE(json.ok()) << text;
    EXPECT_EQ(json.error().message, message) << text;
    EXPECT_EQ(json.error().code, &kInvalidJson);
  }
}

TEST(JsonParse, BoundsTheDepth) {
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_TRUE(parse_json(nested(128)).ok());
  EXPECT_FALSE(parse_json(nested(129)).ok());
  EXPECT_FALSE(parse_json(std::string(1'000'000, '[')).ok());
  EXPECT_TRUE(parse_json(R"({"a":[1]})", {.max_depth = 2}).ok());
  EXPECT_EQ(parse_json(R"({"a":[[1]]})", {.max_depth = 2}).error().message,
            "nesting too deep at offset 6");
}

// Every place of a special character against the eight-byte steps of the string scanner.
TEST(JsonParse, FindsSpecialBytesAtEveryPlace) {
  const std::string specials[] = {R"(\n)", "é", "\x01", "\xff", "\x1f", "\x80"};
  for (std::size_t before = 0; before < 20; ++before) {
    for (std::size_t after = 0; after < 12; ++after) {
      for (const std::string& special : specials) {
        const std::string text =
            '"' + std::string(before, '!') + special + std::string(after, '~') + '"';
        EXPECT_EQ(parse_json(text).ok(), special == R"(\n)" || special == "é") << text;
      }
      const std::string plain(before + after, 'x');
      EXPECT_EQ(parse_json('"' + plain + '"')->as_string(), plain);
    }
  }
}

// --- simdjson as the oracle ---

void expect_same(const Json& ours, simdjson::dom::element theirs) {
  using simdjson::dom::element_type;
  switch (theirs.type()) {
    case element_type::NULL_VALUE:
      EXPECT_TRUE(ours.is_null());
      return;
    case element_type::BOOL:
      EXPECT_EQ(ours, Json(bool(theirs)));
      return;
    case element_type::STRING:
      ASSERT_TRUE(ours.is_string());
      EXPECT_EQ(ours.as_string(), std::string_view(theirs));
      return;
    case element_type::INT64:
      EXPECT_EQ(ours.to_int64(), std::int64_t(theirs));
      return;
    case element_type::UINT64:
      EXPECT_EQ(ours.to_double(), double(theirs));
      return;
    case element_type::DOUBLE:
      EXPECT_EQ(ours.to_double(), double(theirs));
      return;
    case element_type::ARRAY: {
      const simdjson::dom::array items = theirs;
      ASSERT_EQ(ours.items().size(), items.size());
      std::size_t i = 0;
      for (const auto item : items) expect_same(ours.items()[i++], item);
      return;
    }
    case element_type::OBJECT: {
      std::map<std::string_view, simdjson::dom::element> last;
      for (const auto field : simdjson::dom::object(theirs)) last[field.key] = field.value;
      ASSERT_EQ(ours.members().size(), last.size());
      for (const auto& [key, value] : last) {
        ASSERT_TRUE(ours.has(key));
        expect_same(ours[key], value);
      }
      return;
    }
  }
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t n) { return random_() % n; }

  std::string value(int depth) {
    switch (below(depth > 0 ? 8 : 6)) {
      case 0:
        return "null";
      case 1:
        return below(2) ? "true" : "false";
      case 2:
        return number();
      case 3:
      case 4:
      case 5:
        return text();
      case 6:
        return list('[', ']', depth, "");
      default:
        return list('{', '}', depth, ":");
    }
  }

  std::string broken(std::string json) {
    for (std::size_t n = below(3); n > 0 && !json.empty(); --n) {
      static constexpr std::string_view kBytes = "\"\\{}[],:019.eE+-u \n\x01\x80\xc3\xe2tfn/";
      const std::size_t at = below(json.size());
      switch (below(3)) {
        case 0:
          json[at] = kBytes[below(kBytes.size())];
          break;
        case 1:
          json.erase(at, 1);
          break;
        default:
          json.insert(at, 1, kBytes[below(kBytes.size())]);
      }
    }
    return json;
  }

 private:
  std::string number() {
    std::string out = below(2) ? "-" : "";
    out += std::to_string(below(100000));
    if (below(2)) out += "." + std::to_string(below(1000));
    if (below(3) == 0) out += "e" + std::to_string(below(20));
    return out;
  }
  std::string text() {
    static const std::string kPieces[] = {
        "a", "plain text ", "é", "€", "😀", R"(\n)", R"(\")", R"(\u00e9)", R"(\ud83d\ude00)"};
    std::string out = "\"";
    for (std::size_t n = below(8); n > 0; --n) out += kPieces[below(std::size(kPieces))];
    return out + '"';
  }
  std::string list(char open, char close, int depth, std::string_view colon) {
    std::string out(1, open);
    for (std::size_t n = below(5), i = 0; i < n; ++i) {
      if (i) out += below(2) ? "," : " ,\n";
      if (!colon.empty()) out += text() + std::string(colon);
      out += value(depth - 1);
    }
    return out + close;
  }

  std::mt19937 random_;
};

TEST(JsonParse, AgreesWithSimdjson) {
  Generator generator(20261120);
  simdjson::dom::parser parser;
  int accepted = 0, refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = generator.broken(generator.value(4));
    const auto ours = parse_json(text);
    const Status checked = check_json(text);
    ASSERT_EQ(checked.ok(), ours.ok()) << text;
    if (!checked.ok()) {
      EXPECT_EQ(checked.error().message, ours.error().message);
    }
    simdjson::dom::element theirs;
    const auto problem = parser.parse(text).get(theirs);
    if (ours.ok() && problem == simdjson::NUMBER_ERROR) continue;  // too large for its types
    ASSERT_EQ(ours.ok(), problem == simdjson::SUCCESS) << text << "\n"
                                                       << simdjson::error_message(problem);
    if (!ours.ok()) {
      ++refused;
      continue;
    }
    ++accepted;
    expect_same(*ours, theirs);
    const auto again = parse_json(write_json(*ours));
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(*again, *ours);
  }
  EXPECT_GT(accepted, 5'000);
  EXPECT_GT(refused, 2'000);
}

}  // namespace
}  // namespace fairlead
