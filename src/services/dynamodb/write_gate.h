// WriteGate: lets a change of a table's schema wait for the writers that still go by the old one.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "base/park.h"

namespace fairlead::dynamodb {

class WriteGate {
 public:
  // False once closed: the caller must look the table up again.
  bool enter() {
    std::lock_guard lock(mutex_);
    if (closed_) return false;
    ++writers_;
    return true;
  }

  void leave() {
    std::vector<Future<bool>> waiting;
    {
      std::lock_guard lock(mutex_);
      if (--writers_ == 0 && closed_) waiting.swap(waiting_);
    }
    for (const Future<bool>& future : waiting) future.set(true);
  }

  // Parks until every writer that entered has left.
  void close_and_wait() {
    std::optional<Future<bool>> empty;
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
      if (writers_ > 0) waiting_.push_back(empty.emplace());
    }
    if (empty) empty->get();
  }

 private:
  std::mutex mutex_;  // held for a few instructions, never across a wait
  int writers_ = 0;
  bool closed_ = false;
  std::vector<Future<bool>> waiting_;
};

}  // namespace fairlead::dynamodb
