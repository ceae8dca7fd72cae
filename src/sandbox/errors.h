// What can go wrong while a sandbox is made: the step, and the system's words.
#pragma once

#include <string>

#include "net/child_ends.h"

namespace fairlead::sandbox {

// Code net::kCannotLaunch, as every launcher's errors.
inline Error cannot_sandbox(const std::string& step, int error_number) {
  return net::cannot_launch(step, error_number);
}
inline Error cannot_sandbox(const std::string& what) { return {&net::kCannotLaunch, what, {}}; }

}  // namespace fairlead::sandbox
