// Tag sets of buckets and objects.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-managing.html
#pragma once

#include <string>

#include "base/result.h"

namespace fairlead::s3 {

inline constexpr std::size_t kMostObjectTags = 10;
inline constexpr std::size_t kMostBucketTags = 50;

// A TagSet that obeys the rules: sizes, no key twice, no `aws:` keys.
Result<Json> read_tag_set(const Json& tag_set, std::size_t most);
// The Tagging header of PutObject: "a=1&b=2", form-encoded.
Result<Json> read_tagging_header(const std::string& header);

}  // namespace fairlead::s3
