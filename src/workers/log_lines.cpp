// Splits output at newlines, keeps an unfinished line up to a bound, and repairs broken UTF-8.
#include "workers/log_lines.h"

#include "base/utf8.h"
#include "workers/frames.h"

namespace fairlead::workers {

std::string clean_log_text(std::string_view text) {
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  if (text.size() > kMaxLogText) {
    text = text.substr(0, kMaxLogText);
    // Not in the middle of a character: at most three bytes follow its first.
    for (int i = 0; i < 4 && (static_cast<unsigned char>(text.back()) & 0x80) != 0; ++i) {
      const bool first = (static_cast<unsigned char>(text.back()) & 0x40) != 0;
      text.remove_suffix(1);
      if (first) break;
    }
  }
  return is_valid_utf8(text) ? std::string(text) : repair_utf8(text);
}

void LogLines::give(std::string_view line) {
  const std::string text = clean_log_text(line);
  if (!text.empty()) sink_(text);
}

void LogLines::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    bytes = end == std::string_view::npos ? std::string_view() : bytes.substr(end + 1);
    const bool whole = end != std::string_view::npos;
    if (whole && partial_.empty()) {
      give(piece);
      continue;
    }
    partial_.append(piece);
    // A line without an end is cut, so that it cannot grow without limit.
    if (whole || partial_.size() >= kMaxLogText) {
      give(partial_);
      partial_ = std::string();
    }
  }
}

void LogLines::finish() {
  if (!partial_.empty()) give(partial_);
  partial_ = std::string();
}

}  // namespace fairlead::workers
