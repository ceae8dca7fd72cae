// FilterLogEvents, a few times a second for each function.
#include "app/cli/dev_logs.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "app/cli/server_call.h"
#include "base/clock.h"

namespace fairlead::app {

namespace {
constexpr std::chrono::milliseconds kPause{300};
constexpr int kMaxPages = 20;  // in one go; a function that floods is not to drown the swaps
}  // namespace

bool SeenEvents::is_new(const std::string& id, std::int64_t time_ms) {
  if (time_ms < ask_from_ms() || !seen_.emplace(id, time_ms).second) return false;
  if (time_ms > newest_ms_) {
    newest_ms_ = time_ms;
    std::erase_if(seen_, [&](const auto& one) { return one.second < ask_from_ms(); });
  }
  return true;
}

LogFollower::LogFollower(const std::vector<DevFunction>& functions, DevServer server)
    : server_(std::move(server)) {
  colours_ = std::getenv("NO_COLOR") || !isatty(STDOUT_FILENO) ? Colours::kOff : Colours::kOn;
  const std::int64_t now_ms = system_clock().now_ms();
  for (const auto& function : functions) {
    groups_.push_back({functions.size() > 1 ? function.name + "  " : "",
                       "/aws/lambda/" + function.name, SeenEvents(now_ms)});
  }
  thread_ = std::thread([this] { run(); });
}

LogFollower::~LogFollower() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool LogFollower::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kPause, [&] { return over_; });
  return !over_;
}

void LogFollower::run() {
  do {
    for (Group& group : groups_) print_new(group);
    std::fflush(stdout);
  } while (wait());
}

void LogFollower::print_new(Group& group) {
  Json input =
      Json::object({{"logGroupName", group.name}, {"startTime", group.seen.ask_from_ms()}});
  for (int page = 0; page < kMaxPages; ++page) {
    const auto found = call_json(server_.data_folder, "logs", server_.region,
                                 "Logs_20140328.FilterLogEvents", input);
    if (!found.ok()) return;  // no group yet, or no server: the next time
    for (const Json& event : (*found)["events"].items()) {
      const std::int64_t time_ms = event["timestamp"].int_or(0);
      if (!group.seen.is_new(event["eventId"].string_or(""), time_ms)) continue;
      const std::string line = format_log_event(time_ms, event["message"].string_or(""),
                                                system_clock().now_ms(), colours_);
      if (!line.empty()) std::printf("%s%s", group.prefix.c_str(), line.c_str());
    }
    if (!found->has("nextToken")) return;
    input.set("nextToken", (*found)["nextToken"]);
  }
}

}  // namespace fairlead::app
