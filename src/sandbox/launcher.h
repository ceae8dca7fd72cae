// The launcher that holds functions: every child gets user, mount, pid, ipc, uts and network
// namespaces of its own, a read-only system, a private /tmp, its own uid without capabilities, a
// seccomp filter, memory and process limits; and AWS's host names lead to this server.
//
// Inside, 127.0.0.1:443 and :80 are sockets of the server (made in the sandbox's network namespace,
// passed over by SCM_RIGHTS and adopted by HttpServer), :53 is a resolver of ours. There is no
// other way out unless egress is open.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/child_process.h"
#include "net/http_server.h"
#include "net/loop.h"

namespace fairlead::sandbox {

enum class Mode {
  kAuto,    // sandboxes where the kernel allows it, else plain processes and one warning
  kStrict,  // refuses to start where it does not
  kOff,     // plain processes
};
enum class Egress { kClosed, kOpen };

struct Options {
  Mode mode = Mode::kAuto;
  Egress egress = Egress::kClosed;
  std::string folder;   // absolute, ours alone, on a local disk: scratch for mount points
  std::string ca_file;  // PEM; inside /etc/fairlead/ca.pem, and with the system's as ca-bundle.pem
  int server_port = 0;  // the server's own port, reachable inside, too, on 127.0.0.1
  // Folders below which later attachments' sources lie (unpacked code and layers). Prepared
  // sandboxes see them only until they are attached.
  std::vector<std::string> attachable;
};

// Everything given must outlive the launcher. kStrict: an error that says what is missing.
Result<std::unique_ptr<net::ChildLauncher>> make_launcher(net::Loops& loops,
                                                          net::HttpServer& server, Options options);

// One line for people: in what functions run, what limits their memory, and whether there is a way
// out.
std::string describe(const net::ChildLauncher& launcher);

// Must be the first thing that main does: the sandbox's first process is this very program, started
// with an argument of its own. Returns only when this is no such process.
void become_first_process_if_asked(int argc, char** argv);

}  // namespace fairlead::sandbox
