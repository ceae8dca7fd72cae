// Watching source folders by inotify: recursive, with folders that come later, and with roots that
// go away and come back (as when another branch is checked out).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/dev_debounce.h"
#include "base/result.h"
#include "net/descriptor.h"

struct inotify_event;

namespace fairlead::app {

struct TreeChange {
  std::size_t root;  // its place in the list of roots
  ChangeKind kind;
  std::string name;  // the file below the root; empty: the folder as a whole
};

extern const ErrorCode kCannotWatch;  // inotify's limits; the message says which and what to do

// One thread. What is_ignored() names is not reported.
class TreeWatch {
 public:
  static Result<TreeWatch> create(std::vector<std::string> roots);

  int descriptor() const { return inotify_.get(); }  // readable when read() has something
  // What changed since the last call; never waits. A file counts when it was written and closed,
  // not while it is being written.
  std::vector<TreeChange> read();
  // Looks whether roots that went away are back (there is nothing to be told by); call it now and
  // then while missing() is true.
  bool missing() const;
  std::vector<TreeChange> look_for_missing();
  const std::string& problem() const { return problem_; }  // folders that could not be watched

 private:
  struct Place {
    std::size_t root;
    std::string name;
    bool operator==(const Place&) const = default;
  };
  TreeWatch() = default;
  void add(std::size_t root, const std::string& below);
  void forget(std::size_t root, const std::string& below);
  void take(const inotify_event& event, std::vector<TreeChange>& changes);
  void take_at(const Place& place, std::uint32_t mask, const std::string& element,
               std::vector<TreeChange>& changes);
  bool worth_it(const Place& place, std::uint32_t mask, const std::string& name) const;
  void start_over(std::vector<TreeChange>& changes);

  net::Descriptor inotify_;
  std::vector<std::string> roots_;
  std::vector<bool> there_;
  std::map<int, std::vector<Place>> places_;  // by watch; one folder may lie in two roots
  std::string problem_;
};

}  // namespace fairlead::app
