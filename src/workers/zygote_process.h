// A running zygote: orders out, replies in (docs/formats/zygote.md). Orders may be given from a
// fiber of any loop or a plain thread; replies are matched by id.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "base/park.h"
#include "net/child_process.h"
#include "workers/watched_process.h"

namespace fairlead::workers {

class ZygoteProcess final : public WatchedProcess, private net::Watcher {
 public:
  using WatchedProcess::WatchedProcess;

  void begin() override;
  // Waits until it has loaded, sends the order, waits for the reply: 2 seconds in all. A zygote
  // that leaves an order unanswered is killed, lest it carry it out when nobody expects it any
  // more.
  Result<int> fork_into(const net::ForkOrder& order);

 private:
  using Reply = Future<Result<int>>;

  bool working() const override { return false; }
  void ended(int exit_code) override;
  void on_ready(std::uint32_t events) override;
  void on_message(std::string_view text);
  void close_channel();

  bool wait_ready(std::int64_t deadline_ms);
  Status send(int id, const net::ForkOrder& order);

  std::mutex mutex_;  // the channel is closed under it, too
  bool loaded_ = false;
  bool gone_ = false;
  int last_id_ = 0;
  std::vector<Future<bool>> waiting_;
  std::map<int, Reply> orders_;
};

}  // namespace fairlead::workers
