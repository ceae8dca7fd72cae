// What the functions print, below the swaps: a thread that asks for new log events and prints them.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/cli/dev_upload.h"
#include "app/cli/logs_format.h"

namespace fairlead::app {

// Which events of a group were printed: an event may come seconds after others that are newer, so
// the last seconds are asked for again, and what is known is left out.
class SeenEvents {
 public:
  static constexpr std::int64_t kOverlapMs = 5'000;
  explicit SeenEvents(std::int64_t from_ms) : from_ms_(from_ms) {}

  std::int64_t ask_from_ms() const { return std::max(from_ms_, newest_ms_ - kOverlapMs); }
  bool is_new(const std::string& id, std::int64_t time_ms);

 private:
  std::int64_t from_ms_, newest_ms_ = 0;
  std::map<std::string, std::int64_t> seen_;
};

class LogFollower {
 public:
  // Prints what `functions` log from now on, each line with its function's name if there are more
  // than one. A server that is away is asked again until it is back.
  LogFollower(const std::vector<DevFunction>& functions, DevServer server);
  ~LogFollower();  // ends the thread; waits for an answer that is under way

 private:
  struct Group {
    std::string prefix, name;
    SeenEvents seen;
  };
  void run();
  void print_new(Group& group);
  bool wait();  // false: it is over

  const DevServer server_;
  Colours colours_;
  std::vector<Group> groups_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace fairlead::app
