// Shelves behind a mutex, which is never held while something starts; watching, timers and the
// refilling fiber live on one loop.
#include "workers/stock.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "base/clock.h"
#include "base/log.h"
#include "base/park.h"
#include "net/fiber.h"

namespace fairlead::workers {
namespace {

constexpr std::int64_t kFirstRetryMs = 500;
constexpr std::int64_t kLastRetryMs = 60'000;
constexpr int kFailuresToTell = 3;  // quietly until then
constexpr std::int64_t kEndWaitMs = 10'000;
constexpr std::int64_t kUpkeepMs = 5'000;
constexpr std::int64_t kNever = INT64_MAX;

using Base = std::shared_ptr<const platform::WorkerBase>;

// A process on the shelf. Its end is watched by a descriptor of its own, because the child's goes
// away with the child when it is taken, on any thread.
struct Waiting final : net::Watcher {
  Waiting(std::string base_key, std::unique_ptr<net::Child> process)
      : key(std::move(base_key)),
        child(std::move(process)),
        exit(::fcntl(child->descriptors().exit.get(), F_DUPFD_CLOEXEC, 10)) {}
  void on_ready(std::uint32_t) override { on_end(*this); }
  bool has_ended() const {
    pollfd ended{child->descriptors().exit.get(), POLLIN, 0};
    return ::poll(&ended, 1, 0) != 0;
  }

  const std::string key;
  std::unique_ptr<net::Child> child;  // empty once it was taken
  net::Descriptor exit;
  bool watched = false;
  std::function<void(Waiting&)> on_end;
};

struct Shelf {
  Base base;
  std::deque<std::shared_ptr<Waiting>> waiting;  // the oldest first
  std::int64_t used_ms = 0;
  std::int64_t not_before_ms = 0;  // when the next may be started
  int failures = 0;                // in a row

  void put_off(std::int64_t now_ms) {
    const std::int64_t pause = kFirstRetryMs << std::min(failures, 10);
    not_before_ms = now_ms + std::min(pause, kLastRetryMs);
    ++failures;
  }
};

}  // namespace

struct Stock::State : std::enable_shared_from_this<Stock::State> {
  State(net::Loop& home_loop, StockLimits stock_limits, Orders stock_orders)
      : home(home_loop),
        limits(stock_limits),
        orders(std::move(stock_orders)),
        timer(this, [](void* self) { static_cast<State*>(self)->refill(); }) {}

  void use(const Base& base, std::int64_t delay_ms);
  std::unique_ptr<net::Child> take(const Base& base);
  std::size_t size() const;
  bool stop(std::int64_t timeout_ms);  // false: a start is still under way

  // On the loop.
  void refill_within(std::int64_t delay_ms);
  void refill();
  void refill_all();  // on the fiber
  void put(const Base& base, std::unique_ptr<net::Child> child);
  void put_failed(const Base& base, const Error& error);
  void watch(const std::shared_ptr<Waiting>& waiting);
  void unwatch(Waiting& waiting);
  void ended(Waiting& waiting);
  void forget_all();

  // With the mutex held.
  Base next_lacking(std::int64_t now_ms);
  bool make_room(const Shelf& wanted);
  void end(const std::shared_ptr<Waiting>& waiting);
  void expire(std::int64_t now_ms, std::vector<std::string>& unused);
  std::size_t shelved() const;

  std::int64_t pause_ms() const;

