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

platform::WorkerSpec worker_spec(const Function& function, const Interpreter& interpreter,
                                 const CodePlace& place, const platform::Credential& credential,
                                 const ExecutionLog& log, const LambdaOptions& options);

}  // namespace fairlead::lambda
