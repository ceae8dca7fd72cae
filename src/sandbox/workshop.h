// The threads that make sandboxes. Launching blocks for some milliseconds, so no loop does it; and
// the kernel binds "end with the parent" to the thread that made the child, so these live as long
// as the launcher.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace fairlead::sandbox {

class Workshop {
 public:
  explicit Workshop(std::size_t threads);
  ~Workshop();  // does what was ordered, then ends
  Workshop(const Workshop&) = delete;

  void post(std::function<void()> work);  // from any thread

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> orders_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace fairlead::sandbox
