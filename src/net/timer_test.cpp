// The wheel against a model, in virtual time: order, never early, cancelling and arming again from
// within.
#include "net/timer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <vector>

namespace fairlead::net {
namespace {

struct Probe {
  Probe(TimerWheel& of, std::vector<int>& to, int number)
      : wheel(of),
        fired(to),
        id(number),
        timer(this, [](void* self) { static_cast<Probe*>(self)->fire(); }) {}
  void fire() {
    fired.push_back(id);
    if (again_ms) wheel.arm_at(timer, timer.due_ms + again_ms);
  }
  TimerWheel& wheel;
  std::vector<int>& fired;
  int id;
  std::int64_t again_ms = 0;
  Timer timer;
};

TEST(TimerWheel, FiresInOrderAndNeverEarly) {
  TimerWheel wheel(1'768'254'296'599);
  std::vector<int> fired;
  const std::int64_t start = 1'768'254'296'599;
  Probe soon(wheel, fired, 1), later(wheel, fired, 2), far(wheel, fired, 3);
  wheel.arm_at(far.timer, start + 7'200'000);
  wheel.arm_at(soon.timer, start + 1);
  wheel.arm_at(later.timer, start + 600'000);
  wheel.advance(start);
  EXPECT_TRUE(fired.empty());
  wheel.advance(start + 599'999);
  EXPECT_EQ(fired, (std::vector<int>{1}));
  wheel.advance(start + 600'000);
  EXPECT_EQ(fired, (std::vector<int>{1, 2}));
  wheel.advance(start + 9'000'000);
  EXPECT_EQ(fired, (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(wheel.armed(), 0u);
  EXPECT_EQ(wheel.next_due_ms(), INT64_MAX);
}

TEST(TimerWheel, ThePastAndTheVeryFar) {
  TimerWheel wheel(1000);
  std::vector<int> fired;
  Probe past(wheel, fired, 1), far(wheel, fired, 2);
  wheel.arm_at(past.timer, 5);
  EXPECT_LE(wheel.next_due_ms(), 1000);
  wheel.arm_at(far.timer, INT64_MAX);
  wheel.advance(1000);
  EXPECT_EQ(fired, (std::vector<int>{1}));
  wheel.advance(std::int64_t{1} << 50);
  EXPECT_EQ(fired, (std::vector<int>{1}));
  EXPECT_TRUE(far.timer.armed());
}

TEST(TimerWheel, CancelRearmAndDestroy) {
  TimerWheel wheel(0);
  std::vector<int> fired;
  Probe a(wheel, fired, 1), b(wheel, fired, 2);
  auto c = std::make_unique<Probe>(wheel, fired, 3);
  wheel.arm_at(a.timer, 10);
  wheel.arm_at(b.timer, 10);
  wheel.arm_at(c->timer, 10);
  wheel.cancel(a.timer);
  wheel.arm_at(b.timer, 100);
  c.reset();
  wheel.advance(50);
  EXPECT_TRUE(fired.empty());
  EXPECT_EQ(wheel.next_due_ms(), 64);  // where the slot of 100 begins
  wheel.advance(100);
  EXPECT_EQ(fired, (std::vector<int>{2}));
}

TEST(TimerWheel, ATimerMayRearmItselfAndCancelItsNeighbour) {
  TimerWheel wheel(0);
  std::vector<int> fired;
  Probe tick(wheel, fired, 1);
  tick.again_ms = 10;
  wheel.arm_at(tick.timer, 10);
  wheel.advance(55);
  EXPECT_EQ(fired.size(), 5u);

  struct Pair {
    explicit Pair(TimerWheel& of)
        : wheel(of),
          one(this, [](void* p) { static_cast<Pair*>(p)->kill(); }),
          two(this, [](void* p) { static_cast<Pair*>(p)->kill(); }) {}
    void kill() {
      ++count;
      wheel.cancel(one);
      wheel.cancel(two);
    }
    TimerWheel& wheel;
    int count = 0;
    Timer one, two;
  } pair(wheel);
  wheel.arm_at(pair.one, 70);
  wheel.arm_at(pair.two, 70);
  wheel.advance(80);
  EXPECT_EQ(pair.count, 1);
}

// Against the obvious model: random arms, cancels and steps.
TEST(TimerWheel, AgreesWithAModel) {
  std::srand(7);
  TimerWheel wheel(123'456);
  std::int64_t now = 123'456;
  std::vector<int> fired;
  std::vector<std::unique_ptr<Probe>> probes;
  std::vector<std::int64_t> due(500, -1);
  for (int i = 0; i < 500; ++i) probes.push_back(std::make_unique<Probe>(wheel, fired, i));
  for (int round = 0; round < 3000; ++round) {
    for (int i = 0; i < 5; ++i) {
      const int which = std::rand() % 500;
      if (std::rand() % 4 == 0) {
        wheel.cancel(probes[which]->timer);
        due[which] = -1;
      } else {
        due[which] = now + 1 + std::rand() % (1 << (std::rand() % 24));
        wheel.arm_at(probes[which]->timer, due[which]);
      }
    }
    std::int64_t earliest = INT64_MAX;
    for (std::int64_t d : due) {
      if (d >= 0) earliest = std::min(earliest, d);
    }
    ASSERT_LE(wheel.next_due_ms(), earliest);
    now += std::rand() % (1 << (std::rand() % 16));
    fired.clear();
    wheel.advance(now);
    std::int64_t last = 0;
    for (int id : fired) {
      ASSERT_GE(due[id], last);
      last = due[id];
      ASSERT_LE(due[id], now);
      due[id] = -1;
    }
    for (std::int64_t d : due) ASSERT_TRUE(d < 0 || d > now);
  }
}

}  // namespace
}  // namespace fairlead::net
