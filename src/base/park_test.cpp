// Parking on plain threads, and futures handed between them.
#include "base/park.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/clock.h"

namespace fairlead {
namespace {

std::int64_t in_ms(std::int64_t ms) { return system_clock().monotonic_ms() + ms; }

TEST(Park, AnUnparkBeforeThePark) {
  const auto parker = Parker::current();
  parker->unpark();
  parker->unpark();  // a permit, not a counter
  parker->park();
  const std::int64_t deadline = in_ms(20);
  parker->park_until(deadline);
  EXPECT_GE(system_clock().monotonic_ms(), deadline);
}

TEST(Park, AnUnparkFromAnotherThread) {
  const auto parker = Parker::current();
  std::thread other([parker] { parker->unpark(); });
  parker->park();
  other.join();
}

TEST(Park, EachThreadHasItsOwnParker) {
  const auto mine = Parker::current();
  EXPECT_EQ(mine, Parker::current());
  std::shared_ptr<Parker> theirs;
  std::thread([&] { theirs = Parker::current(); }).join();
  EXPECT_NE(mine, theirs);
  theirs->unpark();  // its thread is gone, the parker is not
}

class RecordingParker : public Parker {
 public:
  std::int64_t now_ms() const override { return system_clock().monotonic_ms(); }
  void park() override { ++parks; }
  void park_until(std::int64_t) override { ++parks; }
  void unpark() override { ++unparks; }
  int parks = 0, unparks = 0;
};

TEST(Park, TheNetLayerMaySetAnotherParker) {
  const auto mine = Parker::current();
  const auto fiber = std::make_shared<RecordingParker>();
  Parker::set_current(fiber.get());
  EXPECT_EQ(Parker::current(), fiber);
  Parker::set_current(nullptr);
  EXPECT_EQ(Parker::current(), mine);
}

TEST(Future, AValueThatIsThereDoesNotWait) {
  Future<std::unique_ptr<int>> future;
  EXPECT_FALSE(future.ready());
  future.set(std::make_unique<int>(7));
  EXPECT_TRUE(future.ready());
  EXPECT_EQ(*future.get(), 7);
}

TEST(Future, WakesTheThreadThatWaits) {
  for (int i = 0; i < 200; ++i) {
    Future<int> future;
    std::thread maker([future, i] { future.set(i); });
    EXPECT_EQ(future.get(), i);
    maker.join();
  }
}

TEST(Future, GivesUpAtTheDeadline) {
  Future<int> future;
  const std::int64_t deadline = in_ms(20);
  EXPECT_EQ(future.get_until(deadline), std::nullopt);
  EXPECT_GE(system_clock().monotonic_ms(), deadline);
  EXPECT_EQ(future.get_until(0), std::nullopt);
  future.set(3);
  EXPECT_EQ(future.get_until(in_ms(10'000)), 3);
}

TEST(Future, ManyThreadsMayWaitForTheirOwn) {
  std::vector<Future<int>> futures(8);
  std::vector<std::thread> threads;
  std::atomic<int> sum = 0;
  for (auto& future : futures) threads.emplace_back([&sum, future] { sum += future.get(); });
  for (int i = 0; i < 8; ++i) futures[static_cast<std::size_t>(i)].set(i);
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sum, 28);
}

}  // namespace
}  // namespace fairlead
