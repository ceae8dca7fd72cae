// Bucket policies: what PutBucketPolicy accepts, and what a policy says about a request.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::s3 {

// MalformedPolicy in S3's words; a condition that we cannot evaluate is refused (501), so that no
// stored statement is ignored.
Status check_policy(std::string_view policy_text, std::string_view bucket);

// A statement that lets everybody in, without a condition that narrows it down.
bool is_public_policy(std::string_view policy_text);

struct PolicyQuestion {
  std::string action;         // "s3:GetObject"
  std::string resource;       // ARN
  std::string account;        // the caller's; empty when anonymous
  std::string principal_arn;  // the caller's
  // The value of a condition key, given in lower case, or nothing when the request has none.
  std::function<std::optional<std::string>(std::string_view key)> condition_value;
};

enum class PolicyAnswer { kSilent, kAllow, kDeny };
PolicyAnswer ask_policy(std::string_view policy_text, const PolicyQuestion& question);

}  // namespace fairlead::s3
