// From the port's words to those of the net layer: what a child is started with, and what a
// prepared one is told when it gets its work.
#pragma once

#include "net/child_process.h"
#include "platform/workers.h"

namespace fairlead::workers {

inline constexpr int kSandboxApiPort = 9001;  // of the Runtime API inside a sandbox

// A process that will wait for its init frame.
net::ChildSpec base_child(const platform::WorkerBase& base);
net::ChildAttachment attachment_of(const platform::WorkerSpec& spec);
// A process of its own, attached from the start.
net::ChildSpec own_child(const platform::WorkerSpec& spec);

}  // namespace fairlead::workers
