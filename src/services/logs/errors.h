// CloudWatch Logs' errors and their wording.
#pragma once

#include <string_view>

#include "base/result.h"

namespace fairlead::logs {

Error group_exists();
Error stream_exists();
Error no_such_group();
Error no_such_stream();
Error no_such_subscription();
Error no_such_query();
Error no_such_query_definition();
Error no_such_record();
Error cannot_execute_function();
Error invalid_parameter(std::string_view what);
Error limit_exceeded();
Error too_many_queries();

}  // namespace fairlead::logs
