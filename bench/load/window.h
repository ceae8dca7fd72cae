// The measured window of a closed-loop run: after a warm-up, so many seconds (or so many replies),
// with the server's CPU time read at both ends.
#pragma once

#include <cstdint>
#include <vector>

#include "load/latency.h"
#include "load/options.h"

namespace fairlead::bench {

class Window {
 public:
  // Takes --seconds, --warmup, --messages and --pid. With --messages there is no warm-up and the
  // run ends after that many replies: for counting instructions.
  explicit Window(Options& options);

  void start();
  // Once a turn. False: the run is over.
  bool go_on();
  // How many more may be asked for; counts them as asked. Without --messages always `wanted`.
  std::size_t take_allowance(std::size_t wanted);
  void add_replies(std::uint64_t count, std::int64_t took_ns);

  // {"count":…,"seconds":…,"per_second":…,"cpu_us":…,"p50_us":…,"p99_us":…} on standard output.
  void print() const;

 private:
  void open_window(std::int64_t now);
  void close_window(std::int64_t now);

  std::int64_t warmup_ns_, window_ns_;
  std::uint64_t messages_, asked_ = 0, answered_ = 0;  // messages_ 0: no limit
  std::vector<int> pids_;
  std::int64_t started_ns_ = 0, opened_ns_ = 0, closed_ns_ = 0, cpu_ns_ = 0;
  bool measuring_ = false;
  std::uint64_t count_ = 0;  // replies within the window
  Latency latency_;
};

}  // namespace fairlead::bench
