// The loopback listeners of the Runtime API: one port for each custom runtime that lives, because
// the variable AWS_LAMBDA_RUNTIME_API names nothing but host and port. Ports are used again.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "net/http_server.h"
#include "workers/runtime_api.h"

namespace fairlead::workers {

class RuntimeApiHost {
 public:
  explicit RuntimeApiHost(net::Loops& loops);

  Result<std::shared_ptr<RuntimeApi>> open();  // any thread
  void close(const RuntimeApi& api);

 private:
  void handle(net::Exchange& exchange);

  std::mutex mutex_;
  std::unordered_map<int, std::shared_ptr<RuntimeApi>> by_port_;
  std::vector<int> free_ports_;
  net::HttpServer server_;  // last: its handlers use the rest
};

}  // namespace fairlead::workers
