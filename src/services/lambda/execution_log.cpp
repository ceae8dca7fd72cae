// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html; the fields are tab-separated.
#include "services/lambda/execution_log.h"

#include <algorithm>
#include <cstdio>

#include "base/ids.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kTailBytes = 4096;

// "2026/11/20/[$LATEST]" and 32 hexadecimal digits; in a group that functions share, their name,
// too.
std::string new_stream(std::int64_t now_ms, const Function& function) {
  std::string stream = iso8601_seconds(now_ms).substr(0, 10) + "/";
  std::replace(stream.begin(), stream.end(), '-', '/');
  if (!function.logging.group.empty()) stream += function.name;
  return stream + "[" + function.version + "]" + random_hex(32);
}

// "nodejs:20.v1"
std::string shown_runtime(const std::string& runtime) {
  const std::size_t digit = runtime.find_first_of("0123456789");
  std::string shown = runtime.substr(0, digit);
  if (digit != std::string::npos) {
    std::string version = runtime.substr(digit);
    if (version.ends_with(".x")) version.resize(version.size() - 2);
    shown += ":" + version;
  }
  return shown + ".v1";
}

double as_milliseconds(std::int64_t us) { return static_cast<double>(us / 10) / 100; }

std::string milliseconds(std::int64_t us) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%02lld ms", static_cast<long long>(us / 1000),
                static_cast<long long>(us % 1000 / 10));
  return text;
}

std::string megabytes(std::int64_t bytes) {
  constexpr std::int64_t kMegabyte = 1024 * 1024;
  return std::to_string((bytes + kMegabyte - 1) / kMegabyte) + " MB";
}

std::string status_fields(std::string_view status, std::string_view error_type) {
  std::string text;
  if (!status.empty()) text += "Status: " + std::string(status) + "\t";
  if (!error_type.empty()) text += "Error Type: " + std::string(error_type) + "\t";
  return text;
}

std::string report_line(const std::string& request_id, const Report& report) {
  const std::int64_t billed_ms = (report.duration_us + 999) / 1000;
  std::string line = "REPORT RequestId: " + request_id;
  line += "\tDuration: " + milliseconds(report.duration_us);
  line += "\tBilled Duration: " + std::to_string(billed_ms) + " ms";
  line += "\tMemory Size: " + std::to_string(report.memory_mb) + " MB";
  line += "\tMax Memory Used: " + megabytes(report.max_memory_bytes) + "\t";
  if (report.init_us >= 0) line += "Init Duration: " + milliseconds(report.init_us) + "\t";
  line += status_fields(report.status, report.error_type);
  return line + "\n";
}

std::string seconds(std::int64_t ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%02lld", static_cast<long long>(ms / 1000),
                static_cast<long long>(ms % 1000 / 10));
  return text;
}

}  // namespace

ExecutionLog::ExecutionLog(platform::LogSink& sink, Clock& clock, const Function& function)
    : sink_(sink),
      clock_(clock),
      account_(function.account),
      region_(function.region),
      group_(function.log_group()),
      stream_(new_stream(clock.now_ms(), function)),
      name_(function.name),
      version_(function.version),
      runtime_(function.runtime),
      format_(function.logging.format == "JSON" ? Format::kJson : Format::kText),
      least_(function.logging.system_level == "DEBUG"  ? Level::kDebug
             : function.logging.system_level == "WARN" ? Level::kWarn
                                                       : Level::kInfo) {}