  net::Loop& home;
  const StockLimits limits;
  const Orders orders;
  mutable std::mutex mutex;
  std::condition_variable idle;
  std::map<std::string, Shelf> shelves;
  std::set<std::shared_ptr<Waiting>> ending;  // killed, not collected yet
  bool refilling = false;
  bool stopped = false;
  net::Timer timer;
};

void Stock::State::use(const Base& base, std::int64_t delay_ms) {
  const std::int64_t now_ms = system_clock().monotonic_ms();
  {
    const std::lock_guard lock(mutex);
    if (stopped) return;
    Shelf& shelf = shelves[base->key];
    if (!shelf.base) shelf.base = base;
    shelf.used_ms = now_ms;
    if (shelf.waiting.size() >= limits.each) return;
    shelf.not_before_ms = std::max(shelf.not_before_ms, now_ms + delay_ms);
  }
  home.post([self = shared_from_this(), delay_ms] { self->refill_within(delay_ms); });
}

std::unique_ptr<net::Child> Stock::State::take(const Base& base) {
  std::shared_ptr<Waiting> taken;
  std::unique_ptr<net::Child> child;
  {
    const std::lock_guard lock(mutex);
    const auto shelf = shelves.find(base->key);
    while (!child && shelf != shelves.end() && !shelf->second.waiting.empty()) {
      taken = std::move(shelf->second.waiting.front());
      shelf->second.waiting.pop_front();
      if (taken->has_ended()) {
        end(taken);
      } else {
        shelf->second.failures = 0;
        child = std::move(taken->child);
      }
    }
  }
  if (child) home.post([self = shared_from_this(), taken] { self->unwatch(*taken); });
  use(base, limits.refill_delay_ms);
  return child;
}

std::size_t Stock::State::shelved() const {
  std::size_t count = 0;
  for (const auto& [key, shelf] : shelves) count += shelf.waiting.size();
  return count;
}

std::size_t Stock::State::size() const {
  const std::lock_guard lock(mutex);
  return shelved() + ending.size();
}

void Stock::State::end(const std::shared_ptr<Waiting>& waiting) {
  waiting->child->kill_group();
  ending.insert(waiting);
}

// The most lately used base goes first.
Base Stock::State::next_lacking(std::int64_t now_ms) {
  const Shelf* best = nullptr;
  for (const auto& [key, shelf] : shelves) {
    if (shelf.waiting.size() >= limits.each || shelf.not_before_ms > now_ms) continue;
    if (best == nullptr || shelf.used_ms > best->used_ms) best = &shelf;
  }
  return best != nullptr && make_room(*best) ? best->base : nullptr;
}

bool Stock::State::make_room(const Shelf& wanted) {
  if (shelved() < limits.in_all) return true;
  Shelf* oldest = nullptr;
  for (auto& [key, shelf] : shelves) {
    if (shelf.waiting.empty() || shelf.used_ms >= wanted.used_ms) continue;
    if (oldest == nullptr || shelf.used_ms < oldest->used_ms) oldest = &shelf;
  }
  if (oldest == nullptr) return false;
  end(oldest->waiting.front());
  oldest->waiting.pop_front();
  return true;
}

void Stock::State::expire(std::int64_t now_ms, std::vector<std::string>& unused) {
  for (auto shelf = shelves.begin(); shelf != shelves.end();) {
    if (now_ms - shelf->second.used_ms < limits.unused_ms) {
      ++shelf;
      continue;
    }
    for (const auto& waiting : shelf->second.waiting) end(waiting);
    unused.push_back(shelf->first);
    shelf = shelves.erase(shelf);
  }
}

// Never later than what was agreed before: takers in quick succession must not put it off.
void Stock::State::refill_within(std::int64_t delay_ms) {
  const std::lock_guard lock(mutex);
  if (stopped || delay_ms == kNever) return;
  if (!timer.armed() || timer.due_ms > home.now_ms() + delay_ms) home.arm(timer, delay_ms);
}

void Stock::State::refill() {
  const std::int64_t now_ms = system_clock().monotonic_ms();
  std::vector<std::string> unused;
  {
    const std::lock_guard lock(mutex);
    if (stopped) return;
    expire(now_ms, unused);
    if (!refilling) {
      refilling = true;
      net::spawn([self = shared_from_this()] { self->refill_all(); });
    }
  }
  for (const std::string& key : unused) orders.unused(key);
}

void Stock::State::refill_all() {
  for (;;) {
    Base base;
    {
      const std::lock_guard lock(mutex);
      const std::int64_t now_ms = system_clock().monotonic_ms();
      if (!stopped) base = next_lacking(now_ms);
      if (!base) {
        refilling = false;
        idle.notify_all();
        break;
      }
    }
    auto child = orders.start(*base);
    if (child.ok()) {
      put(base, std::move(child).value());
    } else {
      put_failed(base, child.error());
    }
  }
  refill_within(pause_ms());
}

// Until the first base may be tried again.
std::int64_t Stock::State::pause_ms() const {
  const std::lock_guard lock(mutex);
  const std::int64_t now_ms = system_clock().monotonic_ms();
  std::int64_t pause = std::min(kUpkeepMs, limits.unused_ms);
  for (const auto& [key, shelf] : shelves) {
    if (shelf.waiting.size() >= limits.each || shelf.not_before_ms <= now_ms) continue;
    pause = std::min(pause, shelf.not_before_ms - now_ms);
  }
  return shelves.empty() ? kNever : pause;
}

void Stock::State::put(const Base& base, std::unique_ptr<net::Child> child) {
  const auto waiting = std::make_shared<Waiting>(base->key, std::move(child));
  {
    const std::lock_guard lock(mutex);
    const auto shelf = shelves.find(base->key);
    if (stopped || shelf == shelves.end()) {
      end(waiting);
    } else {
      shelf->second.waiting.push_back(waiting);
    }
  }
  watch(waiting);
}

void Stock::State::put_failed(const Base& base, const Error& error) {
  const std::lock_guard lock(mutex);
  const auto shelf = shelves.find(base->key);
  if (shelf == shelves.end()) return;
  shelf->second.put_off(system_clock().monotonic_ms());
  if (shelf->second.failures == kFailuresToTell) {
    log_warn("no process can be kept ready", {{"base", base->key}, {"why", error.message}});
  }
}

void Stock::State::watch(const std::shared_ptr<Waiting>& waiting) {
  waiting->on_end = [this](Waiting& which) { ended(which); };
  home.watch(waiting->exit.get(), EPOLLIN, waiting.get());
  waiting->watched = true;
}

void Stock::State::unwatch(Waiting& waiting) {
  if (waiting.watched) home.unwatch(waiting.exit.get(), &waiting);
  waiting.watched = false;
}

void Stock::State::ended(Waiting& waiting) {
  std::shared_ptr<Waiting> keep;
  std::unique_ptr<net::Child> child;
  {
    const std::lock_guard lock(mutex);
    const auto same = [&](const auto& one) { return one.get() == &waiting; };
    const auto shelf = shelves.find(waiting.key);
    if (shelf != shelves.end()) {
      auto& line = shelf->second.waiting;
      const auto at = std::find_if(line.begin(), line.end(), same);
      if (at != line.end()) {  // nobody ended it
        keep = *at;
        line.erase(at);
        shelf->second.put_off(system_clock().monotonic_ms());
      }
    }
    const auto at = std::find_if(ending.begin(), ending.end(), same);
    if (at != ending.end()) {
      keep = *at;
      ending.erase(at);
    }
    if (keep) child = std::move(keep->child);
  }
  unwatch(waiting);
  if (child) (void)child->reap();
  if (keep) home.retire(keep);
  refill_within(pause_ms());
}

bool Stock::State::stop(std::int64_t timeout_ms) {
  std::unique_lock lock(mutex);
  stopped = true;
  for (auto& [key, shelf] : shelves) {
    for (const auto& waiting : shelf.waiting) end(waiting);
  }
  shelves.clear();
  return idle.wait_for(lock, std::chrono::milliseconds(timeout_ms), [this] { return !refilling; });
}

void Stock::State::forget_all() {
  std::set<std::shared_ptr<Waiting>> all;
  {
    const std::lock_guard lock(mutex);
    all.swap(ending);
  }
  for (const auto& waiting : all) {
    unwatch(*waiting);
    home.retire(waiting);
  }
  home.cancel(timer);
}

Stock::Stock(net::Loops& loops, StockLimits limits, Orders orders)
    : loops_(loops), state_(std::make_shared<State>(loops.at(0), limits, std::move(orders))) {}

Stock::~Stock() {
  if (!state_->stop(loops_.running() ? kEndWaitMs : 0)) log_warn("a process start does not end");
  if (!loops_.running()) return;
  const Future<bool> done;
  state_->home.post([state = state_, done] {
    state->forget_all();
    done.set(true);
  });
  (void)done.get_until(system_clock().monotonic_ms() + kEndWaitMs);
}

void Stock::keep_ready(Base base) { state_->use(base, 0); }

std::unique_ptr<net::Child> Stock::take(const Base& base) { return state_->take(base); }

std::size_t Stock::size() const { return state_->size(); }

}  // namespace fairlead::workers
