// What a running server was told: from the command line, the environment and defaults.
#pragma once

#include <cstdint>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "sandbox/launcher.h"
#include "storage/store.h"

namespace fairlead::app {

struct Config {
  std::string listen_ip = "127.0.0.1";
  int port = 4566;
  std::string data_folder;  // absolute
  bool ephemeral = false;   // everything in memory and in a folder that goes with the process
  std::string region = "us-east-1";  // for requests whose address and signature name none
  int loops = 0;                     // 0: one for each core
  storage::Durability durability = storage::Durability::kSync;
  LogFormat log_format = LogFormat::kText;
  LogLevel log_level = LogLevel::kInfo;
  std::string runtimes_folder;      // the bootstraps and SDKs (runtimes/ of the project)
  std::string interpreters_folder;  // where `fairlead runtimes install` puts Node binaries
  std::string build;  // free text shown by status; fairlead-up sets the binary's digest
  sandbox::Mode sandbox = sandbox::Mode::kAuto;       // what functions run in
  sandbox::Egress egress = sandbox::Egress::kClosed;  // may they reach the outside?
  std::int64_t websocket_idle_ms = 600'000;
  std::int64_t websocket_max_age_ms = 7'200'000;
  bool ordered_connections = false;     // messages of one connection one after the other
  double requests_per_second = 10'000;  // of all APIs of an account and region; 0: no limit
  double connects_per_second = 500;
  std::int64_t event_retry_delay_ms = -1;  // of queued events and streams; -1: as AWS
};

extern const ErrorCode kBadConfig;  // one line that says what to do

// "127.0.0.1:4566", "4566", "[::1]:4566", "localhost:0".
Status read_listen(const std::string& text, Config& config);
// Fills in what was left open and refuses what cannot be: a listener beyond loopback while only the
// development root key exists, a missing runtimes folder.
Status complete(Config& config);

std::string default_data_folder();          // ~/.fairlead
std::string default_interpreters_folder();  // ~/.cache/fairlead/runtimes
int core_count();

}  // namespace fairlead::app
