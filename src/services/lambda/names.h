// The forms in which a request names a function: `chat`, `chat:$LATEST`,
// `123456789012:function:chat`, `arn:aws:lambda:eu-west-1:123456789012:function:chat:prod`.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/context.h"

namespace fairlead::lambda {

struct FunctionName {
  std::string account, region, name;
  std::string qualifier;  // empty when none was given

  std::string arn() const;  // with the qualifier, if there is one
};

// `qualifier` is the request's own Qualifier parameter; both may be given when they agree.
// ValidationException for what is no name, ResourceNotFoundException for another region.
Result<FunctionName> parse_function_name(const platform::Context& cx, std::string_view text,
                                         std::string_view qualifier = {});

// A full ARN from inside the house (an integration's target): its own account and region count.
Result<FunctionName> parse_function_arn(std::string_view arn);

}  // namespace fairlead::lambda
