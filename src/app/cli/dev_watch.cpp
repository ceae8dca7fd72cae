// The bookkeeping between inotify's watch numbers and paths. A watch follows its folder when that
// is renamed, so what leaves a tree is forgotten at once and what enters it is watched at once.
#include "app/cli/dev_watch.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "app/cli/dev_tree.h"

namespace fairlead::app {

const ErrorCode kCannotWatch{"CannotWatch", 500};

namespace {

constexpr std::uint32_t kMask = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

std::string join(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : name.empty() ? folder : folder + "/" + name;
}

bool is_below(const std::string& name, const std::string& folder) {
  return folder.empty() || name == folder || name.starts_with(folder + "/");
}

std::string cannot_watch(const std::string& path) {
  if (errno == ENOSPC) {
    return "Too many folders to watch; the system's limit is fs.inotify.max_user_watches "
           "(sysctl fs.inotify.max_user_watches=524288 raises it).";
  }
  return "Cannot watch " + path + ": " + std::strerror(errno) + ".";
}

}  // namespace

Result<TreeWatch> TreeWatch::create(std::vector<std::string> roots) {
  TreeWatch watch;
  watch.inotify_ = net::Descriptor(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!watch.inotify_.open()) {
    const std::string why = errno == EMFILE ? "fs.inotify.max_user_instances is used up"
                                            : std::string(std::strerror(errno));
    return Error{&kCannotWatch, "Cannot watch folders: " + why + ".", {}};
  }
  watch.roots_ = std::move(roots);
  watch.there_.assign(watch.roots_.size(), false);
  for (std::size_t root = 0; root < watch.roots_.size(); ++root) watch.add(root, "");
  if (!watch.problem_.empty()) return Error{&kCannotWatch, watch.problem_, {}};
  return watch;
}

void TreeWatch::add(std::size_t root, const std::string& below) {
  const auto watch_folder = [&](const std::string& path, const std::string& name) {
    const int number = inotify_add_watch(inotify_.get(), path.c_str(), kMask);
    if (number < 0) {
      if (errno != ENOENT && errno != ENOTDIR) problem_ = cannot_watch(path);
      return;
    }
    Place place{root, join(below, name)};
    if (place.name.empty()) there_[root] = true;
    auto& places = places_[number];
    if (std::find(places.begin(), places.end(), place) == places.end()) {
      places.push_back(std::move(place));
    }
  };
  const Status walked = walk_tree(join(roots_[root], below), watch_folder, {});
  if (!walked.ok() && there_[root]) problem_ = walked.error().message;
}

void TreeWatch::forget(std::size_t root, const std::string& below) {
  for (auto at = places_.begin(); at != places_.end();) {
    auto& places = at->second;
    std::erase_if(places, [&](const Place& place) {
      return place.root == root && is_below(place.name, below);
    });
    if (places.empty()) {
      inotify_rm_watch(inotify_.get(), at->first);
      at = places_.erase(at);
    } else {
      ++at;
    }
  }
  if (below.empty()) there_[root] = false;
}

std::vector<TreeChange> TreeWatch::read() {
  std::vector<TreeChange> changes;
  alignas(inotify_event) char buffer[64 * 1024];
  for (;;) {
    const ssize_t got = ::read(inotify_.get(), buffer, sizeof buffer);
    if (got <= 0) return changes;
    for (ssize_t at = 0; at < got;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      take(*event, changes);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
}

void TreeWatch::take(const inotify_event& event, std::vector<TreeChange>& changes) {
  if (event.mask & IN_Q_OVERFLOW) {
    start_over(changes);
    return;
  }
  const auto found = places_.find(event.wd);
  if (found == places_.end()) return;
  const std::vector<Place> places = found->second;  // a copy: taking one may change the map
  if (event.mask & IN_IGNORED) places_.erase(found);
  const std::string element = event.len > 0 ? event.name : "";
  for (const Place& place : places) take_at(place, event.mask, element, changes);
}

void TreeWatch::take_at(const Place& place, std::uint32_t mask, const std::string& element,
                        std::vector<TreeChange>& changes) {
  if (mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) {
    if (place.name.empty() && there_[place.root]) {
      forget(place.root, "");
      changes.push_back({place.root, ChangeKind::kSource, ""});
    }
    return;
  }
  if (element.empty() || is_ignored(element)) return;
  const std::string name = join(place.name, element);
  if (mask & IN_ISDIR) {
    if (mask & (IN_MOVED_FROM | IN_DELETE)) forget(place.root, name);
    if (mask & (IN_MOVED_TO | IN_CREATE)) add(place.root, name);
    if (mask & IN_ATTRIB) return;
  } else if (!worth_it(place, mask, name)) {
    return;
  } else if (mask & (IN_MOVED_TO | IN_CREATE)) {
    struct stat facts {};
    const std::string path = join(roots_[place.root], name);
    if (stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode)) add(place.root, name);  // a link
  }
  changes.push_back(
      {place.root, is_dependency(name) ? ChangeKind::kDependency : ChangeKind::kSource, name});
}

// A file that was just made is being written: its end will be told. Links have no such end.
bool TreeWatch::worth_it(const Place& place, std::uint32_t mask, const std::string& name) const {
  if (!(mask & IN_CREATE)) return true;
  struct stat facts {};
  if (lstat(join(roots_[place.root], name).c_str(), &facts) != 0) return false;
  return S_ISLNK(facts.st_mode) || facts.st_nlink > 1;
}

// Events were lost: everything may have changed.
void TreeWatch::start_over(std::vector<TreeChange>& changes) {
  for (std::size_t root = 0; root < roots_.size(); ++root) {
    add(root, "");
    changes.push_back({root, ChangeKind::kSource, ""});
  }
}

bool TreeWatch::missing() const {
  return std::find(there_.begin(), there_.end(), false) != there_.end();
}

std::vector<TreeChange> TreeWatch::look_for_missing() {
  std::vector<TreeChange> changes;
  for (std::size_t root = 0; root < roots_.size(); ++root) {
    if (there_[root]) continue;
    add(root, "");
    if (there_[root]) changes.push_back({root, ChangeKind::kSource, ""});
  }
  return changes;
}

}  // namespace fairlead::app
