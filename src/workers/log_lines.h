// Cuts what a process writes on a pipe into log events: one for each line, whole lines only,
// bounded, valid UTF-8.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace fairlead::workers {

// One event as it shall be logged: its line end removed, bad UTF-8 repaired, cut at kMaxLogText.
std::string clean_log_text(std::string_view text);

class LogLines {
 public:
  using Sink = std::function<void(std::string_view line)>;
  explicit LogLines(Sink sink) : sink_(std::move(sink)) {}

  void feed(std::string_view bytes);
  void finish();  // what is left without a line end is a line too

 private:
  void give(std::string_view line);

  Sink sink_;
  std::string partial_;
};

}  // namespace fairlead::workers
