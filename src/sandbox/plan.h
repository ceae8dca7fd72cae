// What a sandbox's first process is told at its start, and what is sent for an attachment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/child_process.h"
#include "sandbox/control.h"

namespace fairlead::sandbox {

// Who opens what is mounted. A server with CAP_SYS_ADMIN does it itself and sends mounts that are
// attached nowhere yet; an ordinary user's server cannot, so the first process (which has the
// user's own rights, and capabilities in its namespaces) opens them from the host's tree.
enum class Opener : int { kServer, kFirstProcess };

// A folder or file of the host and where it is seen.
struct PlannedMount {
  std::string source;
  std::string target;  // as seen inside, absolute
};

struct Plan {
  Opener opener = Opener::kFirstProcess;
  // The first is the new root: the skeleton (skeleton.h). With Opener::kServer there is one
  // descriptor for each, in order.
  std::vector<PlannedMount> mounts;
  std::vector<std::string>
      attachable;  // Opener::kFirstProcess: seen at hidden_place(i) for a while
  std::int64_t tmp_bytes = 0;
  std::vector<int> tcp_ports;  // to listen on, 127.0.0.1
  int uid = -1, gid = -1;      // of the function's process
  bool changes_ids = false;    // 0 and the function's ids are mapped to ids of their own
  std::vector<std::string> argv, environment;
  std::string working_folder;
  int max_open_files = 1024, max_processes = 1024;
};

Message to_message(const Plan& plan);  // without the descriptors
std::optional<Plan> to_plan(const Message& message);

// Where attachable folder `index` is mounted until something was attached.
std::string hidden_place(std::size_t index);

struct AttachPlan {
  std::vector<PlannedMount> mounts;
  std::int64_t tmp_bytes = 0;
};
Message to_message(const AttachPlan& plan);
std::optional<AttachPlan> to_attach_plan(const Message& message);

}  // namespace fairlead::sandbox
