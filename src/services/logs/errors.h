// CloudWatch Logs' errors and their wording.
#pragma once

#include <string_view>

#include "base/result.h"

namespace fairlead::logs {

Error group_exists();
Error stream_exists();
Error no_such_group();
Error no_such_stream();
Error invalid_parameter(std::string_view what);
Error limit_exceeded();

}  // namespace fairlead::logs
