// The samples of RFC 7692, round trips in pieces, the exact bound of the output, and damaged
// input.
#include "net/deflate.h"

#include <gtest/gtest.h>

#include "base/ids.h"

namespace fairlead::net {
namespace {

std::string hex(std::initializer_list<int> bytes) {
  std::string out;
  for (const int byte : bytes) out.push_back(static_cast<char>(byte));
  return out;
}

std::string inflate_message(Inflater& inflater, std::string_view packed) {
  std::string out;
  EXPECT_EQ(inflater.append(packed, MessagePart::kLast, out, 1 << 20), Inflater::Outcome::kOk);
  return out;
}

// The examples of RFC 7692 7.2.3.
TEST(Deflate, RfcExamples) {
  Inflater inflater(ContextTakeover::kYes);
  const std::string hello = hex({0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00});
  EXPECT_EQ(inflate_message(inflater, hello), "Hello");
  EXPECT_EQ(inflate_message(inflater, hex({0xf2, 0x00, 0x11, 0x00, 0x00})), "Hello");  // 7.2.3.2
  Inflater stored(ContextTakeover::kYes);
  EXPECT_EQ(inflate_message(
                stored, hex({0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00})),
            "Hello");
  Inflater final_block(ContextTakeover::kYes);  // 7.2.3.4, and the window survives it
  EXPECT_EQ(inflate_message(final_block, hex({0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00})),
            "Hello");
  EXPECT_EQ(inflate_message(final_block, hex({0xf2, 0x00, 0x11, 0x00, 0x00})), "Hello");
  Inflater two_blocks(ContextTakeover::kYes);
  EXPECT_EQ(inflate_message(two_blocks, hex({0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca,
                                             0xc9, 0xc9, 0x07, 0x00})),
            "Hello");
}

TEST(Deflate, RoundTrips) {
  for (const int bits : {9, 10, 12, 15}) {
    for (const auto takeover : {ContextTakeover::kNo, ContextTakeover::kYes}) {
      Deflater deflater(takeover, bits);
      Inflater inflater(takeover, bits);
      for (int i = 0; i < 50; ++i) {
        std::string message = i % 3 == 0 ? random_hex(random_u64() % 9000)
                                         : std::string(static_cast<std::size_t>(i) * 100, 'x');
        std::string packed;
        deflater.append(message, packed);
        EXPECT_EQ(inflate_message(inflater, packed), message);
      }
    }
  }
}

TEST(Deflate, TakeoverRemembers) {
  const std::string message = random_hex(300);
  for (const auto takeover : {ContextTakeover::kNo, ContextTakeover::kYes}) {
    Deflater deflater(takeover, 15);
    std::string packed_first;
    std::string packed_second;
    deflater.append(message, packed_first);
    deflater.append(message, packed_second);
    if (takeover == ContextTakeover::kYes) {
      EXPECT_LT(packed_second.size(), 20u);
    } else {
      EXPECT_EQ(packed_second, packed_first);
    }
  }
}

TEST(Deflate, BoundIsExact) {
  Deflater deflater(ContextTakeover::kNo, 15);
  std::string packed;
  deflater.append(std::string(100'000, 'a'), packed);
  std::string out;
  Inflater exact(ContextTakeover::kNo);
  EXPECT_EQ(exact.append(packed, MessagePart::kLast, out, 100'000), Inflater::Outcome::kOk);
  EXPECT_EQ(out.size(), 100'000u);
  out.clear();
  Inflater less(ContextTakeover::kNo);
  EXPECT_EQ(less.append(packed, MessagePart::kLast, out, 99'999), Inflater::Outcome::kTooBig);
  EXPECT_LE(out.size(), 100'000u);
}

TEST(Deflate, DamageIsFound) {
  const std::string cases[] = {hex({0xff, 0xff}), hex({0x07}), hex({0xf2, 0x48}), ""};
  for (const std::string& packed : cases) {
    Inflater inflater(ContextTakeover::kYes);
    std::string out;
    EXPECT_EQ(inflater.append(packed, MessagePart::kLast, out, 1000), Inflater::Outcome::kCorrupt);
  }
}

}  // namespace
}  // namespace fairlead::net
