// How other threads reach a loop: work to run and fibers to resume, under one short lock, with one
// wake-up for a burst. It outlives its loop, because parkers that others hold refer to it.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

namespace fairlead::net {

class FiberParker;

struct Mailbox {
  Mailbox();
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  void post(std::function<void()> work);
  void post(FiberParker* fiber);  // parked, and to be resumed; the loop owns it

  int event_fd = -1;
  std::mutex mutex;
  std::atomic<bool> signalled{false};  // the loop will look without another wake-up
  std::vector<std::function<void()>> work;
  FiberParker* fibers = nullptr;  // newest first

 private:
  void signal();
};

}  // namespace fairlead::net
