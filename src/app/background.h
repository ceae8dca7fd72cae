// What runs beside requests: log events are flushed, expired items are deleted, and connections
// that a crash cut get their `$disconnect` once after the start.
#pragma once

#include "app/services.h"
#include "base/park.h"
#include "net/loop.h"

namespace fairlead::app {

class Background {
 public:
  Background(net::Loop& loop, Services& services);
  ~Background();  // waits until both have ended; on a plain thread

 private:
  Future<bool> stop_, flusher_ended_, survivors_ended_;
};

}  // namespace fairlead::app
