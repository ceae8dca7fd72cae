// LogSink: where services and functions write CloudWatch log events. Implemented by the logs
// service; groups and streams are made as they are needed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/context.h"

namespace fairlead::platform {

struct LogEvent {
  std::int64_t time_ms;  // since the Unix epoch
  std::string message;
};

class LogSink {
 public:
  virtual ~LogSink() = default;
  // Queues the events and returns at once; they are durable within a second (AWS promises no more).
  virtual void write(const std::string& account, const std::string& region,
                     const std::string& group, const std::string& stream,
                     std::vector<LogEvent> events) = 0;
};

}  // namespace fairlead::platform
