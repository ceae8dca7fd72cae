// LambdaOptions: everything that the service is told about the world it runs in. It reads no
// environment variable and looks for no program itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "services/lambda/runtimes.h"

namespace fairlead::lambda {

struct LambdaOptions {
  std::string data_folder;                // absolute; unpacked code goes to <data_folder>/functions
  std::string runtimes_folder;            // absolute; holds nodejs/bootstrap.js and nodejs/sdk/
  std::vector<Interpreter> interpreters;  // found by the app
  std::string endpoint_url = "http://127.0.0.1:4566";  // how functions reach this server
  std::string ca_file;                                 // PEM; empty: no TLS

  std::size_t account_concurrency = 1000;  // of each account and region
  std::size_t max_processes = 128;         // workers of all functions together
  std::size_t parallel_starts = 4;         // workers of one function that start at the same time
  std::int64_t idle_ms = 10 * 60 * 1000;   // an unused worker is ended after this long
  std::int64_t init_timeout_ms = 10'000;   // as on AWS, before the function's own timeout begins
  std::int64_t max_wait_ms = 30'000;       // for a process, when the machine's bound is reached

  // Runs a task that may wait on a fiber of its own (net::spawn). Needed when a caller gives up
  // before the function is done; without it, such a caller waits until it is.
  std::function<void(std::function<void()>)> spawn;
};

}  // namespace fairlead::lambda
