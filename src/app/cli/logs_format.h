// One log event as `fairlead logs` prints it: time, shortened request id, level, text; REPORT lines
// made readable; colours for terminals.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fairlead::app {

enum class Colours { kOff, kOn };

// With a line end. `now_ms`: events of another day are shown with their date. Empty for what says
// nothing of its own (Lambda's END lines). With colours, control characters are taken out of the
// text: what a function prints does not steer the terminal.
std::string format_log_event(std::int64_t time_ms, std::string_view message, std::int64_t now_ms,
                             Colours colours);

// "90s", "10m", "1h30m", "2d", "1w", or an ISO 8601 time: since when, in milliseconds; -1 if it is
// neither.
std::int64_t read_since(const std::string& text, std::int64_t now_ms);

std::string format_size(std::int64_t bytes);                         // 512 B, 1.5 KB, 2.0 MB
std::string format_age(std::int64_t ms);                             // just now, 3m ago, 2d ago
std::string format_time(std::int64_t time_ms, std::int64_t now_ms);  // local: 21:44:56.599

}  // namespace fairlead::app
