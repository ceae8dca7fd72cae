// UTF-8: the whole code space, every kind of damage, and text that comes in pieces.
#include "base/utf8.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

struct Utf8Case {
  std::string bytes;
  bool valid;
};

const Utf8Case kCases[] = {
    {"", true},
    {"plain", true},
    {std::string("\0", 1), true},
    {"é", true},
    {"€", true},
    {"😀", true},
    {"\xed\x9f\xbf", true},      // U+D7FF
    {"\xee\x80\x80", true},      // U+E000
    {"\xf4\x8f\xbf\xbf", true},  // U+10FFFF
    {"\x80", false},             // continuation alone
    {"\xbf", false},
    {"\xc3", false},  // cut
    {"\xe2\x82", false},
    {"\xf0\x9f\x98", false},
    {"\xc3(", false},  // broken off
    {"\xe2\x82(", false},
    {"\xc0\x80", false},  // overlong
    {"\xc1\xbf", false},
    {"\xe0\x9f\xbf", false},
    {"\xf0\x8f\xbf\xbf", false},
    {"\xed\xa0\x80", false},  // surrogates
    {"\xed\xbf\xbf", false},
    {"\xf4\x90\x80\x80", false},  // past U+10FFFF
    {"\xf5\x80\x80\x80", false},
    {"\xfe", false},
    {"\xff", false},
    {"\xc3\xa9\xa9", false},  // one continuation too many
};

TEST(Utf8, ValidatesAtEveryPlaceOfALongText) {
  for (const auto& [bytes, valid] : kCases) {
    for (std::size_t before = 0; before < 18; ++before) {
      EXPECT_EQ(is_valid_utf8(std::string(before, 'x') + bytes), valid);
      EXPECT_EQ(is_valid_utf8(std::string(before, 'x') + bytes + "tail of text"), valid);
    }
  }
}

TEST(Utf8, PiecesGiveTheSameAnswerAsTheWhole) {
  for (const auto& [bytes, valid] : kCases) {
    const std::string text = "ab€" + bytes + "é";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      Utf8Validator validator;
      const bool fed = validator.feed(text.substr(0, cut)) && validator.feed(text.substr(cut));
      EXPECT_EQ(fed && validator.complete(), valid);
    }
  }
}

TEST(Utf8, AValidatorStaysWrongUntilReset) {
  Utf8Validator validator;
  EXPECT_FALSE(validator.feed("\xff"));
  EXPECT_FALSE(validator.feed("fine"));
  EXPECT_FALSE(validator.complete());
  validator.reset();
  EXPECT_TRUE(validator.feed("\xe2"));
  EXPECT_FALSE(validator.complete());
  EXPECT_TRUE(validator.feed("\x82\xac"));
  EXPECT_TRUE(validator.complete());
}

TEST(Utf8, AppendWritesEveryCodePointValidly) {
  for (std::uint32_t point = 0; point <= 0x10ffff; ++point) {
    std::string text;
    append_utf8(text, point);
    ASSERT_TRUE(is_valid_utf8(text)) << point;
    ASSERT_EQ(utf8_length(text), 1u);
    ASSERT_EQ(text.size(), point < 0x80 ? 1u : point < 0x800 ? 2u : point < 0x10000 ? 3u : 4u);
  }
  std::string text;
  append_utf8(text, 0xd800);
  append_utf8(text, 0x110000);
  EXPECT_EQ(text, "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Utf8, RepairReplacesEachBadSequence) {
  const std::string bad = "\xef\xbf\xbd";
  const std::pair<std::string, std::string> cases[] = {
      {"fine é", "fine é"},
      {"a\xff"
       "b",
       "a" + bad + "b"},
      {"a\xe2\x82", "a" + bad},
      {"a\xe2\x82z", "a" + bad + "z"},
      {"\xe2\xc3\xa9", bad + "é"},
      {"\xff\xfe", bad + bad},
      {"\xed\xa0\x80", bad + bad + bad},
      {"\xf0\x9f\x98😀", bad + "😀"},
  };
  for (const auto& [text, repaired] : cases) {
    EXPECT_EQ(repair_utf8(text), repaired);
    EXPECT_TRUE(is_valid_utf8(repair_utf8(text)));
  }
}

TEST(Utf8, LengthCountsCodePoints) {
  EXPECT_EQ(utf8_length(""), 0u);
  EXPECT_EQ(utf8_length("aé€😀"), 4u);
}

}  // namespace
}  // namespace fairlead
