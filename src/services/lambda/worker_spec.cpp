// The variables of https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, plus
// those that lead SDKs to this server.
#include "services/lambda/worker_spec.h"

#include <algorithm>

#include "platform/access.h"

namespace fairlead::lambda {
namespace {

using platform::Variables;

void set(Variables& variables, std::string_view name, std::string value) {
  const auto found = std::find_if(variables.begin(), variables.end(),
                                  [&](const auto& variable) { return variable.first == name; });
  if (found != variables.end()) {
    found->second = std::move(value);
  } else {
    variables.emplace_back(name, std::move(value));
  }
}

// The user's own variables may replace these.
Variables defaults(const CodePlace& place, const std::string& program_folder) {
  const std::string& task = place.task_folder;
  return {
      {"PATH", program_folder + ":/usr/local/bin:/usr/bin:/bin:/opt/bin"},
      {"LD_LIBRARY_PATH", task + ":" + task + "/lib:/opt/lib"},
      {"LANG", "en_US.UTF-8"},
      {"TZ", ":UTC"},
      // Not the server's own home: its ~/.aws is none of a function's business.
      {"HOME", "/tmp"},
      {"SHLVL", "0"},
      {"NODE_PATH", place.node_path},
      {"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"},
      {"AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1:2000"},
      {"AWS_NODEJS_CONNECTION_REUSE_ENABLED", "1"},
      // An old runtime is what the function asked for: no warning about it in each log.
      {"AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE", "1"},
      {"AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true"},
  };
}

void add_server(Variables& variables, const LambdaOptions& options) {
  set(variables, "AWS_ENDPOINT_URL", options.endpoint_url);
  if (options.ca_file.empty()) return;
  for (const char* name :
       {"NODE_EXTRA_CA_CERTS", "AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"}) {
    set(variables, name, options.ca_file);
  }
}

void add_function(Variables& variables, const Function& f, const ExecutionLog& log) {
  set(variables, "_HANDLER", f.handler);
  set(variables, "AWS_REGION", f.region);
  set(variables, "AWS_DEFAULT_REGION", f.region);
  set(variables, "AWS_EXECUTION_ENV", "AWS_Lambda_" + f.runtime);
  set(variables, "AWS_LAMBDA_FUNCTION_NAME", f.name);
  set(variables, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(f.memory_mb));
  set(variables, "AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
  set(variables, "AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
  set(variables, "AWS_LAMBDA_LOG_GROUP_NAME", log.group());
  set(variables, "AWS_LAMBDA_LOG_STREAM_NAME", log.stream());
}

Json init_frame(const Function& f, const CodePlace& place, const Variables& environment,
                const ExecutionLog& log, const LambdaOptions& options) {
  Json variables = Json::object();
  for (const auto& [name, value] : environment) variables.set(name, value);
  return Json::object({
      {"handler", f.handler},
      {"runtime", f.runtime},
      {"taskRoot", place.task_folder},
      {"layers", Json::array()},
      {"endpoint", options.endpoint_url},
      {"environment", std::move(variables)},
      {"function", Json::object({
                       {"name", f.name},
                       {"version", "$LATEST"},
                       {"arn", f.arn()},
                       {"memoryMb", f.memory_mb},
                       {"timeoutMs", f.timeout_ms()},
                       {"logGroup", log.group()},
                       {"logStream", log.stream()},
                   })},
  });
}

}  // namespace

platform::WorkerSpec worker_spec(const WorkerParts& parts, const LambdaOptions& options) {
  const auto& [f, runtime, interpreter, place, credential, log] = parts;
  const std::string& program = interpreter.executable;
  Variables environment = defaults(place, program.substr(0, program.rfind('/')));
  add_server(environment, options);
  for (const auto& [name, value] : f.environment) set(environment, name, value);
  add_function(environment, f, log);
  set(environment, "AWS_ACCESS_KEY_ID", credential.principal.access_key);
  set(environment, "AWS_SECRET_ACCESS_KEY", credential.secret);
  set(environment, "AWS_SESSION_TOKEN", credential.session_token);
  set(environment, "LAMBDA_TASK_ROOT", place.task_folder);
  set(environment, "LAMBDA_RUNTIME_DIR", options.runtimes_folder + "/nodejs");
  set(environment, "PWD", place.task_folder);

  platform::WorkerSpec spec;
  spec.name = f.name;
  spec.argv = {program};
  spec.working_folder = place.task_folder;
  spec.memory_mb = f.memory_mb;
  if (runtime.family == RuntimeFamily::kProvided) {
    spec.protocol = platform::WorkerProtocol::kRuntimeApi;
    spec.environment = std::move(environment);
    return spec;
  }
  spec.protocol = platform::WorkerProtocol::kFrames;
  spec.argv.push_back(options.runtimes_folder + "/nodejs/bootstrap.js");
  spec.init = init_frame(f, place, environment, log, options);
  // Node reads NODE_OPTIONS, NODE_PATH and NODE_EXTRA_CA_CERTS when it starts, not with `init`.
  spec.environment = std::move(environment);
  set(spec.environment, "FAIRLEAD_FRAMES", "1");
  return spec;
}

}  // namespace fairlead::lambda
