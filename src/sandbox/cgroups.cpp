// Finding a place for groups in either version of the interface, and the files in them.
#include "sandbox/cgroups.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "sandbox/errors.h"

namespace fairlead::sandbox {

namespace {

constexpr char kPrefix[] = "fairlead-";
constexpr mode_t kFolderMode = 0755;
constexpr int kEndTries = 100;  // of two milliseconds: for the last processes to leave

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

bool write_value(const std::string& path, const std::string& text) {
  const net::Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.open() &&
         ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::vector<std::string> words(std::string_view text, char separator) {
  std::vector<std::string> found;
  std::stringstream in{std::string(text)};
  for (std::string word; std::getline(in, word, separator);) found.push_back(word);
  return found;
}

bool has_word(const std::string& text, const std::string& word) {
  std::stringstream in(text);
  for (std::string one; in >> one;) {
    if (one == word) return true;
  }
  return false;
}

bool listed(const std::string& list, const std::string& name) {
  return ("," + list + ",").find("," + name + ",") != std::string::npos;
}

// "4:memory:/a/b" → "/a/b"; the second version's line has no name.
std::string own_path(std::string_view own_groups, const std::string& controller) {
  for (const std::string& line : words(own_groups, '\n')) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == line.npos || second == line.npos) continue;
    const std::string names = line.substr(first + 1, second - first - 1);
    if (controller.empty() ? names.empty() : listed(names, controller)) {
      return line.substr(second + 1);
    }
  }
  return "";
}

struct MountPlace {
  std::string root, place;
};

// 36 35 0:30 /root /place rw,relatime … - cgroup cgroup rw,memory
std::optional<MountPlace> mount_of(std::string_view mounts, const std::string& type,
                                   const std::string& controller) {
  for (const std::string& line : words(mounts, '\n')) {
    const std::size_t dash = line.find(" - ");
    if (dash == line.npos) continue;
    const auto left = words(line.substr(0, dash), ' ');
    const auto right = words(line.substr(dash + 3), ' ');
    if (left.size() < 5 || right.size() < 3 || right[0] != type) continue;
    if (!controller.empty() && !listed(right[2], controller)) continue;
    return MountPlace{left[3], left[4]};
  }
  return std::nullopt;
}

std::string folder_at(const MountPlace& mount, const std::string& path) {
  if (mount.root == "/" || mount.root.empty()) return mount.place + (path == "/" ? "" : path);
  if (path.starts_with(mount.root)) return mount.place + path.substr(mount.root.size());
  return mount.place;
}

// Folders of servers that ended without removing theirs.
void remove_leftovers(const std::string& parent) {
  DIR* folder = ::opendir(parent.c_str());
  if (folder == nullptr) return;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string_view name(entry->d_name);
    if (!name.starts_with(kPrefix)) continue;
    const std::string_view digits = name.substr(sizeof kPrefix - 1);
    int pid = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) continue;
    if (::kill(pid, 0) == 0 || errno != ESRCH) continue;
    const std::string left = parent + "/" + std::string(name);
    if (DIR* inner = ::opendir(left.c_str())) {
      while (const dirent* group = ::readdir(inner)) {
        if (group->d_name[0] != '.') ::rmdir((left + "/" + group->d_name).c_str());
      }
      ::closedir(inner);
    }
    ::rmdir(left.c_str());
  }
  ::closedir(folder);
}

std::string make_server_folder(const std::string& parent, int pid) {
  remove_leftovers(parent);
  const std::string folder = parent + "/" + kPrefix + std::to_string(pid);
  if (::mkdir(folder.c_str(), kFolderMode) != 0 && errno != EEXIST) return "";
  return folder;
}

}  // namespace

std::shared_ptr<Cgroups> Cgroups::find(std::string_view own_groups, std::string_view mounts,
                                       int pid) {
  std::shared_ptr<Cgroups> made(new Cgroups);
  if (made->use_version_2(own_groups, mounts, pid) ||
      made->use_version_1(own_groups, mounts, pid)) {
    return made;
  }
  return nullptr;
}

std::shared_ptr<Cgroups> Cgroups::find() {
  return find(read_whole("/proc/self/cgroup"), read_whole("/proc/self/mountinfo"), ::getpid());
}

