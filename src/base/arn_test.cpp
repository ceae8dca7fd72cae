// ARNs of the services we know, and text that is none.
#include "base/arn.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

TEST(Arn, ReadsItsSixParts) {
  const auto arn = parse_arn("arn:aws:lambda:eu-west-1:123456789012:function:chat:live");
  ASSERT_TRUE(arn);
  EXPECT_EQ(arn->partition, "aws");
  EXPECT_EQ(arn->service, "lambda");
  EXPECT_EQ(arn->region, "eu-west-1");
  EXPECT_EQ(arn->account, "123456789012");
  EXPECT_EQ(arn->resource, "function:chat:live");
}

TEST(Arn, RegionAndAccountMayBeEmpty) {
  const auto arn = parse_arn("arn:aws:s3:::bucket/key:with/colon");
  ASSERT_TRUE(arn);
  EXPECT_EQ(arn->region, "");
  EXPECT_EQ(arn->account, "");
  EXPECT_EQ(arn->resource, "bucket/key:with/colon");
}

TEST(Arn, RefusesOtherText) {
  for (const char* text : {"", "arn", "arn:", "arn:aws", "arn:aws:s3",
                           "arn:aws:s3:::", "arn:aws:s3::", "ARN:aws:s3:::b", "arn::s3:::b",
                           "arn:aws::::b", "bucket", " arn:aws:s3:::b"}) {
    EXPECT_FALSE(parse_arn(text)) << text;
  }
}

TEST(Arn, FormatIsTheInverse) {
  const std::string text = "arn:aws:dynamodb:us-east-1:000000000000:table/t/index/i";
  const Arn arn = *parse_arn(text);
  EXPECT_EQ(format_arn(arn.service, arn.region, arn.account, arn.resource), text);
  EXPECT_EQ(format_arn("s3", "", "", "b"), "arn:aws:s3:::b");
}

}  // namespace
}  // namespace fairlead
