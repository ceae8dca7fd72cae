// Byte order is field order: checked on random tuples that are full of zeros and near misses.
#include "storage/keys.h"

#include <gtest/gtest.h>

#include <random>
#include <tuple>

namespace fairlead::storage {
namespace {

using Tuple = std::tuple<std::string, std::uint64_t, std::string>;

std::string encode(const Tuple& tuple) {
  const auto& [first, number, last] = tuple;
  return KeyWriter("p/").text(first).number(number).text(last).take();
}

TEST(Keys, OrderOfBytesIsOrderOfFields) {
  std::mt19937_64 random(3);
  const std::string alphabet(
      "\x00\x01\x02\xFE\xFF"
      "ab",
      7);
  const auto text = [&] {
    std::string made;
    for (auto n = random() % 5; n > 0; --n) made.push_back(alphabet[random() % alphabet.size()]);
    return made;
  };
  const auto number = [&]() -> std::uint64_t {
    constexpr std::uint64_t kEdges[] = {0, 1, 255, 256, UINT64_MAX, UINT64_MAX - 1, 1ull << 63};
    return random() % 2 ? kEdges[random() % std::size(kEdges)] : random();
  };
  for (int round = 0; round < 20'000; ++round) {
    const Tuple a{text(), number(), text()}, b{text(), number(), text()};
    ASSERT_EQ(a < b, encode(a) < encode(b));
    ASSERT_EQ(a == b, encode(a) == encode(b));

    const std::string bytes = encode(a);
    KeyReader reader(bytes, "p/");
    const auto first = reader.text();
    const auto middle = reader.number();
    const auto last = reader.text();
    ASSERT_TRUE(reader.ok());
    ASSERT_EQ(Tuple(*first, *middle, *last), a);
    ASSERT_TRUE(reader.rest().empty());
  }
}

TEST(Keys, DescendingNumbersTurnTheOrderRound) {
  const auto key = [](std::uint64_t n) { return KeyWriter("").number_descending(n).take(); };
  EXPECT_LT(key(2), key(1));
  EXPECT_LT(key(UINT64_MAX), key(0));
  const std::string bytes = key(77);
  EXPECT_EQ(KeyReader(bytes, "").number_descending(), 77u);
}

TEST(Keys, ReaderRefusesOtherShapes) {
  EXPECT_FALSE(KeyReader("other/key", "p/").ok());
  for (const std::string& bad : {std::string("p/abc"), std::string("p/abc\0", 6),
                                 std::string("p/abc\0\x02", 7), std::string("p/")}) {
    KeyReader reader(bad, "p/");
    EXPECT_FALSE(reader.text().has_value());
    EXPECT_FALSE(reader.ok());
    EXPECT_FALSE(reader.number().has_value());  // stays refused
  }
  KeyReader shorter("p/1234567", "p/");
  EXPECT_FALSE(shorter.number().has_value());
}

TEST(Keys, APrefixOfFieldsIsAPrefixOfBytes) {
  const std::string whole = KeyWriter("t/").text("table").text("a").raw("rest").take();
  EXPECT_TRUE(whole.starts_with(KeyWriter("t/").text("table").key()));
  EXPECT_FALSE(whole.starts_with(KeyWriter("t/").text("tab").key()));
}

}  // namespace
}  // namespace fairlead::storage
