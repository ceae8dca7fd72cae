// The port between the lambda service and the processes that run functions.
//
// A Worker is one execution environment: a process with a function's code loaded. The service
// decides when to make, use and retire one; the workers room knows processes, frames and the
// Runtime API. Every call is made from a fiber and parks it; any loop may call.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace fairlead::platform {

// How the process takes its work.
enum class WorkerProtocol {
  kFrames,      // our bootstraps: length-prefixed frames on descriptor 3 (docs/formats)
  kRuntimeApi,  // `provided.*`: the HTTP Runtime API at AWS_LAMBDA_RUNTIME_API
};

using Variables = std::vector<std::pair<std::string, std::string>>;

// A folder or file of the host that a sandboxed worker sees, read-only, at `target`.
struct WorkerMount {
  std::string source, target;  // absolute
};

// What all workers of a runtime have in common before it is known which function they run. From it
// a launcher may start processes ahead of time, which wait for their init frame.
struct WorkerBase {
  std::string key;  // "nodejs20.x"; equal keys mean equal bases
  std::vector<std::string> argv;
  Variables environment;
  std::vector<WorkerMount> mounts;  // beside the system's own folders: interpreter, bootstrap, SDK
  // A program that, once started, forks ready workers quicker than `argv` starts (a Python with
  // boto3 loaded; docs/formats/zygote.md). Empty: none.
  std::vector<std::string> zygote;
};

// Paths in argv, environment, working_folder and init are as the worker sees them: inside the
// sandbox when the launcher has one (`sandboxed()`), else the host's.
struct WorkerSpec {
  std::string name;    // for logs: the function's name
  std::string origin;  // function ARN and log stream: who calls when its sockets reach the server
  WorkerProtocol protocol = WorkerProtocol::kFrames;
  std::vector<std::string> argv;    // argv[0] is an absolute path
  Variables environment;            // the whole of it
  std::string working_folder;       // the function's code (/var/task)
  std::vector<WorkerMount> mounts;  // what `base` lacks: the code, layers
  int memory_mb = 128;
  int tmp_mb = 512;  // of /tmp, sandboxed
  Json init;         // kFrames: body of the init frame
  // A process started from this and given `init` would do as well as one started from argv and
  // environment. Null when the function needs its own (NODE_OPTIONS, a custom runtime).
  std::shared_ptr<const WorkerBase> base;
};

// One line or event that a function printed. `time_us`: microseconds since the Unix epoch.
using WorkerLog = std::function<void(std::int64_t time_us, std::string_view text)>;

struct Invocation {
  std::string request_id;    // UUID
  std::string function_arn;  // as invoked, with version or alias
  std::string trace_id;
  std::string client_context;          // decoded JSON text, or empty
  std::string cognito_identity;        // JSON text, or empty
  std::int64_t deadline_epoch_ms = 0;  // what the function is told
  std::string payload;
};

struct WorkerOutcome {
  enum class Kind {
    kResponse,       // payload is the function's answer
    kFunctionError,  // payload is the error object, as the caller sees it
    kTimeout,        // the deadline passed; the process has been killed
    kExited,         // the process ended by itself or by a signal
    kTooLarge,       // the answer exceeds limits::kMaxLambdaResponse
  };
  Kind kind = Kind::kResponse;
  std::string payload;
  std::string error_type;  // kFunctionError: "Error", "Runtime.ImportModuleError", …
  int exit_code = 0;       // kExited: the status, or -signal
};

class Worker {
 public:
  virtual ~Worker() = default;  // kills what still lives
  // Waits until the process has loaded its code; kResponse means ready. Monotonic deadline.
  virtual WorkerOutcome init(std::int64_t deadline_ms) = 0;
  // One at a time. After kTimeout and kExited the worker is dead.
  virtual WorkerOutcome invoke(const Invocation& invocation, std::int64_t deadline_ms) = 0;
  virtual bool alive() const = 0;
  // An invocation from where the caller runs takes no detour over another loop.
  virtual bool is_near() const { return true; }
  virtual void kill() = 0;
  virtual std::int64_t max_memory_bytes() const = 0;  // peak resident size so far
  virtual int pid() const = 0;
};

class WorkerLauncher {
 public:
  virtual ~WorkerLauncher() = default;
  virtual Result<std::unique_ptr<Worker>> launch(const WorkerSpec& spec, WorkerLog log) = 0;
  // Workers live in a sandbox: mounts count, paths are as seen inside.
  virtual bool sandboxed() const { return false; }
  // Somebody is likely to launch workers of this base soon: have some started. Returns at once.
  virtual void keep_ready(std::shared_ptr<const WorkerBase> /*base*/) {}
};

}  // namespace fairlead::platform
