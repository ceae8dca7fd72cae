// What CHECK and ODD do when the impossible happens.
#include "base/check.h"

#include <atomic>
#include <cstdlib>

#include "base/log.h"
#include "base/metrics.h"

namespace fairlead {

void check_failed(const char* condition, const char* file, int line) {
  log_error("CHECK failed: this is a bug in Fairlead",
            {{"condition", condition}, {"file", file}, {"line", line}});
  std::abort();
}

void odd_happened(const char* text, const char* file, int line, bool& seen) {
  static Counter counter("fairlead_odd_total", "Things that should not happen but were survived.");
  counter.add();
  if (std::atomic_ref(seen).exchange(true, std::memory_order_relaxed)) return;
  log_error("ODD: this should not happen", {{"what", text}, {"file", file}, {"line", line}});
}

}  // namespace fairlead
