// Settings: the part of a function that CreateFunction and UpdateFunctionConfiguration share, read
// and checked. What would change a function's behaviour and is not supported is refused by name.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "services/lambda/function.h"

namespace fairlead::lambda {

// LoggingConfig as given: levels count only with format JSON.
struct LoggingSettings {
  std::optional<std::string> format, application_level, system_level, group;
  Status apply_to(LoggingConfig& logging) const;
};
Result<LoggingSettings> read_logging(const Json& logging);

struct Settings {
  std::optional<std::string> runtime, role, handler, description, architecture;
  std::optional<std::string> dead_letter_arn, tracing;
  std::optional<LoggingSettings> logging;
  std::optional<int> timeout_s, memory_mb, ephemeral_mb;
  std::optional<std::vector<std::pair<std::string, std::string>>> environment;

  Status apply_to(Function& function) const;  // what was not given stays as it is
};

// Layers are not among them: reading them takes the layers' records (layer_use.cpp).
// `operation` names the refusals ("CreateFunction with KMSKeyArn is not implemented …").
Result<Settings> read_settings(std::string_view operation, const Json& input);

// The one architecture of an Architectures list; empty when the list is missing.
Result<std::optional<std::string>> read_architecture(const Json& input);

// Tags as given; at most 50.
Result<Json> read_tags(const Json& tags);

}  // namespace fairlead::lambda
