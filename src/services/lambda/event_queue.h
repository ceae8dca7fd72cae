// EventQueue: what Invoke with InvocationType Event hands over. Implemented in events/.
#pragma once

#include <string>

#include "base/result.h"
#include "platform/context.h"
#include "services/lambda/names.h"

namespace fairlead::lambda {

struct QueuedEvent {
  std::string function_arn;    // as invoked, with the qualifier if there was one
  std::string request_id;      // UUID; the same in each attempt
  std::string payload;         // JSON text, checked
  std::string client_context;  // decoded JSON text, or empty
};

class EventQueue {
 public:
  virtual ~EventQueue() = default;
  // Ok: the event is on disk and will be run, retried and given up as AWS does. Parks.
  virtual Status accept(platform::Context& cx, QueuedEvent event) = 0;
  // A function (no qualifier), a version or an alias was deleted: what was set up for it goes, too
  // (event invoke configs, function URLs). Call it after the deletion is durable. Parks.
  virtual void removed(const FunctionName& /*name*/) {}
};

}  // namespace fairlead::lambda
