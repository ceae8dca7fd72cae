// Fibers on running loops: parking, waking from other threads, deadlines, exceptions, and ten
// thousand at once.
#include "net/fiber.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "base/log.h"
#include "base/park.h"
#include "net/loop.h"

namespace fairlead::net {
namespace {

// Runs `work` as a fiber on a fresh loop and waits until it has ended.
void run_on_fiber(Loops& loops, std::function<void()> work) {
  Future<bool> done;
  loops.at(0).post([&] {
    spawn([&] {
      work();
      done.set(true);
    });
  });
  done.get();
}

struct FiberTest : testing::Test {
  FiberTest() : loops(1) { loops.start(); }
  Loops loops;
};

TEST_F(FiberTest, RunsOnItsLoop) {
  bool inside = false;
  Loop* seen = nullptr;
  run_on_fiber(loops, [&] {
    inside = on_fiber();
    seen = Loop::current();
  });
  EXPECT_TRUE(inside);
  EXPECT_EQ(seen, &loops.at(0));
  EXPECT_FALSE(on_fiber());
}

TEST_F(FiberTest, WaitsForAnotherThreadAndTheLoopGoesOn) {
  Future<int> answer;
  std::atomic<bool> turned{false};
  int got = 0;
  run_on_fiber(loops, [&] {
    std::thread other([&] {
      Future<bool> ping;
      loops.at(0).post([&] {
        turned = true;
        ping.set(true);
      });
      ping.get();
      answer.set(42);
    });
    got = answer.get();
    other.join();
  });
  EXPECT_EQ(got, 42);
  EXPECT_TRUE(turned);
}

TEST_F(FiberTest, PingPongBetweenLoops) {
  Loops two(2);
  two.start();
  constexpr int kRounds = 2000;
  std::shared_ptr<Parker> parkers[2];
  std::atomic<int> turn{0};
  std::atomic<bool> ready[2]{};
  Future<bool> ended[2];
  for (int side = 0; side < 2; ++side) {
    two.at(static_cast<std::size_t>(side)).post([&, side] {
      spawn([&, side] {
        parkers[side] = Parker::current();
        ready[side] = true;
        while (!ready[1 - side]) sleep_for_ms(1);
        for (int i = side; i < kRounds; i += 2) {
          while (turn != i) parkers[side]->park();
          turn = i + 1;
          parkers[1 - side]->unpark();
        }
        ended[side].set(true);
      });
    });
  }
  ended[0].get();
  ended[1].get();
  EXPECT_EQ(turn, kRounds);
}

TEST_F(FiberTest, APermitGivenBeforeIsNotLost) {
  run_on_fiber(loops, [] {
    auto self = Parker::current();
    self->unpark();
    self->park();  // would wait for ever
  });
}

TEST_F(FiberTest, GetUntilGivesUp) {
  Future<int> never;
  bool empty = false;
  run_on_fiber(loops,
               [&] { empty = !never.get_until(system_clock().monotonic_ms() + 20).has_value(); });
  EXPECT_TRUE(empty);
}

TEST_F(FiberTest, AnExceptionEndsOnlyItsFiber) {
  std::atomic<int> lines{0};
  set_log_output([&](std::string_view) { ++lines; });
  Future<bool> later;
  loops.at(0).post([&] {
    spawn([] { throw std::runtime_error("on purpose"); });
    spawn([&] { later.set(true); });
  });
  EXPECT_TRUE(later.get());
  EXPECT_EQ(lines, 1);
  set_log_output(nullptr);
}

int deep(int n, const std::function<void()>& bottom) {
  volatile char frame[64] = {};
  if (n == 0) bottom();
  return n == 0 ? frame[0] : deep(n - 1, bottom) + 1;
}

// Each fiber parks inside a catch block; what is being handled must stay its own.
TEST_F(FiberTest, ParksInsideCatchBlocks) {
  std::atomic<int> right{0};
  Future<bool> done;
  constexpr int kFibers = 50;
  loops.at(0).post([&] {
    for (int i = 0; i < kFibers; ++i) {
      spawn([&, i] {
        try {
          deep(20, [i] { throw std::runtime_error(std::to_string(i)); });
        } catch (const std::exception&) {
          sleep_for_ms(1 + i % 3);
          try {
            throw;
          } catch (const std::exception& again) {
            if (again.what() == std::to_string(i) && ++right == kFibers) done.set(true);
          }
        }
      });
    }
  });
  EXPECT_TRUE(done.get_until(system_clock().monotonic_ms() + 10'000).has_value());
  EXPECT_EQ(right, kFibers);
}

#if defined(__SANITIZE_THREAD__)
constexpr int kMany = 2'000;  // ThreadSanitizer has a bound of its own on fibers
#else
constexpr int kMany = 10'000;
#endif

TEST(Fibers, TenThousandParkedAtOnce) {
  Loops loops(1, system_clock(), {.max_fibers = 20'000});
  loops.start();
  std::vector<std::shared_ptr<Parker>> parked;
  std::atomic<int> waiting{0}, ended{0};
  Future<bool> all_wait, all_ended;
  std::atomic<bool> go{false};
  loops.at(0).post([&] {
    for (int i = 0; i < kMany; ++i) {
      spawn([&] {
        parked.push_back(Parker::current());
        if (++waiting == kMany) all_wait.set(true);
        while (!go) Parker::current()->park();
        if (++ended == kMany) all_ended.set(true);
      });
    }
  });
  all_wait.get();
  go = true;
  for (auto& parker : parked) parker->unpark();
  all_ended.get();
  Future<std::size_t> living;
  loops.at(0).post([&] { living.set(loops.at(0).living_fibers()); });
  EXPECT_EQ(living.get(), 0u);
}

TEST(Fibers, BeyondTheBoundTheyWaitInLineOrAreRefused) {
  Loops loops(1, system_clock(), {.max_fibers = 4, .kept_stacks = 2});
  loops.start();
  std::atomic<int> running{0}, most{0}, ended{0};
  Future<bool> done;
  Future<bool> refused;
  loops.at(0).post([&] {
    for (int i = 0; i < 100; ++i) {
      spawn([&] {
        most = std::max<int>(most, ++running);
        sleep_for_ms(1);
        --running;
        if (++ended == 100) done.set(true);
      });
    }
    refused.set(!try_spawn([] {}));
  });
  EXPECT_TRUE(refused.get());
  done.get();
  EXPECT_EQ(most, 4);
}

TEST(Fibers, SleepInVirtualTime) {
  ManualClock clock;
  Loops loops(1, clock);
  loops.start();
  Future<bool> asleep;
  Future<std::int64_t> slept;
  loops.at(0).post([&] {
    spawn([&] {
      const auto from = clock.monotonic_ms();
      loops.at(0).post([&] { asleep.set(true); });  // runs when this fiber has parked
      sleep_for_ms(7'200'000);
      slept.set(clock.monotonic_ms() - from);
    });
  });
  asleep.get();
  clock.advance_ms(7'199'999);
  loops.at(0).post([] {});
  EXPECT_FALSE(slept.get_until(system_clock().monotonic_ms() + 30).has_value());
  clock.advance_ms(1);
  loops.at(0).post([] {});
  EXPECT_EQ(slept.get(), 7'200'000);
}

}  // namespace
}  // namespace fairlead::net
