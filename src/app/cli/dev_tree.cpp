// A walk with an explicit stack of what is above, by device and inode, so that circles are seen.
#include "app/cli/dev_tree.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "base/text.h"

namespace fairlead::app {

const ErrorCode kBadTree{"BadTree", 400};

namespace {

constexpr std::size_t kMaxEntries = 50'000;
constexpr std::uint64_t kMaxBytes = 250ull * 1024 * 1024;  // as Lambda's limit for unpacked code
constexpr std::size_t kMaxDepth = 64;

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

class Walk {
 public:
  Walk(const std::function<void(const std::string&, const std::string&)>& folder,
       const std::function<void(TreeFile)>& file)
      : folder_(folder), file_(file) {}

  Status run(const std::string& root) {
    struct stat facts {};
    if (stat(root.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
      return Error{&kBadTree, "The folder " + root + " is not there.", {}};
    }
    return enter(root, "", facts);
  }

 private:
  Status enter(const std::string& path, const std::string& name, const struct stat& facts) {
    const auto identity = std::make_pair(facts.st_dev, facts.st_ino);
    if (std::find(above_.begin(), above_.end(), identity) != above_.end()) return {};
    if (above_.size() >= kMaxDepth) return {};
    if (folder_) folder_(path, name);  // before it is read: nothing comes unseen in between
    const std::unique_ptr<DIR, CloseFolder> open(opendir(path.c_str()));
    if (!open) return {};  // it went away, or it is not ours to read
    above_.push_back(identity);
    while (const dirent* entry = readdir(open.get())) {
      const std::string element = entry->d_name;
      if (element == "." || element == ".." || is_ignored(element)) continue;
      TRY(visit(path + "/" + element, name.empty() ? element : name + "/" + element));
    }
    above_.pop_back();
    return {};
  }

  Status visit(const std::string& path, const std::string& name) {
    if (++entries_ > kMaxEntries) {
      return Error{&kBadTree, "There are more than 50,000 files below the folder.", {}};
    }
    struct stat facts {};
    if (stat(path.c_str(), &facts) != 0) return {};  // gone meanwhile, or a link to nothing
    if (S_ISDIR(facts.st_mode)) return enter(path, name, facts);
    if (S_ISREG(facts.st_mode) && file_) {
      file_({name, path, facts.st_mode & 0777u, static_cast<std::uint64_t>(facts.st_size)});
    }
    return {};
  }

  const std::function<void(const std::string&, const std::string&)>& folder_;
  const std::function<void(TreeFile)>& file_;
  std::vector<std::pair<dev_t, ino_t>> above_;
  std::size_t entries_ = 0;
};

}  // namespace

bool is_ignored(std::string_view element) {
  if (element == ".git" || element == ".hg" || element == ".svn" || element == ".DS_Store")
    return true;
  if (element == "__pycache__" || element == "4913") return true;  // 4913: vim tries what it may do
  if (element.starts_with(".#") || element.ends_with("~")) return true;
  if (element.starts_with("#") && element.ends_with("#")) return true;
  const bool swap =
      element.ends_with(".swp") || element.ends_with(".swo") || element.ends_with(".swx");
  return (swap && element.starts_with(".")) || element.ends_with(".goutputstream");
}

bool is_dependency(std::string_view name) {
  for (const std::string_view element : split(name, '/')) {
    if (element == "node_modules" || element == "site-packages") return true;
  }
  return false;
}

Status walk_tree(const std::string& root,
                 const std::function<void(const std::string&, const std::string&)>& folder,
                 const std::function<void(TreeFile)>& file) {
  return Walk(folder, file).run(root);
}

Result<std::vector<TreeFile>> list_tree(const std::string& root) {
  std::vector<TreeFile> files;
  std::uint64_t bytes = 0;
  TRY(walk_tree(root, {}, [&](TreeFile file) {
    bytes += file.size;
    files.push_back(std::move(file));
  }));
  if (bytes > kMaxBytes) {
    return Error{&kBadTree, root + " holds more than 250 MB; that is no package.", {}};
  }
  std::sort(files.begin(), files.end(),
            [](const TreeFile& a, const TreeFile& b) { return a.name < b.name; });
  return files;
}

}  // namespace fairlead::app
