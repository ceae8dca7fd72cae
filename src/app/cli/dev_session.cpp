// A poll loop over inotify and signals, with the debounce times as its time-outs.
#include "app/cli/dev_session.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <optional>
#include <utility>

#include "app/cli/dev_logs.h"
#include "base/clock.h"

namespace fairlead::app {

namespace {

constexpr std::int64_t kTryAgainMs = 500;   // while the server is away
constexpr std::int64_t kLookAgainMs = 200;  // while a watched folder is gone
constexpr std::size_t kMaxNames = 1000;     // kept of a burst

std::string wall_time() {
  const std::int64_t now_ms = system_clock().now_ms();
  const std::time_t seconds = now_ms / 1000;
  std::tm local{};
  localtime_r(&seconds, &local);
  char text[32];
  const std::size_t length = std::strftime(text, sizeof text, "%H:%M:%S", &local);
  std::snprintf(text + length, sizeof text - length, ".%03d", static_cast<int>(now_ms % 1000));
  return text;
}

// "a.js, b.js and 3 more"
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    text += (i ? ", " : "") + names[i];
  }
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

void complain_line(const std::string& name, const std::string& what) {
  std::fprintf(stderr, "%s  %s  %s\n", wall_time().c_str(), name.c_str(), what.c_str());
}

}  // namespace

DevSession::DevSession(DevDescription description, DevServer server, int signals)
    : description_(std::move(description)), server_(std::move(server)), signals_(signals) {
  for (const auto& function : description_.functions) {
    Target target;
    target.name = function.name;
    target.shown = function.shown;
    target.folder = function.folder;
    target.function = std::make_unique<FunctionUpload>(function);
    targets_.push_back(std::move(target));
  }
  if (description_.website) {
    Target target;
    target.name = description_.website->bucket;
    target.shown = description_.website->shown;
    target.folder = description_.website->folder;
    target.website = std::make_unique<WebsiteUpload>(*description_.website);
    targets_.push_back(std::move(target));
  }
}

Result<bool> DevSession::all_there() {
  for (auto& target : targets_) {
    const bool there =
        TRY(target.function ? target.function->look(server_) : target.website->look(server_));
    if (!there) return false;
  }
  return true;
}

Result<bool> DevSession::prepare(const std::vector<std::string>& environment) {
  return TRY(all_there()) || TRY(deploy(environment));
}

Result<bool> DevSession::deploy(const std::vector<std::string>& environment) {
  if (description_.deploy.empty()) {
    return Error{&kBadDescription,
                 "Not everything in fairlead.json is deployed, and it has no \"deploy\" command. "
                 "Deploy it, or name the command that does.",
                 {}};
  }
  std::printf("Deploying by %s\n", description_.deploy.c_str());
  std::fflush(stdout);
  if (!TRY(run_to_end(description_.deploy, description_.folder, environment, signals_)))
    return false;
  if (!TRY(all_there())) {
    return Error{&kBadDescription,
                 "After " + description_.deploy +
                     " not everything is there that fairlead.json names (in region " +
                     (server_.region.empty() ? "of the server" : server_.region) + ").",
                 {}};
  }
  return true;
}

Status DevSession::run(FunctionLogs logs) {
  std::vector<std::string> roots;
  for (const auto& target : targets_) roots.push_back(target.folder);
  TreeWatch watch = TRY(TreeWatch::create(std::move(roots)));  // first: nothing is saved unseen
  for (auto& target : targets_) send(target, system_clock().monotonic_ms());
  for (const auto& target : targets_) {
    std::printf("  %s <- %s\n", target.name.c_str(), target.shown.c_str());
  }
  std::printf("Save a file and the next message runs it. Ctrl-C ends this; the server goes on.\n");
  std::fflush(stdout);
  std::optional<LogFollower> follower;
  if (logs == FunctionLogs::kFollowed) follower.emplace(description_.functions, server_);
  for (;;) {
    pollfd waiting[] = {{signals_, POLLIN, 0}, {watch.descriptor(), POLLIN, 0}};
    if (poll(waiting, 2, wait_ms(watch.missing())) < 0 && errno != EINTR) return {};
    if (waiting[0].revents) return {};
    take(watch.read());
    if (watch.missing()) take(watch.look_for_missing());
    if (!watch.problem().empty()) return Error{&kCannotWatch, watch.problem(), {}};
    send_what_is_due();
    checks_.reap();
  }
}

int DevSession::wait_ms(bool missing) const {
  const std::int64_t now_ms = system_clock().monotonic_ms();
  std::int64_t wait = missing ? kLookAgainMs : 60'000;
  for (const auto& target : targets_) {
    if (const auto due = target.debounce.due_ms()) wait = std::min(wait, *due - now_ms);
  }
  return static_cast<int>(std::max<std::int64_t>(wait, 0));
}

void DevSession::take(const std::vector<TreeChange>& changes) {
  const std::int64_t now_ms = system_clock().monotonic_ms();
  for (const auto& change : changes) {
    Target& target = targets_[change.root];
    target.debounce.changed(now_ms, change.kind);
    if (change.kind == ChangeKind::kDependency || target.changed.size() >= kMaxNames) continue;
    auto& names = target.changed;
    if (!change.name.empty() && std::find(names.begin(), names.end(), change.name) == names.end()) {
      names.push_back(change.name);
    }
  }
}

void DevSession::send_what_is_due() {
  for (auto& target : targets_) {
    if (const auto first_ms = target.debounce.take(system_clock().monotonic_ms())) {
      send(target, *first_ms);
    }
  }
}

void DevSession::send(Target& target, std::int64_t first_ms) {
  std::vector<std::string> names = target.changed;
  bool changed = false;
  if (target.function) {
    const auto sent = target.function->send(server_);
    if (!sent.ok()) return failed(target, first_ms, sent.error());
    changed = *sent == Sent::kChanged;
  } else {
    auto sent = target.website->send(server_);
    if (!sent.ok()) return failed(target, first_ms, sent.error());
    changed = !sent->empty();
    names = std::move(sent).value();
  }
  if (changed) tell(target, first_ms, names);
  if (target.function) {
    for (const auto& name : target.changed) checks_.check(target.folder + "/" + name);
  }
  target.changed.clear();
  target.complained = false;
}

void DevSession::tell(const Target& target, std::int64_t first_ms,
                      const std::vector<std::string>& names) {
  const auto took = static_cast<long long>(system_clock().monotonic_ms() - first_ms);
  const std::string which = names.empty() ? "" : " (" + listed(names) + ")";
  std::printf("%s  %s  %s in %lld ms%s\n", wall_time().c_str(), target.name.c_str(),
              target.function ? "swapped" : "uploaded", took, which.c_str());
  std::fflush(stdout);
}

// A server that is away will be back: the same save is tried again until it is.
void DevSession::failed(Target& target, std::int64_t first_ms, const Error& error) {
  if (!is_away(error)) {
    complain_line(target.name, error.message);
    target.changed.clear();
    return;
  }
  if (!target.complained) complain_line(target.name, error.message + " (Waiting for it.)");
  target.complained = true;
  target.debounce.again(first_ms, system_clock().monotonic_ms(), kTryAgainMs);
}

}  // namespace fairlead::app
