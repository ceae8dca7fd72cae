// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html; the fields are tab-separated.
#include "services/lambda/execution_log.h"

#include <algorithm>
#include <cstdio>

#include "base/base64.h"
#include "base/hashes.h"
#include "base/ids.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kTailBytes = 4096;

// "2026/11/20/[$LATEST]" and 32 hexadecimal digits.
std::string new_stream(std::int64_t now_ms) {
  std::string day = iso8601_seconds(now_ms).substr(0, 10);
  std::replace(day.begin(), day.end(), '-', '/');
  return day + "/[$LATEST]" + random_hex(32);
}

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
      stream_(new_stream(clock.now_ms())) {}

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

void ExecutionLog::init_start(const std::string& runtime) {
  const std::size_t digit = runtime.find_first_of("0123456789");
  std::string shown = runtime.substr(0, digit);
  if (digit != std::string::npos) {
    std::string version = runtime.substr(digit);
    if (version.ends_with(".x")) version.resize(version.size() - 2);
    shown += ":" + version;
  }
  std::lock_guard lock(mutex_);
  add("INIT_START Runtime Version: " + shown + ".v1\tRuntime Version ARN: arn:aws:lambda:" +
      region_ + "::runtime:" + hex_encode(sha256("fairlead " + runtime)) + "\n");
}

void ExecutionLog::init_failed(std::int64_t duration_us, std::string_view status,
                               std::string_view error_type) {
  std::lock_guard lock(mutex_);
  add("INIT_REPORT Init Duration: " + milliseconds(duration_us) + "\tPhase: init\t" +
      status_fields(status, error_type) + "\n");
  flush();
}

void ExecutionLog::start(const std::string& request_id, Tail tail) {
  std::lock_guard lock(mutex_);
  collecting_ = tail == Tail::kCollect;
  tail_.clear();
  add("START RequestId: " + request_id + " Version: $LATEST\n");
}

std::string ExecutionLog::end(const std::string& request_id, const Report& report) {
  std::lock_guard lock(mutex_);
  add("END RequestId: " + request_id + "\n");
  add(report_line(request_id, report));
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

void ExecutionLog::exited(const std::string& request_id, std::string_view error_message) {
  std::lock_guard lock(mutex_);
  std::string text(error_message);
  if (text.empty()) text = "RequestId: " + request_id + " Error: Runtime exited";
  add(text + "\nRuntime.ExitError\n");
}

}  // namespace fairlead::lambda
