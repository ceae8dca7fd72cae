// The two ways to hand an invocation to a Node process.
#pragma once

#include <string>

#include "load/options.h"
#include "load/window.h"

namespace fairlead::bench {

struct Work {
  std::string node;       // path of the interpreter
  std::string script;     // the bootstrap or the polling worker
  std::string task_root;  // folder with index.js
  std::string event;      // JSON
};

// Our bootstrap: frames over a socketpair (docs/formats/worker-frames.md).
void invoke_by_frames(const Work& work, Window& window);
// A worker that polls a small Runtime API of ours over TCP.
void invoke_by_http(const Work& work, Window& window);

}  // namespace fairlead::bench
