// Numbers against long arithmetic on random values: order, ordered bytes, exact sums.
#include <gtest/gtest.h>

#include <random>

#include "lang/dynamodb/number.h"

namespace fairlead::dynamodb {
namespace {

Number number(const std::string& text) {
  auto parsed = Number::parse(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return parsed.ok() ? *parsed : Number();
}

std::string ordered(const Number& value) {
  std::string out;
  value.append_ordered(out);
  return out;
}

std::string random_text(std::mt19937& random) {
  const int digits = 1 + static_cast<int>(random() % 38);
  std::string text = random() % 2 ? "-" : "";
  for (int i = 0; i < digits; ++i) text += static_cast<char>('0' + random() % 10);
  const int exponent = static_cast<int>(random() % 160) - 100;
  return text + "e" + std::to_string(exponent);
}

TEST(Number, OrderedBytesKeepTheOrderAndReadBack) {
  std::mt19937 random(7);
  std::vector<Number> values;
  for (const char* text :
       {"0", "1", "-1", "10", "100", "99", "0.1", "0.01", "-0.01", "1e125", "-1e125", "1e-130",
        "-1e-130", "99999999999999999999999999999999999999",
        "-9.9999999999999999999999999999999999999e125", "1.2345678901234567890123456789012345678",
        "123456789012345678901234567"}) {
    values.push_back(number(text));
  }
  while (values.size() < 600) {
    auto parsed = Number::parse(random_text(random));
    if (parsed.ok()) values.push_back(*parsed);
  }
  for (const Number& a : values) {
    const std::string bytes = ordered(a);
    EXPECT_LE(bytes.size(), 23u);
    std::string_view rest = bytes;
    auto back = Number::take_ordered(rest);
    ASSERT_TRUE(back.has_value()) << a.text();
    EXPECT_EQ(*back, a);
    EXPECT_TRUE(rest.empty());
    std::string packed;
    a.append_packed(packed);
    rest = packed;
    back = Number::take_packed(rest);
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(*back, a);
    EXPECT_EQ(number(a.text()), a) << a.text();
    for (const Number& b : values) {
      EXPECT_EQ(a <=> b, ordered(a).compare(ordered(b)) <=> 0) << a.text() << " " << b.text();
    }
  }
}

TEST(Number, SumsAreExact) {
  std::mt19937_64 random(9);
  for (int i = 0; i < 20000; ++i) {
    const std::int64_t a = static_cast<std::int64_t>(random()) >> (random() % 60);
    const std::int64_t b = static_cast<std::int64_t>(random()) >> (random() % 60);
    const __int128 sum = static_cast<__int128>(a) + b;
    if (sum > INT64_MAX || sum < INT64_MIN) continue;
    auto got = Number::add(Number(a), Number(b));
    ASSERT_TRUE(got.ok());
    EXPECT_EQ(got->text(), std::to_string(static_cast<std::int64_t>(sum)));
    auto back = Number::subtract(*got, Number(b));
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, Number(a));
  }
  EXPECT_EQ(Number(INT64_MIN).text(), "-9223372036854775808");
}

TEST(Number, SumsAtTheEdge) {
  auto sum = [](const char* a, const char* b) {
    auto result = Number::add(number(a), number(b));
    return result.ok() ? result->text() : result.error().message.substr(0, 20);
  };
  EXPECT_EQ(sum("1e38", "-1"), "99999999999999999999999999999999999999");
  EXPECT_EQ(sum("1e38", "1"), "Attempting to store ");
  EXPECT_EQ(sum("99999999999999999999999999999999999999", "1"), "1" + std::string(38, '0'));
  EXPECT_EQ(sum("9e38", "9e37"), "99" + std::string(37, '0'));
  EXPECT_EQ(sum("1e60", "1e-60"), "Attempting to store ");
  EXPECT_EQ(sum("9.9e125", "1e125"), "Number overflow. Att");
  EXPECT_EQ(sum("0.1", "0.2"), "0.3");
  EXPECT_EQ(sum("5", "-5"), "0");
}

}  // namespace
}  // namespace fairlead::dynamodb
