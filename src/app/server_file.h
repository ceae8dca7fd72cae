// server.json in the data folder: how `fairlead status`, `env` and `stop` find the running server.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace fairlead::app {

struct ServerFile {
  int pid = 0;
  std::string started;   // the process's start time as /proc has it: a pid alone may be another's
  std::string endpoint;  // http://127.0.0.1:4566
  std::string region;
  std::string build;
  std::string ca_file;
  std::string functions;  // what they run in, for people
};

Status write_server_file(const std::string& data_folder, const ServerFile& file);
void remove_server_file(const std::string& data_folder);
// Nothing when there is none, or when its process is gone.
std::optional<ServerFile> read_server_file(const std::string& data_folder);

// When the process started, in the kernel's ticks; empty when it is gone (or only waits to be
// collected by its parent).
std::string start_of_process(int pid);

}  // namespace fairlead::app
