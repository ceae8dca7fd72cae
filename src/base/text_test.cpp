// Splitting, percent-encoding, query strings and wildcards.
#include "base/text.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

using Pieces = std::vector<std::string_view>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(Text, SplitKeepsEmptyPieces) {
  EXPECT_EQ(split("a,b", ','), (Pieces{"a", "b"}));
  EXPECT_EQ(split(",a,,", ','), (Pieces{"", "a", "", ""}));
  EXPECT_EQ(split("", ','), (Pieces{""}));
}

TEST(Text, TrimTakesSpacesAndTabs) {
  EXPECT_EQ(trim(" \t a b\t "), "a b");
  EXPECT_EQ(trim("\n a"), "\n a");
  EXPECT_EQ(trim("  "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Text, CaseIsAsciiOnly) {
  EXPECT_EQ(to_lower("AbC-[É"), "abc-[É");
  EXPECT_TRUE(equals_ignoring_case("Content-Type", "cONTENT-tYPE"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));
}

TEST(Text, IsDigits) {
  EXPECT_TRUE(is_digits("0123456789"));
  EXPECT_FALSE(is_digits(""));
  EXPECT_FALSE(is_digits("-1"));
  EXPECT_FALSE(is_digits("1 "));
}

TEST(Text, PercentEncodeKeepsUnreserved) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("a b+c/d%é"), "a%20b%2Bc%2Fd%25%C3%A9");
  EXPECT_EQ(percent_encode("a/b c", "/"), "a/b%20c");
  EXPECT_EQ(percent_encode(std::string("\0", 1)), "%00");
}

TEST(Text, PercentDecodeIsStrict) {
  EXPECT_EQ(percent_decode("a%20b%2b%C3%a9+"), "a b+é+");
  EXPECT_EQ(percent_decode("%00"), std::string("\0", 1));
  for (const char* text : {"%", "%2", "a%", "%g0", "%0g", "%%20", "%-1"}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
  std::string every;
  for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
  EXPECT_EQ(percent_decode(percent_encode(every)), every);
}

TEST(Text, ParseQuery) {
  EXPECT_EQ(parse_query(""), Pairs{});
  EXPECT_EQ(parse_query("a=1&b"), (Pairs{{"a", "1"}, {"b", ""}}));
  EXPECT_EQ(parse_query("a=1&a=2&=x&&c=d=e"),
            (Pairs{{"a", "1"}, {"a", "2"}, {"", "x"}, {"c", "d=e"}}));
  EXPECT_EQ(parse_query("a%20b=%C3%A9&x+y=1+2"), (Pairs{{"a b", "é"}, {"x+y", "1+2"}}));
  EXPECT_EQ(parse_query("x+y=1+2%2B", QueryStyle::kForm), (Pairs{{"x y", "1 2+"}}));
  EXPECT_EQ(parse_query("a=100%&b=%zz&c=%2"), (Pairs{{"a", "100%"}, {"b", "%zz"}, {"c", "%2"}}));
}

struct WildcardCase {
  const char* pattern;
  const char* text;
  bool matches;
};

TEST(Text, MatchesWildcard) {
  const WildcardCase cases[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "any/thing:at all", true},
      {"**", "", true},
      {"?", "", false},
      {"?", "a", true},
      {"?", "é", true},
      {"??", "é", false},
      {"*??", "é", false},
      {"*?b", "aéb", true},
      {"a*c", "abbbc", true},
      {"a*c", "ac", true},
      {"a*c", "acd", false},
      {"a*b*c", "aXbYbZc", true},
      {"a*b*c", "aXcYb", false},
      {"*abc", "ababc", true},
      {"*a?c", "abcadc", true},
      {"abc", "ABC", false},
      {"arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b", true},
      {"arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket", false},
      {"arn:*:execute-api:*:*:abc/*/$connect", "arn:aws:execute-api:eu-west-1:1:abc/dev/$connect",
       true},
      {"dynamodb:*Item", "dynamodb:PutItem", true},
      {"dynamodb:*Item", "dynamodb:PutItems", false},
      {"a*", "b", false},
  };
  for (const auto& [pattern, text, matches] : cases) {
    EXPECT_EQ(matches_wildcard(pattern, text), matches) << pattern << " on " << text;
  }
}

TEST(Text, AWildcardCannotBeMadeSlow) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "a*";
  EXPECT_FALSE(matches_wildcard(pattern + "b", std::string(20'000, 'a')));
  EXPECT_TRUE(matches_wildcard(pattern, std::string(20'000, 'a')));
}

}  // namespace
}  // namespace fairlead
