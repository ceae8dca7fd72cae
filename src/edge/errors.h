// The refusals that the edge makes itself, before a service is asked.
#pragma once

#include "base/result.h"

namespace fairlead::edge {

Error request_too_large();  // 413 RequestEntityTooLargeException
Error request_timeout();    // 400 RequestTimeout
Error incomplete_body();    // 400 IncompleteBody
Error internal_failure();   // 500 InternalFailure

}  // namespace fairlead::edge
