// A process that runs a function: what ProcessWorker asks of it on its loop.
#pragma once

#include "base/park.h"
#include "workers/watched_process.h"

namespace fairlead::workers {

using Answer = Future<platform::WorkerOutcome>;

class WorkerProcess : public WatchedProcess {
 public:
  using WatchedProcess::WatchedProcess;
  virtual void init(const Answer& answer) = 0;
  virtual void invoke(const platform::Invocation& invocation, const Answer& answer) = 0;
};

}  // namespace fairlead::workers
