// The listeners of the Runtime API, one for each custom runtime that lives: inside its sandbox,
// where the socket comes with the child, or (without sandboxes) on a loopback port of ours, because
// the variable AWS_LAMBDA_RUNTIME_API names nothing but host and port. Our own ports are used
// again.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "net/descriptor.h"
#include "net/http_server.h"
#include "workers/runtime_api.h"

namespace fairlead::workers {

class RuntimeApiHost {
 public:
  explicit RuntimeApiHost(net::Loops& loops);

  // Any thread.
  Result<std::shared_ptr<RuntimeApi>> open(Extensions::Environment environment);  // on our port
  Result<std::shared_ptr<RuntimeApi>> adopt(net::Descriptor listener,
                                            Extensions::Environment environment);
  void close(const RuntimeApi& api);

 private:
  struct Place {
    std::shared_ptr<RuntimeApi> api;
    std::optional<net::HttpServer::ListenerId> adopted;
  };
  void handle(net::Exchange& exchange);

  std::mutex mutex_;
  std::unordered_map<std::string, Place> places_;  // by RuntimeApi::origin
  std::vector<int> free_ports_;
  std::uint64_t last_adopted_ = 0;
  net::HttpServer server_;  // last: its handlers use the rest
};

}  // namespace fairlead::workers
