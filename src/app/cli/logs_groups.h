// Which log groups there are, in every region: functions are often deployed to another one than the
// server's own, and whoever looks for their logs should not have to remember which.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/cli.h"
#include "base/result.h"

namespace fairlead::app {

struct LogGroup {
  std::string region, name;
  std::int64_t bytes = 0;
  std::int64_t retention_days = 0;  // 0: for ever
};

Result<Json> call_logs(const LogsOptions& options, const std::string& region,
                       const std::string& operation, const Json& input);

// Those whose name contains `part`; of `options.region` only, where that is given.
Result<std::vector<LogGroup>> list_log_groups(const LogsOptions& options, const std::string& part);

// The group that the user means: a name that begins with '/' is one, any other is a function's
// ("hello" is /aws/lambda/hello), unless there is a group of that very name. Where several regions
// have it, the first of the environment's, the server's and the others. Nothing: there is none.
Result<std::optional<LogGroup>> find_log_group(const LogsOptions& options);
std::string log_group_name(const std::string& given);  // of the group that may come to be

}  // namespace fairlead::app
