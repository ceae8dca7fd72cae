// ExecutionLog: the log stream of one execution environment, with the platform's own lines around
// what the function prints (START, END, REPORT, INIT_START) in Lambda's exact form: tab-separated
// text, or the JSON records that LoggingConfig asks for.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "platform/log_sink.h"
#include "services/lambda/function.h"

namespace fairlead::lambda {

// What REPORT says about one invocation.
struct Report {
  std::int64_t duration_us = 0;
  std::int64_t init_us = -1;  // only the first invocation of an environment has one
  std::int64_t max_memory_bytes = 0;
  int memory_mb = 128;
  std::string_view status;      // "timeout", "error", or empty
  std::string_view error_type;  // with status "error"
};

class ExecutionLog {
 public:
  ExecutionLog(platform::LogSink& sink, Clock& clock, const Function& function);

  const std::string& group() const { return group_; }
  const std::string& stream() const { return stream_; }

  void init_start(std::string_view initialization_type);  // "on-demand", …
  void init_failed(std::int64_t duration_us, std::string_view status, std::string_view error_type);

  // Between these two, `printed` belongs to the invocation. kCollect keeps its text for LogType
  // Tail, of which `end` answers the last 4 KB.
  enum class Tail { kNone, kCollect };
  void start(const std::string& request_id, Tail tail);
  std::string end(const std::string& request_id, const Report& report);

  // One event of the function (from the worker's descriptor) or of the platform. Any thread.
  void printed(std::int64_t time_us, std::string_view text);
  void timed_out(const std::string& request_id, std::int64_t timeout_ms);
  void exited(std::string_view error_message, std::string_view error_type);

 private:
  enum class Level { kDebug, kInfo, kWarn };
  void add(std::string text);  // queued, to be written with what follows
  void add_record(Level level, std::string_view type, Json record);
  void add_report(const std::string& request_id, const Report& report);
  void add(std::int64_t time_ms, std::string text);
  void flush();

  platform::LogSink& sink_;
  Clock& clock_;
  const std::string account_, region_, group_, stream_;
  const std::string name_, version_, runtime_;
  enum class Format { kText, kJson };
  const Format format_;
  const Level least_;  // of the platform's JSON records

  std::mutex mutex_;  // of what follows; held while the sink takes the events, which does not wait
  std::vector<platform::LogEvent> queued_;
  bool collecting_ = false;
  std::string tail_;
};

}  // namespace fairlead::lambda
