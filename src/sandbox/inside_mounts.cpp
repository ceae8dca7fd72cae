// The new root: the skeleton with everything mounted into it, /proc, /tmp; and what an attachment
// adds later.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "sandbox/first_process.h"
#include "sandbox/trees.h"

namespace fairlead::sandbox {

namespace {

// The host's folder under which the new root is built before it becomes the root: any that is
// there for certain will do.
constexpr const char* kBuildingSite = "/proc";

// An inode for each page at most: they take memory, too.
std::string tmp_options(std::int64_t bytes) {
  constexpr std::int64_t kPage = 4096, kFewest = 1024;
  return "mode=1777,size=" + std::to_string(bytes) +
         ",nr_inodes=" + std::to_string(std::max(bytes / kPage, kFewest));
}

bool mount_tmp(int root, std::int64_t bytes) {
  if (::fchdir(root) != 0) return false;
  return ::mount("tmpfs", "tmp", "tmpfs", MS_NOSUID | MS_NODEV, tmp_options(bytes).c_str()) == 0;
}

// Everything is opened before anything is mounted: later the host's tree may be covered.
Step open_trees(const Plan& plan, std::vector<net::Descriptor>& trees,
                std::vector<net::Descriptor>& hidden) {
  if (plan.opener == Opener::kServer) {
    if (trees.size() == plan.mounts.size()) return nullptr;
    errno = EBADMSG;
    return "mounts of the server";
  }
  for (const PlannedMount& mount : plan.mounts) {
    trees.push_back(open_read_only_tree(mount.source, mount.target));
    if (!trees.back().open()) return "opening a folder to mount";
  }
  for (const std::string& folder : plan.attachable) {
    hidden.push_back(open_read_only_tree(folder, "/"));
    if (!hidden.back().open()) return "opening a folder for attachments";
  }
  return nullptr;
}

std::string relative(const std::string& target) { return target.substr(1); }

// "/data/code/x" below attachable "/data/code" is, in here, "/.attach/0/x".
std::string as_hidden(const Plan& plan, const std::string& source) {
  for (std::size_t i = 0; i < plan.attachable.size(); ++i) {
    const std::string& folder = plan.attachable[i];
    if (source.size() > folder.size() && source.starts_with(folder) &&
        source[folder.size()] == '/') {
      return hidden_place(i) + source.substr(folder.size());
    }
  }
  return "";
}

bool hide_attachables(const Plan& plan) {
  for (std::size_t i = 0; i < plan.attachable.size(); ++i) {
    if (::umount2(hidden_place(i).c_str(), MNT_DETACH) != 0 && errno != EINVAL) return false;
  }
  return true;
}

}  // namespace

Step make_root(const Plan& plan, std::vector<net::Descriptor>& trees) {
  std::vector<net::Descriptor> hidden;
  if (const Step failed = open_trees(plan, trees, hidden)) return failed;
  if (!attach_tree(trees[0].get(), AT_FDCWD, kBuildingSite)) return "mounting the root";
  const int root = trees[0].get();
  for (std::size_t i = 1; i < trees.size(); ++i) {
    if (!attach_tree(trees[i].get(), root, relative(plan.mounts[i].target))) {
      return "mounting a folder";
    }
  }
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    if (!attach_tree(hidden[i].get(), root, relative(hidden_place(i)))) {
      return "mounting a folder for attachments";
    }
  }
  if (!mount_tmp(root, plan.tmp_bytes)) return "mounting /tmp";
  // Read-only: should the server be a root without capabilities, /proc/sys and the like would be
  // the function's to write.
  const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY;
  if (::mount("proc", "proc", "proc", flags, nullptr) != 0) {
    return "mounting /proc";
  }
  // The old root is stacked on the new one for a moment, and taken away.
  if (::syscall(SYS_pivot_root, ".", ".") != 0) return "pivot_root";
  if (::umount2(".", MNT_DETACH) != 0) return "leaving the host's root";
  return ::chdir("/") == 0 ? nullptr : "the new root";
}

Step attach_mounts(const Plan& plan, const AttachPlan& attachment,
                   std::vector<net::Descriptor>& trees) {
  if (plan.opener == Opener::kFirstProcess) {
    for (const PlannedMount& mount : attachment.mounts) {
      const std::string source = as_hidden(plan, mount.source);
      if (source.empty()) {
        errno = EXDEV;
        return "a folder that is not attachable";
      }
      trees.push_back(open_read_only_tree(source, mount.target));
      if (!trees.back().open()) return "opening a folder to attach";
    }
  }
  if (trees.size() != attachment.mounts.size()) {
    errno = EBADMSG;
    return "mounts of the server";
  }
  for (std::size_t i = 0; i < trees.size(); ++i) {
    if (!attach_tree(trees[i].get(), AT_FDCWD, attachment.mounts[i].target)) {
      return "attaching a folder";
    }
  }
  if (::mount("tmpfs", "/tmp", "tmpfs", MS_REMOUNT | MS_NOSUID | MS_NODEV,
              tmp_options(attachment.tmp_bytes).c_str()) != 0) {
    return "size of /tmp";
  }
  return hide_attachables(plan) ? nullptr : "hiding folders";
}

}  // namespace fairlead::sandbox
