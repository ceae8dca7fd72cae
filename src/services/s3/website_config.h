// The website configuration of a bucket: what PutBucketWebsite accepts, and its routing rules.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::s3 {

Status check_website(const Json& configuration);

// The first rule for this key: without an error (`error_code` 0, before the object is looked up)
// or for the error that looking it up gave. nullptr when no rule applies.
const Json* find_routing_rule(const Json& configuration, std::string_view key, int error_code);

}  // namespace fairlead::s3
