// `fairlead dev <folder>`: saves run at once. Finds the server and the folder's description, has
// deployed what is missing, and watches until Ctrl-C.
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdio>

#include "app/cli/cli.h"
#include "app/cli/dev_session.h"
#include "app/cli/server_call.h"
#include "app/server_file.h"
#include "net/descriptor.h"

namespace fairlead::app {

namespace {

constexpr const char* kAccount = "000000000000";  // whom server_call speaks as

net::Descriptor open_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return net::Descriptor(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

// What a deploy script needs to talk to the server, whatever the user's shell is set to.
std::vector<std::string> deploy_environment(const ServerFile& server, const std::string& region) {
  std::vector<std::string> environment{"ENDPOINT=" + server.endpoint,
                                       "AWS_ENDPOINT_URL=" + server.endpoint,
                                       "AWS_ACCESS_KEY_ID=test",
                                       "AWS_SECRET_ACCESS_KEY=test",
                                       "AWS_SESSION_TOKEN=",
                                       "AWS_EC2_METADATA_DISABLED=true",
                                       "AWS_PAGER=",
                                       "AWS_CA_BUNDLE=" + server.ca_file};
  const std::string& named = region.empty() ? server.region : region;
  environment.push_back("AWS_REGION=" + named);
  environment.push_back("AWS_DEFAULT_REGION=" + named);
  return environment;
}

Status develop(const DevOptions& options) {
  const net::Descriptor signals = open_signals();
  const std::string data_folder =
      options.data_folder.empty() ? default_data_folder() : options.data_folder;
  DevDescription description = TRY(read_description(options.folder, kAccount));
  const auto server = read_server_file(data_folder);
  if (!server) {
    return Error{&kNoServer,
                 "No server runs on " + data_folder +
                     ". Start one in another terminal: fairlead start --data-dir " + data_folder,
                 {}};
  }
  const auto environment = deploy_environment(*server, description.region);
  std::printf("%s on %s\n", description.folder.c_str(), server->endpoint.c_str());
  std::fflush(stdout);
  const DevServer target{data_folder, description.region};
  DevSession session(std::move(description), target, signals.get());
  if (!TRY(session.prepare(environment))) return {};
  return session.run(options.no_logs ? FunctionLogs::kNot : FunctionLogs::kFollowed);
}

}  // namespace

int dev_command(const DevOptions& options) {
  const Status status = develop(options);
  return status.ok() ? 0 : complain(status.error());
}

}  // namespace fairlead::app