// A group may hand controllers down only while no process is in it. So: the nearest group above us
// that hands memory down already and is ours to write; else our own, when nobody but us is in it
// and we can move into a leaf.
bool Cgroups::use_version_2(std::string_view own_groups, std::string_view mounts, int pid) {
  const auto mount = mount_of(mounts, "cgroup2", "");
  const std::string path = own_path(own_groups, "");
  if (!mount || path.empty()) return false;
  const std::string own = folder_at(*mount, path);
  for (std::string at = own; at.size() >= mount->place.size(); at.resize(at.rfind('/'))) {
    if (!has_word(read_whole(at + "/cgroup.subtree_control"), "memory")) continue;
    if (::access((at + "/cgroup.procs").c_str(), W_OK) != 0) break;
    memory_folder_ = make_server_folder(at, pid);
    break;
  }
  if (memory_folder_.empty() && has_word(read_whole(own + "/cgroup.controllers"), "memory") &&
      read_whole(own + "/cgroup.procs") == std::to_string(pid) + "\n") {
    const std::string leaf = own + "/server";
    if ((::mkdir(leaf.c_str(), kFolderMode) == 0 || errno == EEXIST) &&
        write_value(leaf + "/cgroup.procs", std::to_string(pid)) &&
        write_value(own + "/cgroup.subtree_control", "+memory")) {
      write_value(own + "/cgroup.subtree_control", "+pids");
      memory_folder_ = make_server_folder(own, pid);
    }
  }
  if (memory_folder_.empty()) return false;
  if (!write_value(memory_folder_ + "/cgroup.subtree_control", "+memory")) {
    ::rmdir(memory_folder_.c_str());
    memory_folder_.clear();
    return false;
  }
  version_ = 2;
  if (write_value(memory_folder_ + "/cgroup.subtree_control", "+pids")) {
    pids_folder_ = memory_folder_;
  }
  return true;
}

bool Cgroups::use_version_1(std::string_view own_groups, std::string_view mounts, int pid) {
  const auto folder_of = [&](const std::string& controller) -> std::string {
    const auto mount = mount_of(mounts, "cgroup", controller);
    const std::string path = own_path(own_groups, controller);
    if (!mount || path.empty()) return "";
    const std::string folder = make_server_folder(folder_at(*mount, path), pid);
    return folder.empty() ? make_server_folder(mount->place, pid) : folder;
  };
  memory_folder_ = folder_of("memory");
  if (memory_folder_.empty()) return false;
  pids_folder_ = folder_of("pids");
  version_ = 1;
  return true;
}

Cgroups::~Cgroups() {
  for (int i = 0; i < kEndTries; ++i) {
    remove_lingering();
    if (lingering_.empty()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  if (!memory_folder_.empty()) ::rmdir(memory_folder_.c_str());
  if (!pids_folder_.empty()) ::rmdir(pids_folder_.c_str());
}

Result<std::unique_ptr<Cgroup>> Cgroups::make() {
  remove_lingering();
  const std::string name = "/" + std::to_string(++made_);
  std::vector<std::string> folders{memory_folder_ + name};
  if (!pids_folder_.empty() && pids_folder_ != memory_folder_) {
    folders.push_back(pids_folder_ + name);
  }
  for (const std::string& folder : folders) {
    if (::mkdir(folder.c_str(), kFolderMode) == 0) continue;
    const int error_number = errno;
    remove(folders);
    return cannot_sandbox("control group", error_number);
  }
  return std::make_unique<Cgroup>(shared_from_this(), std::move(folders));
}

void Cgroups::remove(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    if (::rmdir(folder.c_str()) == 0 || errno != EBUSY) continue;
    const std::lock_guard lock(mutex_);
    lingering_.push_back(folder);
  }
}

void Cgroups::remove_lingering() {
  std::vector<std::string> again;
  {
    const std::lock_guard lock(mutex_);
    again.swap(lingering_);
  }
  remove(again);
}

Cgroup::Cgroup(std::shared_ptr<Cgroups> of, std::vector<std::string> folders)
    : of_(std::move(of)), folders_(std::move(folders)) {}

Cgroup::~Cgroup() { of_->remove(folders_); }

Result<std::vector<net::Descriptor>> Cgroup::open_procs() const {
  std::vector<net::Descriptor> files;
  for (const std::string& folder : folders_) {
    files.emplace_back(::open((folder + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
    if (!files.back().open()) return cannot_sandbox("control group", errno);
  }
  return files;
}

Status Cgroup::limit_memory(std::int64_t bytes) {
  const std::string value = bytes > 0 ? std::to_string(bytes) : of_->version() == 2 ? "max" : "-1";
  const std::string& folder = folders_.front();
  const bool done =
      write_value(folder + (of_->version() == 2 ? "/memory.max" : "/memory.limit_in_bytes"), value);
  if (!done) return cannot_sandbox("memory limit", errno);
  // Not on every kernel: without it, swap is beyond the limit.
  if (of_->version() == 2) {
    if (bytes > 0) write_value(folder + "/memory.swap.max", "0");
  } else {
    write_value(folder + "/memory.memsw.limit_in_bytes", value);
  }
  return {};
}

Status Cgroup::limit_processes(int count) {
  if (!of_->counts_processes()) return {};
  if (write_value(folders_.back() + "/pids.max", std::to_string(count))) return {};
  return cannot_sandbox("process limit", errno);
}

std::optional<std::int64_t> Cgroup::anonymous_bytes() const {
  std::stringstream in(read_whole(folders_.front() + "/memory.stat"));
  const std::string wanted = of_->version() == 2 ? "anon" : "rss";
  std::string name;
  std::int64_t value = 0;
  while (in >> name >> value) {
    if (name == wanted) return value;
  }
  return std::nullopt;
}

}  // namespace fairlead::sandbox
