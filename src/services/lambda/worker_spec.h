// What a new worker process is given: its program, its environment variables and the init frame.
#pragma once

#include <string>

#include "platform/access.h"
#include "platform/workers.h"
#include "services/lambda/execution_log.h"
#include "services/lambda/function.h"
#include "services/lambda/options.h"

namespace fairlead::lambda {

// Where the function's code and its runtime's packages are.
struct CodePlace {
  std::string task_folder;
  std::string node_path;  // NODE_PATH
};

// Everything that one worker is made of.
struct WorkerParts {
  const Function& function;
  const Runtime& runtime;
  const Interpreter& interpreter;  // custom runtimes: the package's `bootstrap`
  const CodePlace& place;
  const platform::Credential& credential;
  const ExecutionLog& log;
};

// Node.js runtimes run our bootstrap and speak frames; custom ones run their own program, which
// speaks to the HTTP Runtime API.
platform::WorkerSpec worker_spec(const WorkerParts& parts, const LambdaOptions& options);

}  // namespace fairlead::lambda
