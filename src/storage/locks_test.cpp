// One holder for each key, first come first served, and no deadlock whatever the order of the keys.
#include "storage/locks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <random>
#include <thread>

namespace fairlead::storage {
namespace {

TEST(KeyLocks, OneHolderAtATime) {
  KeyLocks locks(8);
  constexpr int kThreads = 8, kRounds = 3000;
  int counter = 0;  // not atomic: the lock is what protects it
  std::atomic<int> inside{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kRounds; ++i) {
        const auto guard = locks.lock("the key");
        EXPECT_EQ(++inside, 1);
        ++counter;
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter, kThreads * kRounds);
}

TEST(KeyLocks, ManyKeysInAnyOrderDoNotDeadlock) {
  KeyLocks locks(16);
  std::vector<int> balance(10, 1000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(t);
      for (int i = 0; i < 2000; ++i) {
        const auto from = random() % balance.size(), to = random() % balance.size();
        const auto guard = locks.lock_all({"k" + std::to_string(from), "k" + std::to_string(to)});
        --balance[from];
        ++balance[to];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int sum = 0;
  for (const int b : balance) sum += b;
  EXPECT_EQ(sum, 10'000);
}

TEST(KeyLocks, ServesInTheOrderOfArrival) {
  KeyLocks locks(1);
  std::vector<int> order;  // protected by the lock under test
  std::vector<std::thread> threads;
  {
    const auto guard = locks.lock("k");
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        const auto mine = locks.lock("k");
        order.push_back(t);
      });
      std::this_thread::sleep_for(std::chrono::milliseconds(30));  // until it waits in the queue
    }
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3}));
}

TEST(KeyLocks, TheSameKeyTwiceAndMovedGuards) {
  KeyLocks locks(4);
  {
    auto guard = locks.lock_all({"a", "a", "b"});
    auto moved = std::move(guard);
  }
  const auto again = locks.lock_all({"b", "a"});
  const auto none = locks.lock_all({});
}

}  // namespace
}  // namespace fairlead::storage
