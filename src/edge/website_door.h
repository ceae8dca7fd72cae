// The door of S3 websites: anonymous readers, GET and HEAD.
#pragma once

#include "edge/call.h"
#include "platform/website.h"

namespace fairlead::edge {

void serve_website(Call& call, platform::Website& website);

}  // namespace fairlead::edge
