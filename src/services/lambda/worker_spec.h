// What a new worker process is given: its program, its environment variables, what it sees of the
// host's folders, and the init frame.
//
// A sandboxed worker finds everything where AWS has it (/var/task, /opt, /var/runtime, /var/lang);
// a plain process uses the host's own paths.
#pragma once

#include <memory>
#include <string>

#include "platform/access.h"
#include "platform/workers.h"
#include "services/lambda/execution_log.h"
#include "services/lambda/function.h"
#include "services/lambda/options.h"

namespace fairlead::lambda {

// Host folders with the function's code and its runtime's packages.
struct CodePlace {
  std::string task_folder;
  std::string node_path;      // NODE_PATH of a plain process: SDKs, then the code
  std::string layers_folder;  // the layers merged into one, as /opt; empty: none
};

enum class Confinement { kPlain, kSandboxed };          // WorkerLauncher::sandboxed()
enum class Initialization { kOnDemand, kProvisioned };  // AWS_LAMBDA_INITIALIZATION_TYPE

// Everything that one worker is made of.
struct WorkerParts {
  const Function& function;
  const Runtime& runtime;
  const Interpreter& interpreter;  // not looked at for custom runtimes
  const CodePlace& place;
  const platform::Credential& credential;
  const ExecutionLog& log;
  Confinement confinement = Confinement::kPlain;
  Initialization initialization = Initialization::kOnDemand;
};

// What all workers of a runtime have in common, for keep_ready and as the spec's `base`. Null for
// custom runtimes: their program is the function's own.
std::shared_ptr<const platform::WorkerBase> worker_base(const Runtime& runtime,
                                                        const Interpreter& interpreter,
                                                        const LambdaOptions& options,
                                                        Confinement confinement);

// Node.js and Python runtimes run our bootstraps and speak frames; custom ones run `bootstrap` from
// the package or else from a layer, which speaks to the HTTP Runtime API. A function whose
// variables change how the interpreter itself starts (NODE_OPTIONS, PYTHON…, TZ, a wrapper named by
// AWS_LAMBDA_EXEC_WRAPPER) has no base.
platform::WorkerSpec worker_spec(const WorkerParts& parts, const LambdaOptions& options);

}  // namespace fairlead::lambda
