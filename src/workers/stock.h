// Processes started before it is known what they will run, so that a cold start need not wait for
// an interpreter: a few for each base that was used lately, replaced in the background, ended when
// nobody has wanted their kind for a while. One that dies while it waits is dropped and replaced,
// later and later when it keeps dying.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/child_process.h"
#include "net/loop.h"
#include "platform/workers.h"

namespace fairlead::workers {

struct StockLimits {
  std::size_t each = 2;    // of a base
  std::size_t in_all = 8;  // the least lately used base gives way
  std::int64_t unused_ms = 10 * 60 * 1000;
  // A process that was taken starts to load its function now and wants the processors for itself.
  std::int64_t refill_delay_ms = 100;
};

class Stock {
 public:
  struct Orders {
    // Starts a process of the base. On a fiber; may park.
    std::function<Result<std::unique_ptr<net::Child>>(const platform::WorkerBase&)> start;
    // Nobody wanted this base for unused_ms. Must not wait.
    std::function<void(const std::string& key)> unused;
  };

  // Works on one of the loops, which must outlive it.
  Stock(net::Loops& loops, StockLimits limits, Orders orders);
  // Kills what waits and waits for its end: on a plain thread, before the loops stop.
  ~Stock();
  Stock(const Stock&) = delete;

  // Any thread; both return at once.
  void keep_ready(std::shared_ptr<const platform::WorkerBase> base);
  // The process of this base that waits longest, or nullptr.
  std::unique_ptr<net::Child> take(const std::shared_ptr<const platform::WorkerBase>& base);
  std::size_t size() const;  // waiting, or about to end

 private:
  struct State;
  net::Loops& loops_;
  const std::shared_ptr<State> state_;
};

}  // namespace fairlead::workers
