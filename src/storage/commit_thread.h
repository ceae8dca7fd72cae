// One thread that writes. Callers queue their batch and park; the thread takes everything that
// waits, writes and syncs it as one, and wakes the callers.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/park.h"
#include "storage/store.h"

namespace fairlead::storage {

class CommitThread {
 public:
  // Writes all of the batches, in order, or none of them; called on the thread only.
  using Write = std::function<Status(std::span<const Batch* const> batches)>;

  explicit CommitThread(Write write);
  ~CommitThread();  // everything that is queued is written first

  // Parks until the batch is written. A full queue refuses at once (kStoreFailed).
  Status commit(const Batch& batch);

  struct Bounds {
    std::size_t queued_bytes = 256 * 1024 * 1024;
    std::size_t group_bytes = 4 * 1024 * 1024;  // one write; at least one batch
    std::size_t group_batches = 1024;
  };

 private:
  // Lives on the caller's stack until `done`; after that only the caller touches it.
  struct Waiter {
    const Batch* batch;
    std::size_t bytes;
    std::shared_ptr<Parker> parker;
    Status status;
    std::atomic<bool> done{false};
    Waiter* next = nullptr;
  };

  void run();
  std::vector<Waiter*> take_group();

  const Write write_;
  const Bounds bounds_;
  std::mutex mutex_;
  std::condition_variable queued_;
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
  std::size_t queued_bytes_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace fairlead::storage
