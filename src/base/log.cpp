// Log lines: one string, one write, no buffer that a crash could lose. Values are escaped so that
// nothing a caller sends can forge a line or break its JSON.
#include "base/log.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>

#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"

namespace fairlead {

namespace {

constexpr std::size_t kMaxValue = 16 * 1024;  // longer values are cut

std::atomic<LogLevel> least_level{LogLevel::kInfo};
std::atomic<LogFormat> line_format{LogFormat::kText};

// Never destroyed: statics may log on their way out. The output is called under the mutex, so that
// it need not be safe for threads itself; it must not log.
struct Output {
  std::mutex mutex;
  std::function<void(std::string_view)> function;
  std::atomic<bool> is_set{false};
};
Output& output() {
  static auto& instance = *new Output;
  return instance;
}

void write_to_stderr(std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody to tell
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "DEBUG";
    case LogLevel::kInfo:
      return "INFO";
    case LogLevel::kWarn:
      return "WARN";
    case LogLevel::kError:
      return "ERROR";
  }
  return "?";
}

std::string clean(std::string_view value) {
  if (value.size() <= kMaxValue) return repair_utf8(value);
  std::size_t end = kMaxValue;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xc0) == 0x80) --end;
  return repair_utf8(value.substr(0, end)) + "…";
}

bool needs_quotes(std::string_view value) {
  if (value.empty()) return true;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7f || c == '"' || c == '\\' || c == '=') return true;
  }
  return false;
}

// JSON's escapes without its quotes: enough to keep a message on its line.
void append_message(std::string& line, std::string_view message) {
  std::string quoted;
  append_json_string(quoted, clean(message));
  line.append(quoted, 1, quoted.size() - 2);
}

std::string text_line(std::int64_t now_ms, LogLevel level, std::string_view message,
                      std::initializer_list<LogField> fields) {
  std::string line = iso8601_millis(now_ms).substr(11, 12);
  line.append(1, ' ').append(level_name(level));
  line.append(6 - level_name(level).size(), ' ');
  append_message(line, message);
  const char* before = "  ";
  for (const LogField& field : fields) {
    line.append(before).append(field.name).append(1, '=');
    before = " ";
    const std::string value = clean(field.value);
    if (needs_quotes(value))
      append_json_string(line, value);
    else
      line += value;
  }
  return line += '\n';
}

std::string json_line(std::int64_t now_ms, LogLevel level, std::string_view message,
                      std::initializer_list<LogField> fields) {
  std::string line = R"({"time":")" + iso8601_millis(now_ms) + R"(","level":")";
  line.append(level_name(level)).append(R"(","message":)");
  append_json_string(line, clean(message));
  for (const LogField& field : fields) {
    line += ',';
    append_json_string(line, field.name);
    line += ':';
    append_json_string(line, clean(field.value));
  }
  return line += "}\n";
}

}  // namespace

void set_log_output(std::function<void(std::string_view line)> function) {
  std::lock_guard lock(output().mutex);
  output().function = std::move(function);
  output().is_set = static_cast<bool>(output().function);
}

void set_log_level(LogLevel least) { least_level = least; }
void set_log_format(LogFormat format) { line_format = format; }
bool log_enabled(LogLevel level) { return level >= least_level.load(std::memory_order_relaxed); }

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (!log_enabled(level)) return;
  const std::int64_t now_ms = system_clock().now_ms();
  const std::string line = line_format.load(std::memory_order_relaxed) == LogFormat::kJson
                               ? json_line(now_ms, level, message, fields)
                               : text_line(now_ms, level, message, fields);
  if (!output().is_set) return write_to_stderr(line);
  std::lock_guard lock(output().mutex);
  if (output().function) output().function(line);
}

}  // namespace fairlead
