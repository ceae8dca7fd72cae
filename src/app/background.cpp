// Two fibers on one loop: one for what happens once, one for what happens now and then.
#include "app/background.h"

#include "base/log.h"
#include "net/fiber.h"

namespace fairlead::app {

namespace {

constexpr std::int64_t kFlushEveryMs = 500;
constexpr int kFlushesPerSweep = 120;  // expired items: once a minute

void sweep_expired_items(Services& services) {
  const auto swept = services.dynamodb.sweep_expired_items();
  if (!swept.ok()) {
    log_error("expired items could not be deleted", {{"error", swept.error().message}});
  }
}

}  // namespace

Background::Background(net::Loop& loop, Services& services) {
  loop.post([this, &services] {
    net::spawn([this, &services] {
      services.gateway.disconnect_survivors();
      survivors_ended_.set(true);
    });
    net::spawn([this, &services] {
      for (int turn = 1; !stop_.get_until(parking_now_ms() + kFlushEveryMs); ++turn) {
        services.logs.flush();
        if (turn % kFlushesPerSweep == 0) sweep_expired_items(services);
      }
      flusher_ended_.set(true);
    });
  });
}

Background::~Background() {
  stop_.set(true);
  survivors_ended_.get();
  flusher_ended_.get();
}

}  // namespace fairlead::app
