// `fairlead logs`: lists log groups, prints the events of one, and follows it as they come.
//
// Following asks FilterLogEvents four times a second for the last seconds again and leaves out what
// it has printed: an event that arrives late is not lost, and a restart of the server neither.
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>

#include "app/cli/cli.h"
#include "app/cli/logs_format.h"
#include "app/cli/logs_groups.h"
#include "app/cli/server_call.h"
#include "base/clock.h"

namespace fairlead::app {

namespace {

constexpr std::int64_t kPollMs = 250;
constexpr std::int64_t kOverlapMs = 5000;  // how much later than its neighbours an event may come

volatile sig_atomic_t interrupted = 0;

void on_interrupt(int) { interrupted = 1; }

// Prints `message` once: an error that lasts is told when it begins.
class Notice {
 public:
  void say(const std::string& message) {
    if (message == last_) return;
    last_ = message;
    if (!message.empty()) std::fprintf(stderr, "fairlead: %s\n", message.c_str());
  }

 private:
  std::string last_;
};

class Reader {
 public:
  explicit Reader(const LogsOptions& options)
      : options_(options), colours_(wanted_colours(options)) {}

  int list_groups();
  int print_group();

 private:
  static Colours wanted_colours(const LogsOptions& options) {
    const bool off = options.no_color || std::getenv("NO_COLOR") || !isatty(STDOUT_FILENO);
    return off ? Colours::kOff : Colours::kOn;
  }
  std::string age_of_newest(const LogGroup& group);
  Status find_group();  // found_ stays empty when there is none
  // Prints what has not been printed yet since `from_ms`.
  Status print_new(std::int64_t from_ms);
  void print(const Json& event);
  int follow(std::int64_t from_ms);

  const LogsOptions& options_;
  Colours colours_;
  std::optional<LogGroup> found_;
  std::map<std::string, std::int64_t> printed_;  // event ids of the last seconds
  std::int64_t newest_ms_ = 0, count_ = 0;
};

bool is_missing(const Error& error) {
  return error.message.starts_with("ResourceNotFoundException");
}

bool server_is_away(const Error& error) {
  return error.code == &kNoServer || error.code == &kCallFailed;
}

std::string Reader::age_of_newest(const LogGroup& group) {
  const auto newest = call_logs(options_, group.region, "DescribeLogStreams",
                                Json::object({{"logGroupName", group.name},
                                              {"orderBy", "LastEventTime"},
                                              {"descending", true},
                                              {"limit", 1}}));
  if (!newest.ok() || (*newest)["logStreams"].empty()) return "-";
  const Json& last = (*newest)["logStreams"].items()[0]["lastEventTimestamp"];
  return last.is_number() ? format_age(system_clock().now_ms() - last.int_or(0)) : "-";
}

int Reader::list_groups() {
  const auto groups = list_log_groups(options_, "");
  if (!groups.ok()) return complain(groups.error());
  if (groups->empty()) {
    std::printf("No log groups yet. A function's group appears with its first invocation.\n");
    return 0;
  }
  std::set<std::string> regions;
  for (const LogGroup& group : *groups) regions.insert(group.region);
  const auto region = [&](const std::string& name) {
    return regions.size() > 1 ? "  " + name : std::string();
  };
  std::printf("%-48s %10s  %-12s %-9s%s\n", "GROUP", "SIZE", "LAST EVENT", "KEPT",
              region("REGION").c_str());
  for (const LogGroup& group : *groups) {
    const std::string kept = std::to_string(group.retention_days) + " days";
    std::printf("%-48s %10s  %-12s %-9s%s\n", group.name.c_str(), format_size(group.bytes).c_str(),
                age_of_newest(group).c_str(), group.retention_days == 0 ? "for ever" : kept.c_str(),
                region(group.region).c_str());
  }
  return 0;
}

Status Reader::find_group() {
  if (!found_) found_ = TRY(find_log_group(options_));
  return {};
}

void Reader::print(const Json& event) {
  const std::string message = event["message"].string_or("");
  const std::int64_t time_ms = event["timestamp"].int_or(0);
  const std::string line =
      options_.raw ? message + (message.ends_with('\n') ? "" : "\n")
                   : format_log_event(time_ms, message, system_clock().now_ms(), colours_);
  std::fwrite(line.data(), 1, line.size(), stdout);
  ++count_;
}

Status Reader::print_new(std::int64_t from_ms) {
  TRY(find_group());
  if (!found_) return {};
  Json input = Json::object({{"logGroupName", found_->name}, {"startTime", from_ms}});
  if (!options_.filter.empty()) input.set("filterPattern", options_.filter);
  if (!options_.stream.empty()) input.set("logStreamNamePrefix", options_.stream);
  while (!interrupted) {
    const Json page = TRY(call_logs(options_, found_->region, "FilterLogEvents", input));
    for (const Json& event : page["events"].items()) {
      const std::int64_t time_ms = event["timestamp"].int_or(0);
      if (!printed_.emplace(event["eventId"].string_or(""), time_ms).second) continue;
      newest_ms_ = std::max(newest_ms_, time_ms);
      print(event);
    }
    if (std::fflush(stdout) != 0) interrupted = 1;  // nobody reads any more
    std::erase_if(printed_, [&](const auto& one) { return one.second < newest_ms_ - kOverlapMs; });
    if (!page.has("nextToken")) break;
    input.set("nextToken", page["nextToken"]);
  }
  return {};
}

int Reader::follow(std::int64_t from_ms) {
  Notice notice;
  while (!interrupted) {
    const Status status = print_new(std::max(from_ms, newest_ms_ - kOverlapMs));
    if (!status.ok() && server_is_away(status.error())) {
      notice.say("The server is away; waiting for it to come back.");
    } else if (!status.ok() && is_missing(status.error())) {
      found_.reset();  // deleted meanwhile; it may be made again
    } else if (!status.ok()) {
      return complain(status.error());
    } else if (!found_) {
      notice.say("There is no log group " + log_group_name(options_.group) +
                 " yet; waiting for its first event.");
    } else {
      notice.say("");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(kPollMs));
  }
  return 0;
}

int Reader::print_group() {
  const std::int64_t from_ms = read_since(options_.since, system_clock().now_ms());
  if (from_ms < 0) {
    return complain({nullptr,
                     "--since takes a period such as 90s, 10m, 1h30m or 2d, or a time such as "
                     "2026-01-12T21:00:00Z; not " +
                         options_.since,
                     {}});
  }
  const Status first = print_new(from_ms);
  if (!first.ok()) return complain(first.error());
  if (options_.follow) return follow(from_ms);
  if (!found_) {
    return complain({nullptr,
                     "There is no log group " + log_group_name(options_.group) +
                         ". `fairlead logs` lists those that there are.",
                     {}});
  }
  if (count_ == 0 && !interrupted) {
    std::fprintf(stderr,
                 "No events since %s ago. Look further back with --since 1d, or wait for "
                 "them with -f.\n",
                 options_.since.c_str());
  }
  return 0;
}

}  // namespace

int logs_command(const LogsOptions& options) {
  struct sigaction action {};
  action.sa_handler = on_interrupt;  // no SA_RESTART: sleeping ends at once
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
  Reader reader(options);
  return options.group.empty() ? reader.list_groups() : reader.print_group();
}

}  // namespace fairlead::app