void ExecutionLog::add(std::int64_t time_ms, std::string text) {
  if (collecting_) {
    tail_ += text;
    if (tail_.size() > 4 * kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
  }
  queued_.push_back({time_ms, std::move(text)});
}

void ExecutionLog::add(std::string text) { add(clock_.now_ms(), std::move(text)); }

void ExecutionLog::flush() {
  if (queued_.empty()) return;
  sink_.write(account_, region_, group_, stream_, std::move(queued_));
  queued_.clear();
}

// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
void ExecutionLog::add_record(Level level, std::string_view type, Json record) {
  if (level < least_) return;
  add(write_json(Json::object({{"time", iso8601_millis(clock_.now_ms())},
                               {"type", type},
                               {"record", std::move(record)}})) +
      "\n");
}

void ExecutionLog::init_start(std::string_view initialization_type) {
  const std::string arn = runtime_version_arn(region_, runtime_);
  std::lock_guard lock(mutex_);
  if (format_ == Format::kJson) {
    return add_record(Level::kInfo, "platform.initStart",
                      Json::object({{"initializationType", initialization_type},
                                    {"phase", "init"},
                                    {"runtimeVersion", shown_runtime(runtime_)},
                                    {"runtimeVersionArn", arn},
                                    {"functionName", name_},
                                    {"functionVersion", version_}}));
  }
  add("INIT_START Runtime Version: " + shown_runtime(runtime_) + "\tRuntime Version ARN: " + arn +
      "\n");
}

void ExecutionLog::init_failed(std::int64_t duration_us, std::string_view status,
                               std::string_view error_type) {
  std::lock_guard lock(mutex_);
  if (format_ == Format::kJson) {
    Json record = Json::object({{"phase", "init"}, {"status", status}});
    if (!error_type.empty()) record.set("errorType", error_type);
    record.set("metrics", Json::object({{"durationMs", as_milliseconds(duration_us)}}));
    add_record(Level::kWarn, "platform.initReport", std::move(record));
  } else {
    add("INIT_REPORT Init Duration: " + milliseconds(duration_us) + "\tPhase: init\t" +
        status_fields(status, error_type) + "\n");
  }
  flush();
}

void ExecutionLog::start(const std::string& request_id, Tail tail) {
  std::lock_guard lock(mutex_);
  collecting_ = tail == Tail::kCollect;
  tail_.clear();
  if (format_ == Format::kJson) {
    return add_record(Level::kInfo, "platform.start",
                      Json::object({{"requestId", request_id}, {"version", version_}}));
  }
  add("START RequestId: " + request_id + " Version: " + version_ + "\n");
}

void ExecutionLog::add_report(const std::string& request_id, const Report& report) {
  const std::string_view status = report.status.empty() ? "success" : report.status;
  const Level failure = report.status.empty() ? Level::kInfo : Level::kWarn;
  Json record = Json::object({{"requestId", request_id}, {"status", status}});
  if (!report.error_type.empty()) record.set("errorType", report.error_type);
  Json done = record;
  done.set("metrics", Json::object({{"durationMs", as_milliseconds(report.duration_us)}}));
  add_record(report.status.empty() ? Level::kDebug : Level::kWarn, "platform.runtimeDone",
             std::move(done));
  constexpr std::int64_t kMegabyte = 1024 * 1024;
  Json metrics = Json::object({
      {"durationMs", as_milliseconds(report.duration_us)},
      {"billedDurationMs", (report.duration_us + 999) / 1000},
      {"memorySizeMB", report.memory_mb},
      {"maxMemoryUsedMB", (report.max_memory_bytes + kMegabyte - 1) / kMegabyte},
  });
  if (report.init_us >= 0) metrics.set("initDurationMs", as_milliseconds(report.init_us));
  record.set("metrics", std::move(metrics));
  add_record(failure, "platform.report", std::move(record));
}

std::string ExecutionLog::end(const std::string& request_id, const Report& report) {
  std::lock_guard lock(mutex_);
  if (format_ == Format::kJson) {
    add_report(request_id, report);
  } else {
    add("END RequestId: " + request_id + "\n");
    add(report_line(request_id, report));
  }
  flush();
  collecting_ = false;
  std::string tail = std::move(tail_);
  tail_.clear();
  if (tail.size() > kTailBytes) tail.erase(0, tail.size() - kTailBytes);
  return tail;
}

void ExecutionLog::printed(std::int64_t time_us, std::string_view text) {
  std::lock_guard lock(mutex_);
  std::string event(text);
  if (!event.ends_with('\n')) event += '\n';
  add(time_us / 1000, std::move(event));
  flush();  // a function that runs long is watched while it runs
}

void ExecutionLog::timed_out(const std::string& request_id, std::int64_t timeout_ms) {
  std::lock_guard lock(mutex_);
  const std::int64_t now_ms = clock_.now_ms();
  add(now_ms, iso8601_millis(now_ms) + " " + request_id + " Task timed out after " +
                  seconds(timeout_ms) + " seconds\n\n");
}

void ExecutionLog::exited(std::string_view error_message, std::string_view error_type) {
  std::lock_guard lock(mutex_);
  add(std::string(error_message) + "\n" + std::string(error_type) + "\n");
}

}  // namespace fairlead::lambda
