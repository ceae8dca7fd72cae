// Child processes: starting them, reading what they print, killing them with all they started.
//
// A child gets /dev/null as its input, pipes for its output, and (if asked) one end of a stream
// socketpair as descriptor 3; no other descriptor of ours. It leads a process group of its own and
// is killed by the kernel when our process ends, however it ends. ChildLauncher is the seam where a
// launcher with namespaces can take the place of the plain one.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/descriptor.h"

namespace fairlead::net {

extern const ErrorCode kCannotLaunch;  // message: the step that failed, and the system's words

enum class ChildChannel { kNone, kSocketPair };

struct ChildSpec {
  std::vector<std::string> argv;         // argv[0]: the path of the program
  std::vector<std::string> environment;  // "NAME=value"; the whole of it
  std::string working_folder;            // empty: ours
  ChildChannel channel = ChildChannel::kNone;
  int max_open_files = 1024;  // soft limit; the hard one stays
};

struct ChildExit {
  int code = 0;  // the exit status, or minus the signal's number
};

// Sizes in bytes, as /proc tells them; zeros when the process is gone.
struct ChildMemory {
  std::int64_t peak_resident = 0;
  std::int64_t anonymous = 0;  // now; without the mapped pages of programs and libraries
};

// A running child. The descriptors are ours to watch, all non-blocking and close-on-exec.
class Child {
 public:
  struct Descriptors {
    Descriptor exit;     // a pidfd: readable once the child has ended
    Descriptor output;   // its standard output
    Descriptor errors;   // its standard error
    Descriptor channel;  // our end of the socketpair, if asked for
    Descriptor status;   // /proc/<pid>/status
  };

  Child(int pid, Descriptors descriptors);
  ~Child();  // kills the group, waits for the child's end (it is short after SIGKILL)
  Child(const Child&) = delete;

  int pid() const { return pid_; }
  Descriptors& descriptors() { return descriptors_; }

  // SIGKILL to the whole process group. From any thread; nothing happens after reap().
  void kill_group();
  // After `exit` became readable: kills what is left of the group and collects the status. Empty
  // while the child still runs.
  std::optional<ChildExit> reap();
  ChildMemory memory() const;  // from any thread

 private:
  const int pid_;
  Descriptors descriptors_;
  std::mutex mutex_;  // a pid must not be signalled once it was collected
  bool reaped_ = false;
};

class ChildLauncher {
 public:
  virtual ~ChildLauncher() = default;
  // From any thread or fiber; parks for about a millisecond.
  virtual Result<std::unique_ptr<Child>> launch(ChildSpec spec) = 0;
};

// Starts children with vfork and exec on a thread of its own: the calling loop goes on meanwhile,
// and the kernel's "kill me when my parent ends" is bound to the thread that started the child.
std::unique_ptr<ChildLauncher> make_plain_launcher();

}  // namespace fairlead::net
