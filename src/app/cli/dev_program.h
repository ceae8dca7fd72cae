// Other people's programs that `fairlead dev` runs in front of the user: the deploy script, and the
// interpreters' own syntax checks. They write to our terminal and end with us.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace fairlead::app {

extern const ErrorCode kProgramFailed;

// Runs `command` by /bin/sh in `folder`, with `environment` ("NAME=value") over ours, until it
// ends. `signals`: a signalfd; when one arrives the program is asked to end, too. True: it ended
// well, false: a signal came. Errors: kProgramFailed with the exit code.
Result<bool> run_to_end(const std::string& command, const std::string& folder,
                        const std::vector<std::string>& environment, int signals);

// Syntax checks beside everything else: each prints what it found, nothing when all is well.
class SyntaxChecks {
 public:
  ~SyntaxChecks();
  // Starts a check when `path` is a JavaScript or Python file and its interpreter is there.
  void check(const std::string& path);
  void reap();  // now and then

 private:
  std::vector<int> running_;
};

}  // namespace fairlead::app
