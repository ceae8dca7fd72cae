// `fairlead runtimes`: what serves each runtime here, and how to bring the real one.
#include <unistd.h>

#include <cstdio>

#include "app/cli/cli.h"
#include "app/interpreters.h"

namespace fairlead::app {

namespace {

int install(const Config& config, const std::string& runtime) {
  if (python_minor(runtime) != 0) {
    std::fprintf(
        stderr,
        "fairlead: %s is served by a Python of this machine. Install one, for example with "
        "pyenv or uv, and it is found.\n",
        runtime.c_str());
    return 1;
  }
  const int major = node_major(runtime);
  if (major == 0) {
    std::fprintf(stderr, "fairlead: %s is not a Node runtime. There are:", runtime.c_str());
    for (const auto& name : node_runtimes()) std::fprintf(stderr, " %s", name.c_str());
    std::fprintf(stderr, "\n");
    return 1;
  }
  const std::string script = config.runtimes_folder + "/nodejs/install-binary";
  const std::string folder = config.interpreters_folder + "/nodejs" + std::to_string(major);
  execl(script.c_str(), script.c_str(), std::to_string(major).c_str(), folder.c_str(), nullptr);
  std::perror(script.c_str());
  return 1;
}

// One line. `language`: "Node 20", "Python 3.11" without the number.
void print(const std::string& runtime, int version, const std::vector<Interpreter>& found,
           const char* language, const std::string& remedy) {
  const auto interpreter = nearest(found, version);
  if (!interpreter) {
    std::printf("%-12s nothing on this machine   %s\n", runtime.c_str(), remedy.c_str());
    return;
  }
  std::printf("%-12s %s", runtime.c_str(), interpreter->path.c_str());
  if (interpreter->version != version) {
    std::printf(" (%s%d)   %s", language, interpreter->version, remedy.c_str());
  }
  std::printf("\n");
}

}  // namespace

int runtimes_command(RuntimesOptions options) {
  Config config;
  config.runtimes_folder = options.runtimes_folder;
  config.interpreters_folder = options.interpreters_folder;
  if (const Status status = complete(config); !status.ok()) return complain(status.error());
  if (!options.install.empty()) return install(config, options.install);
  const auto nodes = find_nodes(config.interpreters_folder);
  for (const std::string& runtime : node_runtimes()) {
    print(runtime, node_major(runtime), nodes, "Node ",
          "the real one: fairlead runtimes install " + runtime);
  }
  const auto pythons = find_pythons(config.interpreters_folder);
  for (const std::string& runtime : python_runtimes()) {
    print(runtime, python_minor(runtime), pythons, "Python 3.",
          "the real one: install Python " + runtime.substr(std::string_view("python").size()));
  }
  std::printf("%-12s any executable named `bootstrap`, over the HTTP Runtime API\n", "provided.*");
  return 0;
}

}  // namespace fairlead::app
