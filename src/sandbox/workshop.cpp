// A queue and its threads.
#include "sandbox/workshop.h"

namespace fairlead::sandbox {

Workshop::Workshop(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Workshop::~Workshop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workshop::post(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    orders_.push_back(std::move(work));
  }
  changed_.notify_one();
}

void Workshop::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopped_ || !orders_.empty(); });
    if (orders_.empty()) return;
    const std::function<void()> order = std::move(orders_.front());
    orders_.pop_front();
    lock.unlock();
    order();
    lock.lock();
  }
}

}  // namespace fairlead::sandbox
