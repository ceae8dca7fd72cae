// `fairlead runtimes`: what serves each runtime here, and how to bring the real one.
#include <unistd.h>

#include <cstdio>

#include "app/cli/cli.h"
#include "app/interpreters.h"

namespace fairlead::app {

namespace {

int install(const Config& config, const std::string& runtime) {
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

}  // namespace

int runtimes_command(RuntimesOptions options) {
  Config config;
  config.runtimes_folder = options.runtimes_folder;
  config.interpreters_folder = options.interpreters_folder;
  if (const Status status = complete(config); !status.ok()) return complain(status.error());
  if (!options.install.empty()) return install(config, options.install);
  const auto nodes = find_nodes(config.interpreters_folder);
  for (const std::string& runtime : node_runtimes()) {
    const int major = node_major(runtime);
    const auto node = nearest(nodes, major);
    std::printf("%-12s %s", runtime.c_str(), node ? node->path.c_str() : "no Node on this machine");
    if (!node || node->major != major) {
      if (node) std::printf(" (Node %d)", node->major);
      std::printf("   the real one: fairlead runtimes install %s", runtime.c_str());
    }
    std::printf("\n");
  }
  std::printf("%-12s any executable named `bootstrap`, over the HTTP Runtime API\n", "provided.*");
  return 0;
}

}  // namespace fairlead::app
