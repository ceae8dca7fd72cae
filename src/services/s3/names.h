// Names: which bucket names and keys are allowed, ARNs, and the canonical id of an account.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/context.h"

namespace fairlead::s3 {

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
bool is_valid_bucket_name(std::string_view name);
Status check_key(std::string_view key);  // 1 to 1,024 bytes

std::string bucket_arn(std::string_view bucket);
std::string object_arn(std::string_view bucket, std::string_view key);

// 64 hexadecimal digits, always the same for an account.
std::string canonical_id(std::string_view account);
Json owner_json(std::string_view account);

// The account that a caller acts for; empty when anonymous.
std::string account_of(const platform::Context& cx);

}  // namespace fairlead::s3
