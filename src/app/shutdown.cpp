// The end, in order: WebSockets are closed with 1001 and their `$disconnect` handlers run while the
// API still answers (handlers call it); then no new connections, requests finish, functions end,
// logs are flushed, loops stop.
#include "app/server_parts.h"
#include "base/park.h"

namespace fairlead::app {

namespace {
constexpr std::int64_t kDisconnectsMs = 15'000;
constexpr std::int64_t kRequestsMs = 10'000;
constexpr std::int64_t kEventsMs = 5'000;

}  // namespace

// What events still run is cut off by ending its processes; it runs again at the next start.
void Server::end_events(Parts& parts) {
  for (bool ended = false; !ended;) {
    ended = parts.services->events.wait_ended(parking_now_ms() + kEventsMs);
    if (!ended) parts.launcher->kill_all();
  }
}

void Server::stop() {
  if (!parts_) return;
  Parts& parts = *parts_;
  if (parts.ready) {
    parts.chain->refuse_handshakes();
    parts.http->close_websockets(1001, "Going away");
    if (!parts.sockets.wait_for_disconnects(kDisconnectsMs)) {
      log_warn("some $disconnect handlers did not finish; they run at the next start");
    }
    parts.background.reset();
  }
  if (parts.services) {
    parts.services->events.stop();
    parts.services->sqs.end_waits();
  }
  if (parts.http) {
    parts.http->stop_accepting();
    parts.http->close_idle();
    parts.http->drain(kRequestsMs);
    parts.http->end();  // and reset last: sandboxes give their listeners back until the loops end
  }
  parts.chain.reset();
  if (parts.services) {
    end_events(parts);
    parts.services->lambda.end_idle_workers();
    parts.services->logs.flush();
  }
  parts.services.reset();
  parts.launcher.reset();
  if (parts.loops.running()) {
    parts.loops.stop();
    parts.loops.join();
  }
  parts.http.reset();
  parts_.reset();
}

}  // namespace fairlead::app
