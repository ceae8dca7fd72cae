// The command line: `fairlead <command>`. Each command is one function in a file of its own and
// returns the exit code.
#pragma once

#include <string>

#include "app/config.h"

namespace fairlead::app {

int run_command_line(int argc, char** argv);

struct StatusOptions {
  std::string data_folder, expect_build;
};
struct RuntimesOptions {
  std::string runtimes_folder, interpreters_folder, install;  // install: "nodejs16.x" or empty
};
struct OperationsOptions {
  std::string service, format;  // format: "text" or "markdown" (the coverage page)
};
struct DevOptions {
  std::string data_folder, folder;  // folder: where a fairlead.json lies
  bool no_logs = false;             // what the functions print is not shown
};
struct LogsOptions {
  std::string data_folder, region, group, filter, stream;
  std::string since = "10m";
  bool follow = false, raw = false, no_color = false;
};

int start_command(Config config);
int status_command(const StatusOptions& options);
int stop_command(const std::string& data_folder);
int env_command(const std::string& data_folder);
int dev_command(const DevOptions& options);
int logs_command(const LogsOptions& options);
int runtimes_command(RuntimesOptions options);
int operations_command(const OperationsOptions& options);
int version_command();

// Prints `error` as one line on standard error; 1.
int complain(const Error& error);

}  // namespace fairlead::app
