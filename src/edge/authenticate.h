// Who is asking: the signature of a request against the secret of its key.
#pragma once

#include "edge/call.h"
#include "platform/access.h"

namespace fairlead::edge {

enum class Unsigned { kRefused, kAllowed };
enum class BodyIs { kRead, kStreaming };

// Fills in the call's claim, caller, account and (from the signed scope) region. `call.body` must
// be read unless the operation streams. An unsigned request stays anonymous where that is allowed.
Status authenticate(Call& call, platform::Access& access, Unsigned policy, BodyIs body);

// For a deployed API whose route asks for AWS_IAM: fills in `call.cx.caller` and leaves the
// context's account and region, which are the API's. Services are told by API Gateway's words
// (403).
Status authenticate_execute_api(Call& call, platform::Access& access);

}  // namespace fairlead::edge
