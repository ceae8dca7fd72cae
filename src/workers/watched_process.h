// A process on its event loop: what it prints becomes log events, its memory is watched while it
// works, its end is noticed and collected. What it works on is for the classes derived from it
// (FrameProcess, RuntimeApiProcess, ZygoteProcess).
//
// A process that prints faster than kLogBytesEachMs is held back: its pipes stay unread for a
// while, so that it waits in write() and neither the log nor our memory is flooded.
//
// One lives from its launch until its process has ended and was collected, held by LiveProcesses;
// everything but what says "any thread" happens on its loop's thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/park.h"
#include "net/child_process.h"
#include "net/loop.h"
#include "platform/workers.h"
#include "workers/log_lines.h"

namespace fairlead::workers {

class WatchedProcess : public std::enable_shared_from_this<WatchedProcess> {
 public:
  struct Setup {
    net::Loop& loop;
    std::string name;
    std::unique_ptr<net::Child> child;
    platform::WorkerLog log;
    std::int64_t memory_limit_bytes;
    std::function<void(WatchedProcess&)> gone;  // its last call
  };
  explicit WatchedProcess(Setup setup);
  virtual ~WatchedProcess();
  WatchedProcess(const WatchedProcess&) = delete;

  virtual void begin();  // once: watches the descriptors

  // Any thread.
  net::Loop& loop() { return loop_; }
  bool alive() const { return alive_; }
  void kill();
  void silence();  // no log callback after this returns: its owner is about to go
  int pid() const { return pid_; }
  // Peak resident size: read anew when the last look is older than kMemoryFreshMs, since reading
  // /proc costs more than the rest of a short invocation.
  std::int64_t max_memory_bytes();

 protected:
  virtual bool working() const = 0;       // an answer is owed
  virtual void take_rest() {}             // it has ended: read what it still sent
  virtual void ended(int exit_code) = 0;  // tell whoever waits
  virtual void on_room_for_output() {}    // it may be read again
  net::Child& child() { return *child_; }
  const std::string& name() const { return name_; }
  int exit_code() const { return exit_code_; }
  void log(std::int64_t time_us, std::string_view text);
  void watch_memory();     // while working()
  void read_output_now();  // so that raw output comes before the answer that follows it
  bool output_held();      // it has printed too much lately: leave what else it sends unread
  platform::WorkerOutcome exit_outcome() const;

 private:
  enum class Which { kOutput, kErrors, kExit };
  struct Port final : net::Watcher {
    Port(WatchedProcess& process, Which which_one) : owner(process), which(which_one) {}
    void on_ready(std::uint32_t events) override { owner.on_ready(which, events); }
    WatchedProcess& owner;
    const Which which;
    bool watched = false;
  };
  struct Pipe {
    Port port;
    net::Descriptor& descriptor;
    LogLines lines;
  };

  void on_ready(Which which, std::uint32_t events);
  void watch(Port& port, int fd);
  void unwatch(Port& port, int fd);
  // Reads at most `limit` bytes, or what is there.
  void read_pipe(Pipe& pipe, std::size_t limit);
  void on_exit();
  void check_memory();
  net::ChildMemory look_at_memory();
  void earn_output();
  void hold_output();
  void release_output();

  net::Loop& loop_;
  const std::string name_;
  const std::unique_ptr<net::Child> child_;
  std::mutex log_mutex_;  // held during the callback, which never waits
  platform::WorkerLog log_;
  const std::int64_t memory_limit_bytes_;
  std::function<void(WatchedProcess&)> gone_;
  const int pid_;
  std::atomic<bool> alive_{true};
  std::atomic<std::int64_t> peak_bytes_{0};
  std::atomic<std::int64_t> looked_ms_{0};  // when the memory was read last
  int exit_code_ = 0;
  bool collected_ = false;
  Port exit_port_;
  Pipe output_;
  Pipe errors_;
  net::Timer memory_timer_;
  std::int64_t memory_interval_ms_ = 0;
  std::int64_t output_credit_;  // bytes that may be logged at once; below zero: held back
  std::int64_t credited_ms_ = 0;
  bool held_ = false;
  net::Timer output_timer_;
};

}  // namespace fairlead::workers
