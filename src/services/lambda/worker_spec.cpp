// The variables of https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, plus
// those that lead SDKs to this server.
#include "services/lambda/worker_spec.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include "base/text.h"

namespace fairlead::lambda {
namespace {

namespace fs = std::filesystem;
using platform::Variables;
using platform::WorkerMount;

void set(Variables& variables, std::string_view name, std::string value) {
  const auto found = std::find_if(variables.begin(), variables.end(),
                                  [&](const auto& variable) { return variable.first == name; });
  if (found != variables.end()) {
    found->second = std::move(value);
  } else {
    variables.emplace_back(name, std::move(value));
  }
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// Where things are as the worker sees them.
struct Layout {
  std::string task, opt, runtime;  // opt: empty when a plain process has no layers
  std::string interpreter;         // argv[0]; empty for custom runtimes
  std::vector<WorkerMount> mounts;
  Confinement confinement;

  bool sandboxed() const { return confinement == Confinement::kSandboxed; }
};

bool below(const std::string& path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

// The program and its libraries alone: what else is beside them may be somebody's home.
void mount_interpreter(Layout& layout, const std::string& program, const std::string& prefix,
                       const std::string& target) {
  layout.interpreter = target + "/bin" + program.substr(program.rfind('/'));
  layout.mounts.push_back({program, layout.interpreter});
  if (exists(prefix + "/lib")) layout.mounts.push_back({prefix + "/lib", target + "/lib"});
}

// Node finds nothing by its own place, so it lives where AWS has it. A Python's modules have their
// place in the zygote's memory, so it stays where it is, unless layers would hide it.
void place_interpreter(Layout& layout, RuntimeFamily family) {
  const std::string program = layout.interpreter;
  if (below(program, "/usr") || below(program, "/bin")) return;
  const std::string folder = folder_of(program);
  const bool in_bin = folder.ends_with("/bin");
  const std::string prefix = in_bin ? folder_of(folder) : folder;
  const bool stays = family == RuntimeFamily::kPython && in_bin && !below(prefix, "/opt");
  mount_interpreter(layout, program, prefix, stays ? prefix : "/var/lang");
}

std::string_view folder_name(RuntimeFamily family) {
  return family == RuntimeFamily::kPython ? "python" : "nodejs";
}

// What the runtime alone decides; `task` and `opt` are not known yet in a plain process.
Layout base_layout(const Runtime& runtime, const Interpreter& interpreter,
                   const LambdaOptions& options, Confinement confinement) {
  Layout layout;
  layout.confinement = confinement;
  layout.runtime = options.runtimes_folder + "/" + std::string(folder_name(runtime.family));
  const bool custom = runtime.family == RuntimeFamily::kProvided;
  if (!custom) layout.interpreter = interpreter.executable;
  if (!layout.sandboxed()) return layout;
  layout.task = "/var/task";
  layout.opt = "/opt";
  const std::string host_runtime = layout.runtime;
  layout.runtime = "/var/runtime";
  if (custom) return layout;
  place_interpreter(layout, runtime.family);
  layout.mounts.push_back({host_runtime, layout.runtime});
  if (runtime.family != RuntimeFamily::kNodejs) return layout;
  // The SDKs, for require and import alike: `.inside` has links into /var/runtime/sdk (see
  // runtimes/nodejs/install). /var/node_modules is where the function's layers will appear.
  const std::string set(runtime.sdk_set.empty() ? "v2" : runtime.sdk_set);
  const std::string packages = host_runtime + "/sdk/" + set + "/node_modules/";
  if (exists(packages + ".inside")) {
    layout.mounts.push_back({packages + ".inside", "/node_modules"});
    layout.mounts.push_back({packages + ".empty", "/var/node_modules"});
  }
  return layout;
}

// ES modules know no NODE_PATH: a layer's packages appear in a parent folder of the code.
void add_layer_packages(Layout& layout, const Runtime& runtime, const std::string& layers) {
  const std::string exact = layers + "/nodejs/node" + std::to_string(runtime.major);
  for (const std::string& folder : {exact, layers + "/nodejs"}) {
    if (!exists(folder + "/node_modules")) continue;
    layout.mounts.push_back({folder + "/node_modules", "/var/node_modules"});
    return;
  }
}

Layout function_layout(const WorkerParts& parts, const LambdaOptions& options) {
  Layout layout = base_layout(parts.runtime, parts.interpreter, options, parts.confinement);
  const CodePlace& place = parts.place;
  if (!layout.sandboxed()) {
    layout.task = place.task_folder;
    layout.opt = place.layers_folder;
    // Nobody mounts it; from it the launcher knows where extensions are.
    if (!layout.opt.empty()) layout.mounts = {{layout.opt, "/opt"}};
    return layout;
  }
  layout.mounts = {{place.task_folder, layout.task}};  // the rest is the base's
  if (!place.layers_folder.empty()) {
    layout.mounts.push_back({place.layers_folder, layout.opt});
    if (parts.runtime.family == RuntimeFamily::kNodejs) {
      add_layer_packages(layout, parts.runtime, place.layers_folder);
    }
  }
  return layout;
}

std::string node_path(const Runtime& runtime, const Layout& layout, const CodePlace& place) {
  std::string text;
  if (!layout.opt.empty()) {
    text = layout.opt + "/nodejs/node" + std::to_string(runtime.major) +
           "/node_modules:" + layout.opt + "/nodejs/node_modules:";
  }
  if (!layout.sandboxed()) return text + place.node_path;
  return text + "/var/runtime/node_modules:/var/runtime:/var/task";
}

void add_paths(Variables& variables, const Layout& layout) {
  if (layout.sandboxed()) {
    set(variables, "PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin");
    set(variables, "LD_LIBRARY_PATH",
        "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:"
        "/opt/lib");
    return;
  }
  const std::string opt = layout.opt.empty() ? "/opt" : layout.opt;
  const std::string programs =
      layout.interpreter.empty() ? layout.task : folder_of(layout.interpreter);
  set(variables, "PATH", programs + ":/usr/local/bin:/usr/bin:/bin:" + opt + "/bin");
  set(variables, "LD_LIBRARY_PATH", layout.task + ":" + layout.task + "/lib:" + opt + "/lib");
  // Not the server's own home: its ~/.aws is none of a function's business.
  set(variables, "HOME", "/tmp");
}

void add_server(Variables& variables, RuntimeFamily family, const Layout& layout,
                const LambdaOptions& options) {
  set(variables, "AWS_ENDPOINT_URL",
      layout.sandboxed() ? "http://127.0.0.1" : options.endpoint_url);
  if (options.ca_file.empty()) return;
  const bool inside = layout.sandboxed();
  if (family != RuntimeFamily::kPython) {
    set(variables, "NODE_EXTRA_CA_CERTS", inside ? "/etc/fairlead/ca.pem" : options.ca_file);
  }
  for (const char* name : {"AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"}) {
    set(variables, name, inside ? "/etc/fairlead/ca-bundle.pem" : options.ca_file);
  }
}

// All that does not depend on the function. The user's own variables may replace these.
Variables runtime_variables(const Runtime& runtime, const Layout& layout,
                            const LambdaOptions& options) {
  Variables variables = {
      {"LANG", "en_US.UTF-8"},
      {"TZ", ":UTC"},
      {"SHLVL", "0"},
      {"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"},
      {"AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1:2000"},
      {"_AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1"},
      {"_AWS_XRAY_DAEMON_PORT", "2000"},
  };
  add_paths(variables, layout);
  add_server(variables, runtime.family, layout, options);
  if (runtime.family == RuntimeFamily::kPython) {
    set(variables, "PYTHONPATH", layout.runtime);
    if (runtime.major >= 13) set(variables, "LC_CTYPE", "C.UTF-8");
  } else if (runtime.family == RuntimeFamily::kNodejs) {
    set(variables, "AWS_NODEJS_CONNECTION_REUSE_ENABLED", "1");
    // An old runtime is what the function asked for: no warning about it in each log.
    set(variables, "AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE", "1");
    set(variables, "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
  }
  return variables;
}

// The user cannot change these.
void add_function(Variables& variables, const WorkerParts& parts, const Layout& layout) {
  const Function& f = parts.function;
  set(variables, "_HANDLER", f.handler);
  set(variables, "AWS_REGION", f.region);
  set(variables, "AWS_DEFAULT_REGION", f.region);
  set(variables, "AWS_EXECUTION_ENV", "AWS_Lambda_" + f.runtime);
  set(variables, "AWS_LAMBDA_FUNCTION_NAME", f.name);
  set(variables, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(f.memory_mb));
  set(variables, "AWS_LAMBDA_FUNCTION_VERSION", f.version);
  set(variables, "AWS_LAMBDA_INITIALIZATION_TYPE",
      parts.initialization == Initialization::kOnDemand ? "on-demand" : "provisioned-concurrency");
  set(variables, "AWS_LAMBDA_LOG_GROUP_NAME", parts.log.group());
  set(variables, "AWS_LAMBDA_LOG_STREAM_NAME", parts.log.stream());
  if (f.logging.format == "JSON") {
    set(variables, "AWS_LAMBDA_LOG_FORMAT", f.logging.format);
    if (!f.logging.application_level.empty()) {
      set(variables, "AWS_LAMBDA_LOG_LEVEL", f.logging.application_level);
    }
  }
  set(variables, "AWS_ACCESS_KEY_ID", parts.credential.principal.access_key);
  set(variables, "AWS_SECRET_ACCESS_KEY", parts.credential.secret);
  set(variables, "AWS_SESSION_TOKEN", parts.credential.session_token);
  set(variables, "LAMBDA_TASK_ROOT", layout.task);
  set(variables, "LAMBDA_RUNTIME_DIR", layout.runtime);
  set(variables, "PWD", layout.task);
}

constexpr std::string_view kWrapper = "AWS_LAMBDA_EXEC_WRAPPER";

// Whether an interpreter, or the C library below it, looks at this variable when it starts.
bool matters_at_start(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kPrefixes{"NODE_", "PYTHON", "LD_",
                                                             "LC_",   "MALLOC", "OPENSSL_"};
  if (name == kWrapper || name == "TZ" || name == "LANG" || name == "GLIBC_TUNABLES") return true;
  return std::any_of(kPrefixes.begin(), kPrefixes.end(),
                     [&](std::string_view prefix) { return name.starts_with(prefix); });
}

std::vector<std::string> bootstrap_argv(RuntimeFamily family, const std::string& interpreter,
                                        const std::string& program_folder,
                                        std::string_view program) {
  const std::string script = program_folder + "/" + std::string(program);
  if (family == RuntimeFamily::kNodejs) return {interpreter, script + ".js"};
  // The machine's own Python packages are no part of Lambda (-S); text is UTF-8 whatever locales
  // there are.
  return {interpreter, "-S", "-X", "utf8", script + ".py"};
}

// /opt/wrapper, as the worker sees it.
std::string seen(const std::string& path, const Layout& layout) {
  const bool moved = !layout.sandboxed() && !layout.opt.empty() && below(path, "/opt");
  return moved ? layout.opt + path.substr(4) : path;
}

// The package's own program, or a layer's.
std::string custom_program(const CodePlace& place, const Layout& layout) {
  const bool in_layer = !exists(place.task_folder + "/bootstrap") && !place.layers_folder.empty() &&
                        exists(place.layers_folder + "/bootstrap");
  return (in_layer ? layout.opt : layout.task) + "/bootstrap";
}

Json init_frame(const WorkerParts& parts, const Layout& layout, const Variables& environment,
                const LambdaOptions& options) {
  const Function& f = parts.function;
  Json variables = Json::object();
  for (const auto& [name, value] : environment) variables.set(name, value);
  Json layers = Json::array();
  if (!layout.opt.empty()) layers.push_back(layout.opt);
  Json frame = Json::object({
      {"handler", f.handler},
      {"runtime", f.runtime},
      {"taskRoot", layout.task},
      {"layers", std::move(layers)},
      {"environment", std::move(variables)},
      {"function", Json::object({
                       {"name", f.name},
                       {"version", f.version},
                       {"arn", f.arn()},
                       {"memoryMb", f.memory_mb},
                       {"timeoutMs", f.timeout_ms()},
                       {"logGroup", parts.log.group()},
                       {"logStream", parts.log.stream()},
                   })},
  });
  // In a sandbox AWS's names lead here by themselves.
  if (!layout.sandboxed()) frame.set("endpoint", options.endpoint_url);
  return frame;
}

}  // namespace

std::shared_ptr<const platform::WorkerBase> worker_base(const Runtime& runtime,
                                                        const Interpreter& interpreter,
                                                        const LambdaOptions& options,
                                                        Confinement confinement) {
  if (runtime.family != RuntimeFamily::kNodejs && runtime.family != RuntimeFamily::kPython) {
    return nullptr;
  }
  Layout layout = base_layout(runtime, interpreter, options, confinement);
  auto base = std::make_shared<platform::WorkerBase>();
  base->key = std::string(runtime.name) + " " + interpreter.executable;
  base->argv = bootstrap_argv(runtime.family, layout.interpreter, layout.runtime, "bootstrap");
  base->environment = runtime_variables(runtime, layout, options);
  // A zygote's Python must be at the same place inside and outside.
  if (layout.sandboxed() && runtime.family == RuntimeFamily::kPython &&
      layout.interpreter == interpreter.executable) {
    base->zygote = bootstrap_argv(runtime.family, interpreter.executable,
                                  options.runtimes_folder + "/python", "zygote");
  }
  base->mounts = std::move(layout.mounts);
  return base;
}

platform::WorkerSpec worker_spec(const WorkerParts& parts, const LambdaOptions& options) {
  const Function& f = parts.function;
  const Layout layout = function_layout(parts, options);
  Variables environment = runtime_variables(parts.runtime, layout, options);
  if (parts.runtime.family == RuntimeFamily::kNodejs) {
    set(environment, "NODE_PATH", node_path(parts.runtime, layout, parts.place));
  }
  std::string wrapper;
  bool by_itself = false;
  for (const auto& [name, value] : f.environment) {
    set(environment, name, value);
    by_itself = by_itself || matters_at_start(name);
    if (name == kWrapper) wrapper = seen(value, layout);
  }
  add_function(environment, parts, layout);

  platform::WorkerSpec spec;
  spec.name = f.name;
  spec.origin = f.arn() + " " + parts.log.stream();
  spec.working_folder = layout.task;
  spec.mounts = layout.mounts;
  spec.memory_mb = f.memory_mb;
  spec.tmp_mb = f.ephemeral_mb;
  if (parts.runtime.family == RuntimeFamily::kProvided) {
    spec.protocol = platform::WorkerProtocol::kRuntimeApi;
    spec.argv = {custom_program(parts.place, layout)};
    spec.environment = std::move(environment);
    return spec;
  }
  if (layout.sandboxed()) set(environment, "AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001");
  auto base = worker_base(parts.runtime, parts.interpreter, options, parts.confinement);
  spec.protocol = platform::WorkerProtocol::kFrames;
  spec.argv = base->argv;
  spec.init = init_frame(parts, layout, environment, options);
  spec.environment = std::move(environment);
  if (by_itself) {
    // What a wrapper makes of the environment must stay.
    spec.init.set("environmentIsSet", true);
    spec.mounts.insert(spec.mounts.begin(), base->mounts.begin(), base->mounts.end());
    if (!wrapper.empty()) spec.argv.insert(spec.argv.begin(), wrapper);
  } else {
    spec.base = std::move(base);
  }
  return spec;
}

}  // namespace fairlead::lambda
