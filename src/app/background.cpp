// Fibers on one loop: one for what happens once, others for what happens now and then.
#include "app/background.h"

#include <set>
#include <string>

#include "base/log.h"
#include "net/fiber.h"

namespace fairlead::app {

namespace {

constexpr std::int64_t kFlushEveryMs = 500;
constexpr std::int64_t kSendEveryMs = 200;
constexpr int kFlushesPerRetirement = 10;  // idle workers: every five seconds
constexpr int kFlushesPerSweep = 120;      // expired items: once a minute

void sweep_expired_items(Services& services) {
  const auto swept = services.dynamodb.sweep_expired_items();
  if (!swept.ok()) {
    log_error("expired items could not be deleted", {{"error", swept.error().message}});
  }
}

void trim_streams(Services& services) {
  const auto trimmed = services.dynamodb.streams().trim();
  if (!trimmed.ok()) {
    log_error("old stream records could not be erased", {{"error", trimmed.error().message}});
  }
}

void sweep_queues(Services& services) {
  if (const Status swept = services.sqs.sweep(); !swept.ok()) {
    log_error("old messages could not be erased", {{"error", swept.error().message}});
  }
}

void sweep_logs(Services& services) {
  const Status swept = services.logs.sweep();
  if (!swept.ok()) {
    log_error("old log events could not be deleted", {{"error", swept.error().message}});
  }
}

// Files that a crash left without a record. In doubt a blob is kept.
void sweep_blobs(storage::Blobs& blobs, Services& services) {
  const auto of_functions = services.lambda.referenced_blobs();
  if (!of_functions.ok()) return;
  const std::set<std::string> used(of_functions->begin(), of_functions->end());
  blobs.sweep(
      [&](const std::string& id) { return used.contains(id) || services.s3.references(id); });
}

}  // namespace

Background::Background(net::Loop& loop, storage::Blobs& blobs, Services& services) {
  // Before the first request: whoever stores a blob names it in a record only afterwards.
  sweep_blobs(blobs, services);
  if (const Status cleaned = services.lambda.clean_up(); !cleaned.ok()) {
    log_warn("old function code could not be removed", {{"error", cleaned.error().message}});
  }
  loop.post([this, &services] {
    net::spawn([this, &services] {
      services.lambda.warm_up();
      services.gateway.disconnect_survivors();
      survivors_ended_.set(true);
    });
    net::spawn([this, &services] {
      for (int turn = 1; !stop_.get_until(parking_now_ms() + kFlushEveryMs); ++turn) {
        services.logs.flush();
        if (turn % kFlushesPerRetirement == 0) services.lambda.retire_idle();
        if (turn % kFlushesPerSweep == 0) {
          sweep_expired_items(services);
          sweep_logs(services);
          trim_streams(services);
          sweep_queues(services);
        }
      }
      flusher_ended_.set(true);
    });
    // Apart from the flusher: a destination may take its time.
    net::spawn([this, &services] {
      while (!stop_sender_.get_until(parking_now_ms() + kSendEveryMs)) services.logs.deliver();
      sender_ended_.set(true);
    });
  });
}

Background::~Background() {
  stop_.set(true);
  stop_sender_.set(true);
  survivors_ended_.get();
  flusher_ended_.get();
  sender_ended_.get();
}

}  // namespace fairlead::app
