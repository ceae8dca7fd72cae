// External extensions: the executables in /opt/extensions, which start beside the function's
// process and in the same sandbox.
#pragma once

#include <string>
#include <vector>

#include "platform/workers.h"
#include "workers/extensions.h"

namespace fairlead::workers {

struct ExtensionProgram {
  std::string name;  // by which it registers: its file's
  std::string path;  // as the worker sees it
};

// Looks where the spec's mounts bring /opt from. `sandboxed`: paths inside, else the host's.
std::vector<ExtensionProgram> find_extensions(const platform::WorkerSpec& spec,
                                              const platform::WorkerLauncher& launcher);
// A shell that starts them, without descriptor 3, and then becomes `argv`.
std::vector<std::string> with_extensions(const std::vector<ExtensionProgram>& programs,
                                         const std::vector<std::string>& argv);
Extensions::Environment extension_environment(const platform::WorkerSpec& spec,
                                              const std::vector<ExtensionProgram>& programs);

}  // namespace fairlead::workers
