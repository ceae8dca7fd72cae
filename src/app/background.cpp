// Two fibers on one loop.
#include "app/background.h"

#include "net/fiber.h"

namespace fairlead::app {

namespace {
// Short turns, so that a stop is noticed soon.
constexpr std::int64_t kTurnMs = 50;
constexpr int kTurnsPerFlush = 10;
}  // namespace

Background::Background(net::Loop& loop, Services& services) {
  loop.post([this, &services] {
    net::spawn([this, &services] {
      services.gateway.disconnect_survivors();
      survivors_ended_.set(true);
    });
    net::spawn([this, &services] {
      for (int turn = 1; !stopping_; ++turn) {
        net::sleep_for_ms(kTurnMs);
        if (turn % kTurnsPerFlush == 0) services.logs.flush();
      }
      flusher_ended_.set(true);
    });
  });
}

Background::~Background() {
  stopping_ = true;
  survivors_ended_.get();
  flusher_ended_.get();
}

}  // namespace fairlead::app
