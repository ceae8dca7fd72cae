// How an environment's process comes to be: its interpreter, its code and layers, its credentials.
#include <unistd.h>

#include "base/ids.h"
#include "base/log.h"
#include "services/lambda/environments.h"
#include "services/lambda/errors.h"
#include "services/lambda/execution.h"
#include "services/lambda/worker_spec.h"

namespace fairlead::lambda {
namespace {

using platform::WorkerOutcome;

// In place of a custom runtime whose program is not there: fails as AWS's does.
class NoEntrypoint : public platform::Worker {
 public:
  explicit NoEntrypoint(std::string why) : why_(std::move(why)) {}
  WorkerOutcome init(std::int64_t) override {
    WorkerOutcome outcome;
    outcome.kind = WorkerOutcome::Kind::kFunctionError;
    outcome.error_type = kInvalidEntrypoint;
    outcome.payload = why_;
    return outcome;
  }
  WorkerOutcome invoke(const platform::Invocation&, std::int64_t) override { return init(0); }
  bool alive() const override { return false; }
  void kill() override {}
  std::int64_t max_memory_bytes() const override { return 0; }
  int pid() const override { return 0; }

 private:
  const std::string why_;
};

// What is wrong with a custom runtime's program; empty when it can be run.
std::string entrypoint_trouble(const CodePlace& place) {
  for (const auto& [folder, shown] :
       {std::pair<const std::string&, std::string_view>(place.task_folder, "/var/task/bootstrap"),
        std::pair<const std::string&, std::string_view>(place.layers_folder, "/opt/bootstrap")}) {
    if (folder.empty()) continue;
    const std::string path = folder + "/bootstrap";
    if (access(path.c_str(), F_OK) != 0) continue;
    if (access(path.c_str(), X_OK) == 0) return "";
    return "fork/exec " + std::string(shown) + ": permission denied";
  }
  return "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]";
}

platform::Context service_context(const Function& function, std::int64_t now_ms) {
  platform::Context cx;
  cx.request_id = uuid_v4();
  cx.account = function.account;
  cx.region = function.region;
  cx.now_ms = now_ms;
  cx.caller.kind = platform::Principal::Kind::kService;
  cx.caller.arn = "lambda.amazonaws.com";
  return cx;
}

}  // namespace

Confinement Environments::confinement() const {
  return launcher_.sandboxed() ? Confinement::kSandboxed : Confinement::kPlain;
}

Result<Interpreter> Environments::choose_interpreter(const Function& function,
                                                     const Runtime& runtime) {
  // A custom runtime is the package's own program.
  if (runtime.family == RuntimeFamily::kProvided) return Interpreter{function.runtime, ""};
  const auto interpreter = interpreter_for(runtime, options_.interpreters);
  if (!interpreter) {
    return cannot_start("no interpreter for " + function.runtime + " was found on this machine");
  }
  bool first = false;
  if (interpreter->runtime != function.runtime) {
    std::lock_guard lock(mutex_);
    first = told_.emplace(function.runtime, interpreter->runtime).second;
  }
  if (first) {
    log_warn("no exact interpreter for " + function.runtime + "; the nearest one is used",
             {{"interpreter", interpreter->executable}, {"made_for", interpreter->runtime}});
  }
  return *interpreter;
}

Result<CodePlace> Environments::code_place(const Function& function, const Runtime& runtime) {
  CodePlace place;
  place.task_folder = TRY(code_.task_folder(function));
  place.layers_folder = TRY(code_.layers_folder(function));
  if (!runtime.sdk_set.empty()) place.node_path = code_.sdk_folder(runtime.sdk_set) + ":";
  place.node_path += code_.sdk_folder("v2") + ":" + place.task_folder;
  return place;
}

Result<std::unique_ptr<Environment>> Environments::launch(const FunctionPtr& function,
                                                          Initialization initialization) {
  const Runtime* runtime = find_runtime(function->runtime);
  if (!runtime) return unknown_runtime(function->runtime);
  const CodePlace place = TRY(code_place(*function, *runtime));
  const Interpreter interpreter = TRY(choose_interpreter(*function, *runtime));
  platform::Context cx = service_context(*function, clock_.now_ms());
  const auto credential = access_.assume_for_service(cx, function->role, function->name);
  if (!credential.ok()) return role_lost();

  auto environment = std::make_unique<Environment>();
  environment->function = function;
  environment->log = std::make_shared<ExecutionLog>(logs_, clock_, *function);
  if (credential->expires_ms > 0) environment->credentials_expire_ms = credential->expires_ms;
  environment->log->init_start(
      initialization == Initialization::kProvisioned ? "provisioned-concurrency" : "on-demand");
  if (runtime->family == RuntimeFamily::kProvided) {
    if (std::string trouble = entrypoint_trouble(place); !trouble.empty()) {
      environment->worker = std::make_unique<NoEntrypoint>(std::move(trouble));
      return environment;
    }
  }
  const platform::WorkerSpec spec =
      worker_spec({*function, *runtime, interpreter, place, *credential, *environment->log,
                   confinement(), initialization},
                  options_);
  environment->worker = TRY(
      launcher_.launch(spec, [log = environment->log](std::int64_t time_us, std::string_view text) {
        log->printed(time_us, text);
      }));
  return environment;
}

void Environments::keep_ready(const std::vector<FunctionPtr>& functions) {
  std::map<std::string, bool> asked;
  for (const FunctionPtr& function : functions) {
    const Runtime* runtime = find_runtime(function->runtime);
    if (!runtime || !asked.emplace(function->runtime, true).second) continue;
    const auto interpreter = interpreter_for(*runtime, options_.interpreters);
    if (!interpreter) continue;
    if (auto base = worker_base(*runtime, *interpreter, options_, confinement())) {
      launcher_.keep_ready(std::move(base));
    }
  }
}

}  // namespace fairlead::lambda
