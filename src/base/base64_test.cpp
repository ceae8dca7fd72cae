// Base64 and hexadecimal: the vectors of RFC 4648, and what strict decoding refuses.
#include "base/base64.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

TEST(Base64, VectorsOfTheRfc) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
    EXPECT_EQ(base64url_decode(text), bytes);
  }
}

TEST(Base64, TheAlphabetsDifferInTwoDigits) {
  const std::string bytes = "\xfb\xef\xff";
  EXPECT_EQ(base64_encode(bytes), "++//");
  EXPECT_EQ(base64url_encode(bytes), "--__");
  EXPECT_EQ(base64_decode("++//"), bytes);
  EXPECT_EQ(base64url_decode("--__"), bytes);
  EXPECT_EQ(base64_decode("--__"), std::nullopt);
  EXPECT_EQ(base64url_decode("++//"), std::nullopt);
}

TEST(Base64, PaddingIsRequiredOrOptional) {
  EXPECT_EQ(base64_decode("Zg"), std::nullopt);
  EXPECT_EQ(base64_decode("Zg="), std::nullopt);
  EXPECT_EQ(base64url_decode("Zg"), "f");
  EXPECT_EQ(base64url_decode("Zm8"), "fo");
  EXPECT_EQ(base64url_decode("Zg="), std::nullopt);
}

TEST(Base64, RefusesWhatNoEncoderWrites) {
  for (const char* text : {"Z", "Zm9vY", "====", "=", "Z===", "Zg==Zg==", "Zh==", "Zm9=", "Zm9v\n",
                           "Zm 9", "Zm9\xff", "Z=9v", "Zg=a"}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
    EXPECT_EQ(base64url_decode(text), std::nullopt) << text;
  }
}

TEST(Base64, EveryByteComesBackAtEveryLength) {
  std::string bytes;
  for (int i = 0; i < 600; ++i) {
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
    EXPECT_EQ(hex_decode(hex_encode(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
}

TEST(Hex, LowerCaseOutEitherCaseIn) {
  EXPECT_EQ(hex_encode(std::string("\x00\x9a\xff", 3)), "009aff");
  EXPECT_EQ(hex_decode("009AfF"), std::string("\x00\x9a\xff", 3));
  EXPECT_EQ(hex_decode(""), "");
  EXPECT_EQ(hex_decode("0"), std::nullopt);
  EXPECT_EQ(hex_decode("0g"), std::nullopt);
  EXPECT_EQ(hex_decode(" 0"), std::nullopt);
}

}  // namespace
}  // namespace fairlead
