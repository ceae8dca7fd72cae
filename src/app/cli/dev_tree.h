// What belongs to a source folder: its files, without what version control and editors leave there.
// Links are followed, as `zip -r` does. Watching and packing see the same tree.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace fairlead::app {

struct TreeFile {
  std::string name;  // below the folder: "lib/tools.js"
  std::string path;  // to open it
  std::uint32_t mode = 0;
  std::uint64_t size = 0;
};

extern const ErrorCode kBadTree;  // gone, unreadable or larger than a package can be

// One element of a path that is never deployed: .git, an editor's swap and backup files.
bool is_ignored(std::string_view element);
// True for what lies in a folder of installed packages (node_modules): it changes in bursts.
bool is_dependency(std::string_view name);

// Calls `folder` with the path and the name of each folder ("" is the root's name), and `file` with
// each file that can be read. Either may be empty. Links to folders that lead in a circle end.
Status walk_tree(
    const std::string& root,
    const std::function<void(const std::string& path, const std::string& name)>& folder,
    const std::function<void(TreeFile file)>& file);

// The files, ordered by name, so that the same tree always makes the same package.
Result<std::vector<TreeFile>> list_tree(const std::string& root);

}  // namespace fairlead::app
