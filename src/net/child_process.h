// Child processes: starting them, reading what they print, killing them with all they started.
//
// A child gets /dev/null as its input, pipes for its output, and (if asked) one end of a stream
// socketpair as descriptor 3; no other descriptor of ours. It leads a process group of its own and
// is killed by the kernel when our process ends, however it ends. ChildLauncher is the seam where a
// launcher with namespaces takes the place of the plain one (src/sandbox).
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

enum class ChildChannel { kNone, kSocketPair, kSeqPacket };  // a stream; messages

// A folder or file of the host, seen read-only at `target` by a sandboxed child.
struct ChildMount {
  std::string source, target;  // absolute
};

// What a sandboxed child is told when it gets its work, which may be long after its start.
struct ChildAttachment {
  std::vector<ChildMount> mounts;
  std::string origin;             // Peer::origin of connections that come out of the sandbox
  std::int64_t memory_bytes = 0;  // limit; 0: none
  std::int64_t tmp_bytes = 512LL * 1024 * 1024;  // size of its /tmp
};

// What somebody needs to put a process of his own making (a fork of a process that is warm already)
// into a prepared sandbox. All descriptors stay the order's.
struct ForkOrder {
  int sandbox = -1;                      // pidfd of the sandbox's first process, for setns
  int output = -1, errors = -1;          // become descriptors 1 and 2
  int channel = -1;                      // becomes descriptor 3
  std::vector<int> cgroups;              // open cgroup.procs files: write "0" to join
  std::vector<std::string> environment;  // "NAME=value"; the whole of it
  std::string working_folder;            // inside
  int uid = -1, gid = -1;                // inside, to become before the filter; -1: keep
  int max_open_files = 1024, max_processes = 1024;
  std::string
      seccomp;  // struct sock_filter[], to be loaded last (after no-new-privs); may be empty
};
class ChildForker {
 public:
  virtual ~ChildForker() = default;
  // Returns once the new process lives inside, a child of the sandbox's first process: its number
  // as seen inside. Parks or sleeps, 2 seconds at most.
  virtual Result<int> fork_into(const ForkOrder& order) = 0;
};

struct ChildSpec {
  std::vector<std::string> argv;         // argv[0]: the path of the program
  std::vector<std::string> environment;  // "NAME=value"; the whole of it
  std::string working_folder;            // empty: ours
  ChildChannel channel = ChildChannel::kNone;
  int max_open_files = 1024;  // soft limit; the hard one stays
  // The rest is for launchers that sandbox; the plain one ignores it.
  int max_processes = 1024;                   // processes and threads (Lambda's limit)
  std::vector<ChildMount> mounts;             // beside the system's folders
  std::optional<ChildAttachment> attachment;  // absent: Child::attach comes later
  int api_port = 0;  // a loopback port inside on which we want a listener (Descriptors::api)
  std::shared_ptr<ChildForker> forker;  // makes the process; when it fails, argv is started
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
    Descriptor api;      // sandboxed, with api_port: a listening TCP socket inside
  };

  Child(int pid, Descriptors descriptors);
  virtual ~Child();  // kills the group, waits for the child's end (it is short after SIGKILL)
  Child(const Child&) = delete;

  int pid() const { return pid_; }
  Descriptors& descriptors() { return descriptors_; }

  // SIGKILL to the whole process group. From any thread; nothing happens after reap().
  void kill_group();
  // After `exit` became readable: kills what is left of the group and collects the status. Empty
  // while the child still runs.
  std::optional<ChildExit> reap();
  virtual ChildMemory memory() const;  // from any thread
  // Once, for a child that was launched without an attachment. Parks for about a millisecond.
  virtual Status attach(const ChildAttachment& attachment);

 protected:
  // Once, when the process was collected: what its end means, and a chance to let go of what it
  // had. Must not wait.
  virtual ChildExit ended(ChildExit exit) { return exit; }
  // What the destructor does, for derived classes to call in theirs (it calls ended).
  void end();

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
  virtual bool sandboxes() const { return false; }
};

// Starts children with vfork and exec on a thread of its own: the calling loop goes on meanwhile,
// and the kernel's "kill me when my parent ends" is bound to the thread that started the child.
std::unique_ptr<ChildLauncher> make_plain_launcher();

}  // namespace fairlead::net
