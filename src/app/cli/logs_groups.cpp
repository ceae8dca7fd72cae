// Asking each region for its log groups: thirty calls to a server on the same machine.
#include "app/cli/logs_groups.h"

#include <cstdlib>

#include "app/cli/server_call.h"

namespace fairlead::app {

namespace {

constexpr const char* kRegions[] = {
    "us-east-1",      "us-east-2",      "us-west-1",      "us-west-2",      "af-south-1",
    "ap-east-1",      "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
    "ap-south-2",     "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4",
    "ap-southeast-5", "ca-central-1",   "ca-west-1",      "eu-central-1",   "eu-central-2",
    "eu-north-1",     "eu-south-1",     "eu-south-2",     "eu-west-1",      "eu-west-2",
    "eu-west-3",      "il-central-1",   "me-central-1",   "me-south-1",     "mx-central-1",
    "sa-east-1",      "cn-north-1",     "cn-northwest-1", "us-gov-east-1",  "us-gov-west-1",
};

// Most wanted first; "" is the server's own.
std::vector<std::string> regions_to_ask(const LogsOptions& options) {
  if (!options.region.empty()) return {options.region};
  std::vector<std::string> regions;
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (const char* value = std::getenv(name); value && *value) regions.emplace_back(value);
  }
  regions.emplace_back();
  regions.insert(regions.end(), std::begin(kRegions), std::end(kRegions));
  return regions;
}

std::string region_in_arn(const Json& group) {
  const std::string arn = group["arn"].string_or("");  // arn:aws:logs:<region>:…
  const std::size_t from = std::min(arn.find(":logs:"), arn.size());
  const std::size_t end = arn.find(':', std::min(from + 6, arn.size()));
  return from + 6 < arn.size() ? arn.substr(from + 6, end - from - 6) : "";
}

bool known(const std::vector<LogGroup>& groups, const LogGroup& group) {
  for (const LogGroup& one : groups) {
    if (one.region == group.region && one.name == group.name) return true;
  }
  return false;
}

}  // namespace

Result<Json> call_logs(const LogsOptions& options, const std::string& region,
                       const std::string& operation, const Json& input) {
  return call_json(options.data_folder, "logs", region, "Logs_20140328." + operation, input);
}

Result<std::vector<LogGroup>> list_log_groups(const LogsOptions& options, const std::string& part) {
  std::vector<LogGroup> groups;
  for (const std::string& region : regions_to_ask(options)) {
    Json input = Json::object();
    if (!part.empty()) input.set("logGroupNamePattern", part);
    while (true) {
      const Json page = TRY(call_logs(options, region, "DescribeLogGroups", input));
      for (const Json& group : page["logGroups"].items()) {
        LogGroup one{region_in_arn(group), group["logGroupName"].string_or(""),
                     group["storedBytes"].int_or(0), group["retentionInDays"].int_or(0)};
        if (!known(groups, one)) groups.push_back(std::move(one));
      }
      if (!page.has("nextToken")) break;
      input.set("nextToken", page["nextToken"]);
    }
  }
  return groups;
}

std::string log_group_name(const std::string& given) {
  return given.starts_with('/') ? given : "/aws/lambda/" + given;
}

Result<std::optional<LogGroup>> find_log_group(const LogsOptions& options) {
  const auto groups = TRY(list_log_groups(options, options.group));
  for (const std::string& name : {log_group_name(options.group), options.group}) {
    for (const LogGroup& group : groups) {
      if (group.name == name) return std::optional<LogGroup>(group);
    }
  }
  return std::optional<LogGroup>();
}

}  // namespace fairlead::app
