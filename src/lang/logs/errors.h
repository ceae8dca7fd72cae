// What is refused, in CloudWatch Logs' words.
#pragma once

#include <string_view>

#include "base/result.h"

namespace fairlead::logs {

Error invalid_filter_pattern();
// "Invalid character(s) in term '…'": a term that needs quotes, a regular expression beyond AWS's.
Error invalid_character(std::string_view term);
Error too_many_regexes();
// A query that does not parse, does not exist or costs too much: MalformedQueryException.
Error malformed_query(std::string_view what);

}  // namespace fairlead::logs
