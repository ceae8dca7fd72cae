// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
#include <algorithm>

#include "services/lambda/errors.h"
#include "services/lambda/settings.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kMaxGroup = 512;

std::optional<std::string> text_of(const Json& input, std::string_view member) {
  const Json* value = input.find(member);
  if (!value || !value->is_string()) return std::nullopt;
  return value->as_string();
}

bool is_log_group(std::string_view name) {
  return !name.empty() && name.size() <= kMaxGroup &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) || std::string_view(".-_/#").find(c) != std::string_view::npos;
         });
}

}  // namespace

Result<LoggingSettings> read_logging(const Json& input) {
  LoggingSettings logging{text_of(input, "LogFormat"), text_of(input, "ApplicationLogLevel"),
                          text_of(input, "SystemLogLevel"), text_of(input, "LogGroup")};
  if (logging.group && !is_log_group(*logging.group)) {
    return violates(*logging.group, "loggingConfig.logGroup",
                    "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
  }
  return logging;
}

Status LoggingSettings::apply_to(LoggingConfig& logging) const {
  if (format) logging.format = *format;
  if (group) logging.group = *group;
  if (logging.format != "JSON") {
    if (application_level || system_level) {
      return invalid_parameter(
          "To set ApplicationLogLevel or SystemLogLevel, LogFormat must be JSON.");
    }
    logging.application_level.clear();
    logging.system_level.clear();
    return {};
  }
  if (application_level) logging.application_level = *application_level;
  if (system_level) logging.system_level = *system_level;
  if (logging.application_level.empty()) logging.application_level = "INFO";
  if (logging.system_level.empty()) logging.system_level = "INFO";
  return {};
}

}  // namespace fairlead::lambda
