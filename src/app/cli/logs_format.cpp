// Reading the shapes of log lines (functions' text and JSON formats, platform lines) and writing
// them for people.
#include "app/cli/logs_format.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <optional>

#include "base/clock.h"
#include "base/json_parse.h"
#include "base/text.h"

namespace fairlead::app {

namespace {

constexpr std::string_view kDim = "\x1b[2m", kRed = "\x1b[31m", kYellow = "\x1b[33m",
                           kPlain = "\x1b[0m";
constexpr std::size_t kShortId = 8;

struct Line {
  std::string request_id, level, text;
  bool platform = false, failed = false;
};

bool looks_like_request_id(std::string_view text) {
  return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' &&
         text[23] == '-';
}

std::string_view without_line_end(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

// "Label: value" among the tab-separated pieces of a REPORT line; empty when it is not there.
std::string_view measure(std::string_view line, std::string_view label) {
  for (std::string_view piece : split(line, '\t')) {
    piece = trim(piece);
    if (piece.starts_with(label)) return trim(piece.substr(label.size()));
  }
  return {};
}

std::string readable_report(std::string_view rest) {
  std::string text = "done in " + std::string(measure(rest, "Duration:"));
  const auto add = [&](std::string_view before, std::string_view value, std::string_view after) {
    if (value.empty()) return;
    text += std::string(before) + std::string(value) + std::string(after);
  };
  add(", billed ", measure(rest, "Billed Duration:"), "");
  std::string_view used = measure(rest, "Max Memory Used:");
  if (used.ends_with(" MB")) used.remove_suffix(3);
  add(", ", used, "");
  add(used.empty() ? ", " : " of ", measure(rest, "Memory Size:"), "");
  add(", cold start ", measure(rest, "Init Duration:"), "");
  add(", ", measure(rest, "Status:"), "");
  add(" (", measure(rest, "Error Type:"), ")");
  return text;
}

// START, END, REPORT and INIT_START, as Lambda writes them between the function's own lines.
std::optional<Line> platform_line(std::string_view message) {
  Line line;
  line.platform = true;
  for (const std::string_view kind : {"START", "END", "REPORT"}) {
    const std::string head = std::string(kind) + " RequestId: ";
    if (!message.starts_with(head)) continue;
    const std::string_view rest = message.substr(head.size());
    line.request_id = rest.substr(0, 36);
    if (kind == "END") return line;
    const std::size_t version = rest.find("Version: ");
    line.text = kind == "REPORT" ? readable_report(rest.substr(line.request_id.size()))
                : version != std::string_view::npos
                    ? "start " + std::string(trim(rest.substr(version + 9)))
                    : "start";
    const std::string_view status = measure(rest, "Status:");
    line.failed = status == "error" || status == "timeout" || status == "failure";
    return line;
  }
  if (!message.starts_with("INIT_START")) return std::nullopt;
  line.text = "init" + std::string(message.substr(10, message.find('\t') - 10));
  return line;
}

// {"time": …, "type": "platform.report", "record": {…}} of the JSON log format.
Line platform_json(const Json& json) {
  Line line;
  line.platform = true;
  const std::string type = json["type"].string_or("").substr(9);
  const Json& record = json["record"];
  line.request_id = record["requestId"].string_or("");
  const std::string status = record["status"].string_or("success");
  line.failed = status != "success";
  const Json& metrics = record["metrics"];
  const auto number = [&](const char* name) {
    return metrics[name].is_number() ? metrics[name].number_text() : "?";
  };
  if (type != "report") {
    if (type == "start") line.text = "start " + record["version"].string_or("");
    if (type == "initStart") line.text = "init " + record["runtimeVersion"].string_or("");
    return line;  // the others say nothing of their own
  }
  line.text = "done in " + number("durationMs") + " ms, billed " + number("billedDurationMs") +
              " ms, " + number("maxMemoryUsedMB") + " of " + number("memorySizeMB") + " MB";
  if (metrics.has("initDurationMs"))
    line.text += ", cold start " + number("initDurationMs") + " ms";
  if (line.failed) line.text += ", " + status;
  return line;
}

// A line of the JSON log format: its level and message in front, what else it has behind.
std::optional<Line> json_line(std::string_view message) {
  if (!message.starts_with('{')) return std::nullopt;
  const auto parsed = parse_json(message);
  if (!parsed.ok() || !parsed->is_object()) return std::nullopt;
  const Json& json = *parsed;
  if (json["type"].string_or("").starts_with("platform.")) return platform_json(json);
  if (!json.has("level") || !json.has("message") || !json.has("timestamp")) return std::nullopt;
  Line line;
  line.level = json["level"].string_or("");
  line.request_id = json["requestId"].string_or("");
  line.text =
      json["message"].is_string() ? json["message"].as_string() : write_json(json["message"]);
  Json more = Json::object();
  for (const auto& [name, value] : json.members()) {
    const bool known = name == "level" || name == "message" || name == "timestamp" ||
                       name == "requestId" || name == "tenantId";
    if (!known) more.set(name, value);
  }
  if (!more.empty()) line.text += " " + write_json(more);
  return line;
}

// Node's bootstrap logs what a handler throws as `Invoke Error <tab> {"errorType": …, "stack":
// […]}`: the stack alone says it all.
std::string readable_error(std::string_view text) {
  const std::size_t tab = text.find("\t{");
  if (tab == std::string_view::npos) return std::string(text);
  const auto error = parse_json(text.substr(tab + 1));
  if (!error.ok() || !(*error)["errorType"].is_string()) return std::string(text);
  std::string out;
  for (const Json& frame : (*error)["stack"].items()) {
    out += (out.empty() ? "" : "\n") + frame.string_or("");
  }
  if (!out.empty()) return out;
  return (*error)["errorType"].as_string() + ": " + (*error)["errorMessage"].string_or("");
}

// 2026-01-12T21:44:56.599Z <tab> request id <tab> INFO <tab> text; Python has the level in front.
std::optional<Line> function_line(std::string_view message) {
  const auto pieces = split(message, '\t');
  Line line;
  std::size_t text_at = 0;
  if (pieces.size() >= 4 && looks_like_request_id(pieces[1])) {
    line.request_id = pieces[1];
    line.level = pieces[2];
    text_at = pieces[0].size() + pieces[1].size() + pieces[2].size() + 3;
  } else if (pieces.size() >= 4 && pieces[0].starts_with('[') && looks_like_request_id(pieces[2])) {
    line.request_id = pieces[2];
    line.level = pieces[0].substr(1, pieces[0].size() - 2);
    text_at = pieces[0].size() + pieces[1].size() + pieces[2].size() + 3;
  } else {
    return std::nullopt;
  }
  line.text = readable_error(message.substr(text_at));
  return line;
}

Line read_line(std::string_view message) {
  if (auto line = platform_line(message)) return *line;
  if (auto line = json_line(message)) return *line;
  if (auto line = function_line(message)) return *line;
  Line line;
  line.text = message;
  const std::string_view first = message.substr(0, message.find('\n'));
  line.failed = first.find("Task timed out after") != std::string_view::npos ||
                first.starts_with("[ERROR]") || first.find("ERROR") != std::string_view::npos;
  return line;
}

// Each request keeps its colour; none is red.
std::string_view colour_of(std::string_view id) {
  static constexpr std::array<std::string_view, 8> kColours = {"\x1b[36m", "\x1b[35m", "\x1b[34m",
                                                               "\x1b[32m", "\x1b[96m", "\x1b[95m",
                                                               "\x1b[94m", "\x1b[92m"};
  std::uint32_t hash = 2166136261u;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return kColours[hash % kColours.size()];
}

std::string safe(std::string_view text, Colours colours) {
  std::string out;
  for (const char c : text) {
    const bool control =
        (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
    if (colours == Colours::kOn && control) continue;
    out += c;
    if (c == '\n') out += "    ";
  }
  return out;
}

}  // namespace

std::string format_time(std::int64_t time_ms, std::int64_t now_ms) {
  const std::time_t seconds = time_ms / 1000, now = now_ms / 1000;
  std::tm at{}, today{};
  localtime_r(&seconds, &at);
  localtime_r(&now, &today);
  const bool same_day = at.tm_year == today.tm_year && at.tm_yday == today.tm_yday;
  char clock[64];
  std::strftime(clock, sizeof clock, same_day ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &at);
  const std::string ms = std::to_string(1000 + time_ms % 1000);
  return std::string(clock) + "." + ms.substr(1);
}

std::string format_log_event(std::int64_t time_ms, std::string_view message, std::int64_t now_ms,
                             Colours colours) {
  const Line line = read_line(without_line_end(message));
  if (line.platform && line.text.empty()) return "";
  const auto paint = [&](std::string_view colour, std::string text) {
    if (colours == Colours::kOff || colour.empty() || text.empty()) return text;
    return std::string(colour) + text + std::string(kPlain);
  };
  const bool error = line.failed || line.level == "ERROR" || line.level == "FATAL";
  const std::string_view of_text = error                  ? kRed
                                   : line.platform        ? kDim
                                   : line.level == "WARN" ? kYellow
                                                          : std::string_view();
  std::string out = paint(kDim, format_time(time_ms, now_ms)) + " ";
  if (!line.request_id.empty()) {
    out += paint(colour_of(line.request_id), line.request_id.substr(0, kShortId)) + " ";
  }
  if (!line.level.empty() && line.level != "INFO") out += paint(of_text, line.level) + " ";
  return out + paint(of_text, safe(line.text, colours)) + "\n";
}

std::int64_t read_since(const std::string& text, std::int64_t now_ms) {
  const std::int64_t time_ms = parse_iso8601(text);
  if (time_ms >= 0) return time_ms;
  std::int64_t back_ms = 0, count = -1;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      count = (count < 0 ? 0 : count) * 10 + (c - '0');
      if (count > 1'000'000'000) return -1;
      continue;
    }
    const std::int64_t unit_ms = c == 's'   ? 1000
                                 : c == 'm' ? 60'000
                                 : c == 'h' ? 3'600'000
                                 : c == 'd' ? 86'400'000
                                 : c == 'w' ? 604'800'000
                                            : 0;
    if (count < 0 || unit_ms == 0) return -1;
    back_ms += count * unit_ms;
    count = -1;
  }
  if (text.empty() || count >= 0) return -1;
  return back_ms < now_ms ? now_ms - back_ms : 0;
}

std::string format_size(std::int64_t bytes) {
  static constexpr const char* kUnits[] = {"KB", "MB", "GB", "TB"};
  if (bytes < 1000) return std::to_string(bytes) + " B";
  double size = static_cast<double>(bytes);
  int unit = -1;
  for (; size >= 1000 && unit < 3; ++unit) size /= 1000;
  char out[32];
  std::snprintf(out, sizeof out, "%.1f %s", size, kUnits[unit]);
  return out;
}

std::string format_age(std::int64_t ms) {
  const std::int64_t seconds = ms / 1000;
  if (seconds < 2) return "just now";
  if (seconds < 60) return std::to_string(seconds) + "s ago";
  if (seconds < 3600) return std::to_string(seconds / 60) + "m ago";
  if (seconds < 48 * 3600) return std::to_string(seconds / 3600) + "h ago";
  return std::to_string(seconds / 86400) + "d ago";
}

}  // namespace fairlead::app
