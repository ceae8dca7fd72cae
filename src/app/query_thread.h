// A thread for the queries of CloudWatch Logs Insights: they read much, and no event loop may wait
// for them. One at a time.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace fairlead::app {

class QueryThread {
 public:
  // Waits for the task that runs; those that wait are dropped.
  ~QueryThread();
  // Returns at once. The thread starts with the first task.
  void run(std::function<void()> task);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace fairlead::app
