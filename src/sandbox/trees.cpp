// open_tree, mount_setattr, move_mount (Linux 5.12 and later).
#include "sandbox/trees.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace fairlead::sandbox {

namespace {
constexpr unsigned kWholeTree = AT_EMPTY_PATH | AT_RECURSIVE;
}

net::Descriptor open_read_only_tree(const std::string& source, const std::string& target) {
  net::Descriptor tree(
      ::open_tree(AT_FDCWD, source.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
  if (!tree.open()) return tree;
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_NOSUID;
  if (!target.starts_with("/dev/")) attributes.attr_set |= MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV;
  attributes.propagation = MS_PRIVATE;  // what is mounted inside must not show up on the host
  if (::mount_setattr(tree.get(), "", kWholeTree, &attributes, sizeof attributes) != 0) {
    const int error_number = errno;
    tree.close();
    errno = error_number;
  }
  return tree;
}

bool attach_tree(int tree, int root, const std::string& target) {
  return ::move_mount(tree, "", root, target.c_str(), MOVE_MOUNT_F_EMPTY_PATH) == 0;
}

}  // namespace fairlead::sandbox
