// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
#include "lang/logs/errors.h"

namespace fairlead::logs {

namespace {
const ErrorCode kInvalid{"InvalidParameterException", 400};
const ErrorCode kMalformed{"MalformedQueryException", 400};
}  // namespace

Error invalid_filter_pattern() { return {&kInvalid, "Invalid filter pattern", {}}; }
Error invalid_character(std::string_view term) {
  return {&kInvalid, "Invalid character(s) in term '" + std::string(term) + "'", {}};
}
Error too_many_regexes() {
  return {&kInvalid, "Invalid filter pattern: at most 2 regular expressions are allowed", {}};
}
Error malformed_query(std::string_view what) { return {&kMalformed, std::string(what), {}}; }

}  // namespace fairlead::logs
