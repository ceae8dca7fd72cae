// The zygote of one base: started when first needed and again after it died, later and later when
// it keeps dying. Runs outside of sandboxes, since no user code runs in it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/park.h"
#include "net/child_process.h"
#include "platform/workers.h"
#include "workers/zygote_process.h"

namespace fairlead::workers {

class Zygote final : public net::ChildForker {
 public:
  // Starts a process from this spec and lets it live until stop() or its own end. May park.
  using Start = std::function<Result<std::shared_ptr<ZygoteProcess>>(net::ChildSpec spec)>;

  Zygote(const platform::WorkerBase& base, Start start);
  ~Zygote() override;  // ends the process, not its forks

  Result<int> fork_into(const net::ForkOrder& order) override;
  void stop();  // any thread, at once; there is no other start after it

 private:
  Result<std::shared_ptr<ZygoteProcess>> running();
  Result<std::shared_ptr<ZygoteProcess>> start_anew();

  const net::ChildSpec spec_;
  const Start start_;
  std::mutex mutex_;
  std::shared_ptr<ZygoteProcess> process_;
  bool starting_ = false;
  bool stopped_ = false;
  std::vector<Future<bool>> waiting_;  // for the start that is under way
  int failures_ = 0;                   // starts in a row that did not last
  std::int64_t started_ms_ = 0;
  std::int64_t not_before_ms_ = 0;
};

}  // namespace fairlead::workers
