// Queues: every queue of every account and region. All of them are in memory; the store has a
// record of each.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "services/sqs/queue.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::sqs {

class Queues {
 public:
  explicit Queues(storage::Store& store) : store_(store) {}

  // Null when there is none.
  Result<QueuePointer> find(const std::string& account, const std::string& region,
                            const std::string& name);
  Result<QueuePointer> find_arn(const std::string& arn);
  // By name, those whose name starts with `prefix`.
  Result<std::vector<QueuePointer>> list(const std::string& account, const std::string& region,
                                         const std::string& prefix);
  Result<std::vector<QueuePointer>> all();

  // Each of these is durable when it returns; they wait for each other on one queue.
  // The queue that is there already, or the new one. `check` may refuse the one that is there.
  Result<QueuePointer> create(QueueFacts facts, Settings settings,
                              const std::function<Status(const Queue&)>& check);
  Status change(Queue& queue, const std::function<Status(Settings&)>& changer);
  Status erase(Queue& queue);

  void end_waits();  // for good

 private:
  Status load();  // once

  storage::Store& store_;
  storage::KeyLocks locks_{64};
  std::mutex mutex_;  // never held across a wait (reading the store is none)
  bool loaded_ = false, ending_ = false;
  std::map<std::string, QueuePointer> queues_;  // by storage key
};

}  // namespace fairlead::sqs
