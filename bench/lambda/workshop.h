// The product's workers room with one loop: workers as processes of their own, from the stock, or
// in sandboxes.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "load/options.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "workers/launcher.h"

namespace fairlead::bench {

class Workshop {
 public:
  // Takes --program, --script, --runtime, --task, --stock, --sandbox, --zygote, --runtime-folder.
  explicit Workshop(Options& options);
  ~Workshop();

  bool uses_stock() const { return stock_; }
  workers::ProcessLauncher& launcher() { return *launcher_; }
  platform::WorkerSpec spec() const;
  std::vector<std::string> argv() const;  // the interpreter and an empty script
  std::unique_ptr<platform::Worker> ready_worker();
  void wait_for_stock();                      // until it is full and its processes have loaded
  void on_fiber(std::function<void()> work);  // returns when it has ended

 private:
  std::string program_, script_, runtime_, task_;
  bool stock_, sandbox_;
  std::shared_ptr<platform::WorkerBase> base_;
  std::string folder_;
  net::Loops loops_;
  std::unique_ptr<net::HttpServer> server_;
  std::unique_ptr<workers::ProcessLauncher> launcher_;
};

std::int64_t monotonic_deadline(std::int64_t ms);
platform::Invocation sample_invocation(const std::string& event);

}  // namespace fairlead::bench
