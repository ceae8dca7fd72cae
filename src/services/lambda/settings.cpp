// Limits: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; reserved names:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
#include "services/lambda/settings.h"

#include <algorithm>
#include <string_view>

#include "base/arn.h"
#include "base/text.h"
#include "base/utf8.h"
#include "platform/operation.h"
#include "services/lambda/errors.h"
#include "services/lambda/runtimes.h"

namespace fairlead::lambda {
namespace {

using platform::not_implemented;

constexpr std::size_t kMaxEnvironment = 4096;
constexpr std::size_t kMaxTags = 50;
constexpr std::string_view kReserved[] = {
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
};

bool has_text(const Json& value) { return !value.string_or("").empty(); }
bool has_items(const Json& value) { return !value.items().empty(); }

// The first member that asks for something that is not there yet, with its value where it matters.
std::optional<std::string_view> unsupported(const Json& input) {
  if (has_items(input["FileSystemConfigs"])) return "FileSystemConfigs";
  const Json& vpc = input["VpcConfig"];
  if (has_items(vpc["SubnetIds"]) || has_items(vpc["SecurityGroupIds"])) return "VpcConfig";
  if (has_text(input["KMSKeyArn"])) return "KMSKeyArn";
  if (has_text(input["CodeSigningConfigArn"])) return "CodeSigningConfigArn";
  if (input["SnapStart"]["ApplyOn"].string_or("None") != "None") return "SnapStart";
  if (!input["ImageConfig"].empty()) return "ImageConfig";
  if (input["CapacityProviderConfig"].is_object()) return "CapacityProviderConfig";
  if (input["DurableConfig"].is_object()) return "DurableConfig";
  if (input["TenancyConfig"].is_object()) return "TenancyConfig";
  return std::nullopt;
}

bool is_role_arn(const std::string& text) {
  const auto arn = parse_arn(text);
  return arn && arn->partition.starts_with("aws") && arn->service == "iam" && arn->region.empty() &&
         arn->account.size() == 12 && is_digits(arn->account) &&
         arn->resource.starts_with("role/") && arn->resource.size() > 5 &&
         std::all_of(arn->resource.begin(), arn->resource.end(), [](unsigned char c) {
           return std::isalnum(c) || std::string_view("_+=,.@-/").find(c) != std::string_view::npos;
         });
}

Result<std::optional<int>> read_number(const Json& input, std::string_view member,
                                       std::string_view shown_as, int least, int most) {
  const Json* value = input.find(member);
  if (!value || value->is_null()) return std::optional<int>();
  const std::int64_t number = value->int_or(INT64_MIN);
  if (number < least) {
    return violates(write_json(*value), shown_as,
                    "Member must have value greater than or equal to " + std::to_string(least));
  }
  if (number > most) {
    return violates(write_json(*value), shown_as,
                    "Member must have value less than or equal to " + std::to_string(most));
  }
  return std::optional<int>(static_cast<int>(number));
}

std::optional<std::string> read_text(const Json& input, std::string_view member) {
  const Json* value = input.find(member);
  if (!value || !value->is_string()) return std::nullopt;
  return value->as_string();
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

using Variables = std::vector<std::pair<std::string, std::string>>;

Result<Variables> read_variables(const Json& variables) {
  std::vector<std::string> reserved;
  Variables result;
  for (const auto& [name, value] : variables.members()) {
    if (std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved)) {
      reserved.push_back(name);
      continue;
    }
    const std::string text = value.string_or("");
    // A process cannot be given what holds a zero byte.
    if (!is_variable_name(name) || text.find('\0') != std::string::npos) {
      return violates(write_json(variables), "environment.variables",
                      "Map keys must satisfy constraint: [Member must satisfy regular expression "
                      "pattern: [a-zA-Z]([a-zA-Z0-9_])+]");
    }
    result.emplace_back(name, text);
  }
  if (!reserved.empty()) {
    std::string list;
    for (const std::string& name : reserved) list += (list.empty() ? "" : ", ") + name;
    return reserved_keys(list);
  }
  const std::string measured = write_json(variables);
  if (measured.size() > kMaxEnvironment) return environment_too_large(measured);
  return result;
}

Result<std::optional<std::string>> read_runtime(std::string_view operation, const Json& input) {
  auto name = read_text(input, "Runtime");
  if (!name) return std::optional<std::string>();
  const Runtime* runtime = find_runtime(*name);
  if (!runtime) return unknown_runtime(*name);
  if (runtime->family == RuntimeFamily::kOther) {
    return not_implemented(std::string(operation) + " with Runtime " + *name);
  }
  return name;
}

Result<std::optional<std::string>> read_role(const Json& input) {
  auto role = read_text(input, "Role");
  if (role && !is_role_arn(*role)) {
    return violates(*role, "role",
                    "Member must satisfy regular expression pattern: "
                    "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+");
  }
  return role;
}

Result<std::optional<std::string>> read_handler(const Json& input) {
  auto handler = read_text(input, "Handler");
  if (handler && (handler->empty() || handler->size() > 128 ||
                  handler->find_first_of(" \t\r\n") != std::string::npos)) {
    return violates(*handler, "handler", "Member must satisfy regular expression pattern: [^\\s]+");
  }
  return handler;
}

}  // namespace

Status Settings::apply_to(Function& f) const {
  if (runtime) f.runtime = *runtime;
  if (role) f.role = *role;
  if (handler) f.handler = *handler;
  if (description) f.description = *description;
  if (architecture) f.architecture = *architecture;
  if (timeout_s) f.timeout_s = *timeout_s;
  if (memory_mb) f.memory_mb = *memory_mb;
  if (ephemeral_mb) f.ephemeral_mb = *ephemeral_mb;
  if (environment) f.environment = *environment;
  if (dead_letter_arn) f.dead_letter_arn = *dead_letter_arn;
  if (tracing) f.tracing = *tracing;
  if (logging) TRY(logging->apply_to(f.logging));
  return {};
}

Result<Settings> read_settings(std::string_view operation, const Json& input) {
  if (const auto member = unsupported(input)) {
    return not_implemented(std::string(operation) + " with " + std::string(*member));
  }
  Settings settings;
  settings.runtime = TRY(read_runtime(operation, input));
  settings.role = TRY(read_role(input));
  settings.handler = TRY(read_handler(input));
  settings.description = read_text(input, "Description");
  if (settings.description && utf8_length(*settings.description) > 256) {
    return violates(*settings.description, "description",
                    "Member must have length less than or equal to 256");
  }
  settings.timeout_s = TRY(read_number(input, "Timeout", "timeout", 1, 900));
  settings.memory_mb = TRY(read_number(input, "MemorySize", "memorySize", 128, 10240));
  settings.ephemeral_mb =
      TRY(read_number(input["EphemeralStorage"], "Size", "ephemeralStorage.size", 512, 10240));
  settings.architecture = TRY(read_architecture(input));
  if (input["DeadLetterConfig"].is_object()) {
    settings.dead_letter_arn = input["DeadLetterConfig"]["TargetArn"].string_or("");
  }
  settings.tracing = read_text(input["TracingConfig"], "Mode");
  if (input["LoggingConfig"].is_object()) {
    settings.logging = TRY(read_logging(input["LoggingConfig"]));
  }
  const Json& environment = input["Environment"];
  if (environment.is_object()) {
    settings.environment = TRY(read_variables(environment["Variables"]));
  }
  return settings;
}

Result<std::optional<std::string>> read_architecture(const Json& input) {
  const Json::Array& list = input["Architectures"].items();
  if (list.empty()) return std::optional<std::string>();
  const std::string name = list[0].string_or("");
  if (list.size() != 1 || (name != "x86_64" && name != "arm64")) {
    return violates(write_json(input["Architectures"]), "architectures",
                    "Member must satisfy constraint: [Member must satisfy enum value set: "
                    "[x86_64, arm64], Member must not be null]");
  }
  return std::optional<std::string>(name);
}

Result<Json> read_tags(const Json& tags) {
  Json result = Json::object();
  if (tags.members().size() > kMaxTags) return too_many_tags();
  for (const auto& [key, value] : tags.members()) {
    if (key.empty() || utf8_length(key) > 128 || key.starts_with("aws:") ||
        utf8_length(value.string_or("")) > 256) {
      return invalid_parameter("The tag '" + key +
                               "' is not valid: keys have 1 to 128 characters "
                               "and do not start with aws:, values have at most 256.");
    }
    result.set(key, value.string_or(""));
  }
  return result;
}

}  // namespace fairlead::lambda
