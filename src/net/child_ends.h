// The two ends of what connects us with a child process, for those that launch one.
#pragma once

#include <string>

#include "base/result.h"
#include "net/child_process.h"
#include "net/descriptor.h"

namespace fairlead::net {

// Both close-on-exec and above the descriptors 0 to 9, which the child's ends become; ours does not
// block.
struct ChildEnds {
  Descriptor ours;
  Descriptor theirs;
};
Result<ChildEnds> make_child_pipe();
Result<ChildEnds> make_child_channel(ChildChannel kind);
// The same descriptor with a number that is out of the way; the old one is closed.
Descriptor above_standard(int fd);

// When memory runs out, a function goes before the server.
void prefer_for_oom(int pid);

Error cannot_launch(const std::string& step, int error_number);

}  // namespace fairlead::net
