// What IAM accepts as a policy document: its JSON grammar, checked when a document is stored.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace fairlead::iam {

enum class PolicyUse { kIdentity, kTrust };

// MalformedPolicyDocument with AWS's sentence for the first thing that is wrong.
Status check_policy_document(std::string_view text, PolicyUse use);

// The bytes that count for AWS's quotas: all but white space.
std::size_t policy_size(std::string_view text);

}  // namespace fairlead::iam
