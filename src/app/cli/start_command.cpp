// `fairlead start`: constructs the server, says where it is, and waits for a signal to stop it.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "app/banner.h"
#include "app/cli/cli.h"
#include "app/server_file.h"
#include "app/wiring.h"

namespace fairlead::app {

namespace {

// SIGINT and SIGTERM are taken by wait_for_signal alone; blocked before any thread is made.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

int serve(const Config& config, const sigset_t& signals) {
  auto server = Server::create(config, system_clock());
  if (!server.ok()) return complain(server.error());
  if (const Status started = (*server)->start(); !started.ok()) return complain(started.error());
  const ServerFile file{getpid(),
                        "",
                        (*server)->endpoint(),
                        config.region,
                        config.build,
                        (*server)->ca_file(),
                        (*server)->functions_run_in()};
  if (const Status written = write_server_file(config.data_folder, file); !written.ok()) {
    return complain(written.error());
  }
  print_banner(config, **server);

  int signal_number = 0;
  sigwait(&signals, &signal_number);
  log_info("stopping", {{"signal", signal_number == SIGINT ? "SIGINT" : "SIGTERM"}});
  (*server)->stop();
  remove_server_file(config.data_folder);
  log_info("stopped");
  return 0;
}

}  // namespace

int start_command(Config config) {
  const sigset_t signals = block_signals();
  if (config.ephemeral && config.data_folder.empty()) {
    config.data_folder =
        std::filesystem::temp_directory_path() / ("fairlead-" + std::to_string(getpid()));
  }
  if (const Status status = complete(config); !status.ok()) return complain(status.error());
  set_log_format(config.log_format);
  set_log_level(config.log_level);
  const int exit_code = serve(config, signals);
  if (config.ephemeral) {
    std::error_code ignored;
    std::filesystem::remove_all(config.data_folder, ignored);
  }
  return exit_code;
}

}  // namespace fairlead::app
