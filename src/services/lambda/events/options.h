// EventsOptions: how patient invocations are for which nobody waits. The defaults are AWS's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace fairlead::lambda {

struct EventsOptions {
  // Runs a task that may wait on a fiber of its own. Called from any thread.
  std::function<void(std::function<void()>)> spawn;

  // Before the first and the second retry of an event whose function failed; the last one counts
  // for any further retry.
  std::vector<std::int64_t> retry_delays_ms{60'000, 120'000};
  // After a throttle or a fault of ours; doubled each time.
  std::int64_t throttle_first_ms = 1000, throttle_most_ms = 300'000;

  // Events that run at the same time, in all and of one function. Well below
  // LambdaOptions::max_processes, so that those who wait for an answer get processes, too.
  std::size_t most_running = 96, most_running_of_function = 32;

  // Event source mappings: between two attempts of a batch; doubled each time.
  std::int64_t stream_retry_first_ms = 500, stream_retry_most_ms = 60'000;
  // How often a mapping looks for new shards, and one whose stream is gone tries again.
  std::int64_t look_every_ms = 2000;
};

}  // namespace fairlead::lambda
