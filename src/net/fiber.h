// Fibers: code that waits without holding a thread. Handlers read top to bottom and park through
// base/park.h (Future::get, Parker::current()->park()); meanwhile the loop goes on with other work.
//
// A fiber lives and dies on the loop that was current when it was spawned. Its stack (128 KiB with
// a guard page below it) and its Parker come from a pool of that loop, so in steady state a fiber
// costs no allocation. Overflowing the stack is a segmentation fault, never silent damage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace fairlead::net {

inline constexpr std::size_t kFiberStackBytes = 128 * 1024;

// Runs `work` on a fiber of the current loop: in this turn or the next, never inside this call.
// From a thread without a loop this is a bug (CHECK); post to a loop instead. When the loop has as
// many living fibers as LoopOptions::max_fibers allows, the work waits in line until one of them
// ends. An exception that leaves `work` ends its fiber, is logged and counted; it does not end the
// loop.
void spawn(std::function<void()> work);

// The same, but refuses (false, and `work` is dropped) instead of waiting in line when the bound is
// reached: for work that came from outside and can be answered with "try again".
[[nodiscard]] bool try_spawn(std::function<void()> work);

// Is this code running on a fiber (and so may wait)?
bool on_fiber();

// Parks the calling fiber (or sleeps the plain thread) for `ms` of its loop's clock.
void sleep_for_ms(std::int64_t ms);

}  // namespace fairlead::net
