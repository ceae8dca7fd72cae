// Opening, closing and reporting the measured window.
#include "load/window.h"

#include <cstdio>

#include "load/process_usage.h"

namespace fairlead::bench {

namespace {
constexpr std::int64_t kStalledNs = 60'000'000'000;  // a counted run under valgrind is slow
}

Window::Window(Options& options)
    : warmup_ns_(static_cast<std::int64_t>(options.seconds("warmup", 0.3) * 1e9)),
      window_ns_(static_cast<std::int64_t>(options.seconds("seconds", 1) * 1e9)),
      messages_(static_cast<std::uint64_t>(options.number("messages", 0))),
      pids_(options.pids("pid")) {}

void Window::start() {
  started_ns_ = now_ns();
  if (messages_ > 0) open_window(started_ns_);
}

void Window::open_window(std::int64_t now) {
  measuring_ = true;
  opened_ns_ = now;
  cpu_ns_ = cpu_ns(pids_);
}

void Window::close_window(std::int64_t now) {
  measuring_ = false;
  closed_ns_ = now;
  cpu_ns_ = cpu_ns(pids_) - cpu_ns_;
}

bool Window::go_on() {
  const std::int64_t now = now_ns();
  if (messages_ > 0) {
    if (answered_ < messages_ && now - opened_ns_ > kStalledNs) give_up("the server is stuck");
    if (answered_ < messages_) return true;
    close_window(now);
    return false;
  }
  if (!measuring_ && now - started_ns_ >= warmup_ns_) open_window(now);
  if (!measuring_ || now - opened_ns_ < window_ns_) return true;
  close_window(now);
  return false;
}

std::size_t Window::take_allowance(std::size_t wanted) {
  if (messages_ == 0) return wanted;
  const std::uint64_t left = messages_ - asked_;
  const std::size_t given = left < wanted ? static_cast<std::size_t>(left) : wanted;
  asked_ += given;
  return given;
}

void Window::add_replies(std::uint64_t count, std::int64_t took_ns) {
  answered_ += count;
  if (!measuring_) return;
  count_ += count;
  latency_.add(took_ns, count);
}

void Window::print() const {
  const double seconds = static_cast<double>(closed_ns_ - opened_ns_) / 1e9;
  const double count = static_cast<double>(count_);
  if (count_ == 0) give_up("no reply within the window");
  std::printf(
      "{\"count\":%.0f,\"seconds\":%.3f,\"per_second\":%.0f,\"cpu_us\":%.3f,"
      "\"p50_us\":%.1f,\"p99_us\":%.1f}\n",
      count, seconds, count / seconds, static_cast<double>(cpu_ns_) / 1000.0 / count,
      latency_.percentile_us(0.5), latency_.percentile_us(0.99));
}

}  // namespace fairlead::bench
