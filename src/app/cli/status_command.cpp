// `fairlead status`, `env`, `stop` and `version`: the small commands around a running server.
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "app/cli/cli.h"
#include "app/server_file.h"
#include "app/version.h"

namespace fairlead::app {

namespace {

constexpr int kNotRunning = 3;  // as systemctl and others answer

std::string folder_or_default(const std::string& folder) {
  return folder.empty() ? default_data_folder() : folder;
}

int say_not_running(const std::string& folder) {
  std::fprintf(stderr, "No server runs on %s. Start one: fairlead start --data-dir %s\n",
               folder.c_str(), folder.c_str());
  return kNotRunning;
}

}  // namespace

int status_command(const StatusOptions& options) {
  const std::string folder = folder_or_default(options.data_folder);
  const auto server = read_server_file(folder);
  if (!server) return say_not_running(folder);
  std::printf(
      "running   %s\nregion    %s\npid       %d\ndata      %s\nca        %s\nfunctions %s\n",
      server->endpoint.c_str(), server->region.c_str(), server->pid, folder.c_str(),
      server->ca_file.c_str(), server->functions.c_str());
  const bool other_build = !options.expect_build.empty() && options.expect_build != server->build;
  return other_build ? 4 : 0;
}

int env_command(const std::string& data_folder) {
  const std::string folder = folder_or_default(data_folder);
  const auto server = read_server_file(folder);
  if (!server) return say_not_running(folder);
  std::printf(
      "export AWS_ENDPOINT_URL=%s\n"
      "export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test\n"
      "export AWS_REGION=%s AWS_DEFAULT_REGION=%s\n"
      "export NODE_EXTRA_CA_CERTS='%s' AWS_CA_BUNDLE='%s'\n"
      "export AWS_EC2_METADATA_DISABLED=true\n"
      "# The aws CLI before 2.13 does not read AWS_ENDPOINT_URL: add --endpoint-url "
      "$AWS_ENDPOINT_URL\n",
      server->endpoint.c_str(), server->region.c_str(), server->region.c_str(),
      server->ca_file.c_str(), server->ca_file.c_str());
  return 0;
}

int stop_command(const std::string& data_folder) {
  const std::string folder = folder_or_default(data_folder);
  const auto server = read_server_file(folder);
  if (!server) return say_not_running(folder);
  if (kill(server->pid, SIGTERM) != 0) {
    std::perror("fairlead: cannot stop the server");
    return 1;
  }
  for (int waited_ms = 0; waited_ms < 30'000; waited_ms += 20) {
    if (start_of_process(server->pid) != server->started) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  std::fprintf(stderr, "fairlead: process %d still runs after 30 seconds.\n", server->pid);
  return 1;
}

int version_command() {
  std::printf("fairlead %s\n", kVersion);
  return 0;
}

}  // namespace fairlead::app
