// Loops of launches and invocations; any failure ends the program.
#include <dirent.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "lambda/modes.h"
#include "net/child_process.h"

namespace fairlead::bench {

namespace {

using Clock = std::chrono::steady_clock;
using Kind = platform::WorkerOutcome::Kind;

constexpr std::int64_t kInvokeMs = 20'000;

double us_since(Clock::time_point began) {
  return std::chrono::duration<double, std::micro>(Clock::now() - began).count();
}

void print_times(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  std::printf("{\"count\":%zu,\"least_us\":%.0f,\"p50_us\":%.0f,\"most_us\":%.0f}\n", times.size(),
              times.front(), times[times.size() / 2], times.back());
}

// Kilobytes of a process that are its alone.
long private_kib(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/smaps_rollup");
  long sum = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("Private_")) sum += std::stol(line.substr(line.find(':') + 1));
  }
  return sum;
}

// All processes that we or our children started.
long descendants_kib() {
  long sum = 0;
  std::vector<std::string> line = {std::to_string(::getpid())};
  for (std::size_t at = 0; at < line.size(); ++at) {
    const std::string tasks = "/proc/" + line[at] + "/task";
    DIR* const folder = ::opendir(tasks.c_str());
    if (folder == nullptr) continue;
    while (const dirent* task = ::readdir(folder)) {
      std::ifstream children(tasks + "/" + task->d_name + "/children");
      for (std::string pid; children >> pid;) {
        sum += private_kib(pid);
        line.push_back(pid);
      }
    }
    ::closedir(folder);
  }
  return sum;
}

void invoke_once(platform::Worker& worker, const platform::Invocation& invocation) {
  const auto outcome = worker.invoke(invocation, monotonic_deadline(kInvokeMs));
  if (outcome.kind != Kind::kResponse) give_up("an invocation failed: " + outcome.payload);
}

}  // namespace

void measure_warm(Workshop& workshop, const std::string& event, Window& window) {
  workshop.on_fiber([&] {
    const auto worker = workshop.ready_worker();
    const platform::Invocation invocation = sample_invocation(event);
    window.start();
    while (window.go_on()) {
      const auto began = Clock::now();
      invoke_once(*worker, invocation);
      (void)worker->max_memory_bytes();  // as REPORT wants it
      window.add_replies(1, static_cast<std::int64_t>(us_since(began) * 1000));
    }
  });
}

void measure_cold(Workshop& workshop, long count) {
  std::vector<double> times;
  for (long i = 0; i < count; ++i) {
    if (workshop.uses_stock()) workshop.wait_for_stock();
    workshop.on_fiber([&] {
      const auto began = Clock::now();
      const auto worker = workshop.ready_worker();
      times.push_back(us_since(began));
    });
  }
  print_times(std::move(times));
}

void measure_start(Workshop& workshop, long count) {
  std::vector<double> times;
  const auto launcher = net::make_plain_launcher();
  for (long i = 0; i < count; ++i) {
    net::ChildSpec spec;
    spec.argv = workshop.argv();
    spec.environment = {"PATH=/usr/bin:/bin"};
    const auto began = Clock::now();
    auto child = launcher->launch(std::move(spec));
    if (!child.ok()) give_up(child.error().message);
    pollfd ended{(*child)->descriptors().exit.get(), POLLIN, 0};
    ::poll(&ended, 1, -1);
    times.push_back(us_since(began));
    const auto exit = (*child)->reap();
    if (!exit || exit->code != 0) give_up("the script failed");
  }
  print_times(std::move(times));
}

void measure_idle(Workshop& workshop, const std::string& event, long count) {
  if (workshop.uses_stock()) workshop.wait_for_stock();
  std::vector<std::unique_ptr<platform::Worker>> workers;
  const long before = descendants_kib();
  workshop.on_fiber([&] {
    for (long i = 0; i < count; ++i) {
      workers.push_back(workshop.ready_worker());
      invoke_once(*workers.back(), sample_invocation(event));
    }
  });
  if (workshop.uses_stock()) workshop.wait_for_stock();
  std::printf("{\"private_kib\":%.0f}\n",
              static_cast<double>(descendants_kib() - before) / static_cast<double>(count));
}

}  // namespace fairlead::bench
