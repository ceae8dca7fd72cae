// The start-up banner; one log line instead when the log is for machines.
#include "app/banner.h"

#include <cstdio>

#include "app/version.h"
#include "net/loop.h"

namespace fairlead::app {

void print_banner(const Config& config, const Server& server) {
  const std::size_t files = net::open_file_limit();
  if (files < 10'000) {
    log_warn("few open files allowed: raise `ulimit -n` for many connections",
             {{"limit", static_cast<unsigned long>(files)}});
  }
  if (config.durability == storage::Durability::kRelaxed) {
    log_warn("relaxed durability: what was acknowledged may be lost in a crash");
  }
  if (config.log_format == LogFormat::kJson) {
    log_info("listening", {{"endpoint", server.endpoint()},
                           {"version", kVersion},
                           {"open_files", static_cast<unsigned long>(files)},
                           {"data", config.ephemeral ? "memory" : config.data_folder}});
    return;
  }
  std::fprintf(stderr,
               "Fairlead %s is listening on %s\n"
               "  data        %s\n"
               "  region      %s unless the request names one\n"
               "  keys        test / test\n"
               "  WebSockets  ws://%s/_aws/execute-api/{api}/{stage}\n"
               "              up to %zu connections at once (`ulimit -n`)\n"
               "  websites    %s/_aws/website/{bucket}/\n"
               "  https       the same port; trust %s\n"
               "Ctrl-C stops it. `fairlead env` prints the variables for your tools.\n",
               kVersion, server.endpoint().c_str(),
               config.ephemeral ? "in memory, gone at exit" : config.data_folder.c_str(),
               config.region.c_str(), server.endpoint().substr(7).c_str(), files,
               server.endpoint().c_str(), server.ca_file().c_str());
}

}  // namespace fairlead::app
