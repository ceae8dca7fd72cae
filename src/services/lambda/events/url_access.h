// Who may call a function URL.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
#pragma once

#include "platform/context.h"
#include "services/lambda/events/url_config.h"

namespace fairlead::lambda {

// AuthType NONE: a statement of the policy lets everybody in. AWS_IAM: the request is signed, by
// the function's account or somebody whom the policy names. `policy`: the statements of the
// function or alias.
bool may_call_url(const UrlConfig& config, const Json& policy, const platform::Principal& caller);

}  // namespace fairlead::lambda
