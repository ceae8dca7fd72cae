// The queue and the threads behind DiskThreads.
#include "storage/disk_threads.h"

#include "base/park.h"

namespace fairlead::storage {

DiskThreads::~DiskThreads() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    queued_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

void DiskThreads::run(const std::function<void()>& work) {
  const Future<bool> done;
  {
    std::lock_guard lock(mutex_);
    queue_.push_back([&work, done] {
      work();
      done.set(true);
    });
    if (queue_.size() > idle_ && threads_.size() < most_) {
      threads_.emplace_back([this] { work_off(); });
    }
    queued_.notify_one();
  }
  done.get();
}

void DiskThreads::work_off() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    queued_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;
    const std::function<void()> next = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    next();
    lock.lock();
  }
}

}  // namespace fairlead::storage
