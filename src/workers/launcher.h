// The WorkerLauncher of a house on one machine: each worker is a process of its own, taken from a
// stock of waiting ones where its spec allows, else started.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "net/child_process.h"
#include "net/loop.h"
#include "platform/workers.h"
#include "workers/live_processes.h"
#include "workers/stock.h"

namespace fairlead::workers {

class RuntimeApi;
class RuntimeApiHost;
class Zygote;
struct ExtensionProgram;

// Works on `loops`, which must be running when launch is called and outlive this. A worker lives on
// the loop from which it was launched, or on the next in turn. Log callbacks come on that loop's
// thread and must not wait.
class ProcessLauncher final : public platform::WorkerLauncher {
 public:
  // `children` starts the processes; nullptr: the plain launcher of net/child_process.h.
  explicit ProcessLauncher(net::Loops& loops,
                           std::unique_ptr<net::ChildLauncher> children = nullptr,
                           StockLimits stock_limits = {});
  // Kills what still lives and waits for its end. On a plain thread, before the loops stop.
  ~ProcessLauncher() override;

  Result<std::unique_ptr<platform::Worker>> launch(const platform::WorkerSpec& spec,
                                                   platform::WorkerLog log) override;
  bool sandboxed() const override { return children_->sandboxes(); }
  void keep_ready(std::shared_ptr<const platform::WorkerBase> base) override;

  // Ends every worker, whatever it is doing. New ones may still be launched.
  void kill_all() { live_->kill_all(); }

  // Not collected yet: workers, those in stock, zygotes.
  std::size_t live_processes() const { return live_->size() + stock_->size(); }
  std::size_t in_stock() const { return stock_->size(); }

 private:
  struct Made {  // a child, and the Runtime API it talks to, if any
    std::unique_ptr<net::Child> child;
    std::shared_ptr<RuntimeApiHost> host;
    std::shared_ptr<RuntimeApi> api;
    Json init;
  };

  Result<Made> make(const platform::WorkerSpec& spec);
  std::unique_ptr<net::Child> take_ready(const platform::WorkerSpec& spec);
  Result<Made> make_with_api(const platform::WorkerSpec& spec,
                             const std::vector<ExtensionProgram>& extensions);
  Result<std::unique_ptr<net::Child>> start_for_stock(const platform::WorkerBase& base);
  std::shared_ptr<net::ChildForker> forker_for(const platform::WorkerBase& base);
  std::shared_ptr<RuntimeApiHost> runtime_api_host();
  net::ChildLauncher& plain_launcher();

  net::Loops& loops_;
  const std::unique_ptr<net::ChildLauncher> children_;
  const std::shared_ptr<LiveProcesses> live_;  // shared with what the processes call at their end
  std::mutex mutex_;                           // for what follows
  std::shared_ptr<RuntimeApiHost> host_;       // made when the first custom runtime comes
  std::unique_ptr<net::ChildLauncher> plain_;  // for zygotes, when `children_` sandboxes
  std::map<std::string, std::shared_ptr<Zygote>> zygotes_;
  std::unique_ptr<Stock> stock_;
};

}  // namespace fairlead::workers
