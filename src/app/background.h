// What runs beside requests: log events are flushed and sent to subscriptions, idle workers end,
// expired items are deleted, and connections that a crash cut get their `$disconnect` once after
// the start.
#pragma once

#include "app/services.h"
#include "base/park.h"
#include "net/loop.h"

namespace fairlead::app {

class Background {
 public:
  // Clears up what a crash left, then starts its fibers. Before the first request.
  Background(net::Loop& loop, storage::Blobs& blobs, Services& services);
  ~Background();  // waits until they have ended; on a plain thread

 private:
  Future<bool> stop_, stop_sender_, flusher_ended_, sender_ended_, survivors_ended_;
};

}  // namespace fairlead::app
