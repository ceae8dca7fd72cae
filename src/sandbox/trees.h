// Mounts that are attached nowhere yet: opened read-only at one place, attached at another. The
// kernel hands them over like any descriptor, also into another mount namespace.
#pragma once

#include <string>

#include "net/descriptor.h"

namespace fairlead::sandbox {

// A copy of what is mounted at `source` (and below), read-only, nosuid, private, and nodev unless
// `target`, where it is to be, lies in /dev. Not open: errno tells why. Needs CAP_SYS_ADMIN in the
// caller's mount namespace.
net::Descriptor open_read_only_tree(const std::string& source, const std::string& target);

// Attaches it at `target`, relative to `root` (a folder's descriptor) when it begins with no slash.
bool attach_tree(int tree, int root, const std::string& target);

}  // namespace fairlead::sandbox
