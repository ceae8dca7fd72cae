// Starts a sandbox's first process: this very program in namespaces of its own.
#pragma once

#include <array>

#include "base/result.h"
#include "net/descriptor.h"
#include "sandbox/first_process.h"

namespace fairlead::sandbox {

// What become descriptors 0 to kControlFd of the new process; -1: none.
using FirstDescriptors = std::array<int, kControlFd + 1>;

// Returns its process number once it runs our program. It has all capabilities in its namespaces
// and waits for its plan; its users are not mapped yet. The kernel ends it with the calling
// thread.
Result<int> clone_first_process(const FirstDescriptors& descriptors);

}  // namespace fairlead::sandbox
