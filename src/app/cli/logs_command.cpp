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
#include <thread>

#include "app/cli/cli.h"
#include "app/cli/logs_format.h"
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
  Result<Json> call(const char* operation, const Json& input) {
    return call_json(options_.data_folder, "logs", options_.region,
                     std::string("Logs_20140328.") + operation, input);
  }
  Result<Json> all_groups(const std::string& part);
  Result<std::string> find_group();
  // Prints what has not been printed yet since `from_ms`.
  Status print_new(const std::string& group, std::int64_t from_ms);
  void print(const Json& event);
  int follow(const std::string& group, std::int64_t from_ms);

  const LogsOptions& options_;
  Colours colours_;
  std::map<std::string, std::int64_t> printed_;  // event ids of the last seconds
  std::int64_t newest_ms_ = 0, count_ = 0;
};

bool is_missing(const Error& error) {
  return error.message.starts_with("ResourceNotFoundException");
}

bool server_is_away(const Error& error) {
  return error.code == &kNoServer || error.code == &kCallFailed;
}

Result<Json> Reader::all_groups(const std::string& part) {
  Json groups = Json::array(), input = Json::object();
  if (!part.empty()) input.set("logGroupNamePattern", part);
  while (true) {
    Json page = TRY(call("DescribeLogGroups", input));
    for (const Json& group : page["logGroups"].items()) groups.push_back(group);
    if (!page.has("nextToken")) return groups;
    input.set("nextToken", page["nextToken"]);
  }
}

int Reader::list_groups() {
  const auto groups = all_groups("");
  if (!groups.ok()) return complain(groups.error());
  if (groups->empty()) {
    std::printf("No log groups yet. A function's group appears with its first invocation.\n");
    return 0;
  }
  std::printf("%-48s %10s  %-12s %s\n", "GROUP", "SIZE", "LAST EVENT", "KEPT");
  for (const Json& group : groups->items()) {
    const std::string name = group["logGroupName"].string_or("");
    const auto newest = call("DescribeLogStreams", Json::object({{"logGroupName", name},
                                                                 {"orderBy", "LastEventTime"},
                                                                 {"descending", true},
                                                                 {"limit", 1}}));
    std::string age = "-";
    if (newest.ok() && !(*newest)["logStreams"].empty()) {
      const Json& last = (*newest)["logStreams"].items()[0]["lastEventTimestamp"];
      if (last.is_number()) age = format_age(system_clock().now_ms() - last.int_or(0));
    }
    const Json& days = group["retentionInDays"];
    std::printf("%-48s %10s  %-12s %s\n", name.c_str(),
                format_size(group["storedBytes"].int_or(0)).c_str(), age.c_str(),
                days.is_null() ? "for ever" : (days.number_text() + " days").c_str());
  }
  return 0;
}

// "hello" is a function's group, unless there is a group of that very name.
Result<std::string> Reader::find_group() {
  const std::string& given = options_.group;
  if (given.starts_with('/')) return given;
  const Json groups = TRY(all_groups(given));
  const std::string of_function = "/aws/lambda/" + given;
  bool exact = false;
  for (const Json& group : groups.items()) {
    const std::string name = group["logGroupName"].string_or("");
    if (name == of_function) return of_function;
    exact |= name == given;
  }
  return exact ? given : of_function;
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

Status Reader::print_new(const std::string& group, std::int64_t from_ms) {
  Json input = Json::object({{"logGroupName", group}, {"startTime", from_ms}});
  if (!options_.filter.empty()) input.set("filterPattern", options_.filter);
  if (!options_.stream.empty()) input.set("logStreamNamePrefix", options_.stream);
  while (!interrupted) {
    const Json page = TRY(call("FilterLogEvents", input));
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

int Reader::follow(const std::string& group, std::int64_t from_ms) {
  Notice notice;
  while (!interrupted) {
    const Status status = print_new(group, std::max(from_ms, newest_ms_ - kOverlapMs));
    if (status.ok()) {
      notice.say("");
    } else if (is_missing(status.error())) {
      notice.say("There is no log group " + group + " yet; waiting for its first event.");
    } else if (server_is_away(status.error())) {
      notice.say("The server is away; waiting for it to come back.");
    } else {
      return complain(status.error());
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
  const auto group = find_group();
  if (!group.ok()) return complain(group.error());
  const Status first = print_new(*group, from_ms);
  if (options_.follow && (first.ok() || is_missing(first.error()))) return follow(*group, from_ms);
  if (!first.ok() && is_missing(first.error())) {
    return complain(
        {nullptr,
         "There is no log group " + *group + ". `fairlead logs` lists those that there are.",
         {}});
  }
  if (!first.ok()) return complain(first.error());
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
