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

}  // namespace fairlead::edge
