// libzip reads the container and checks the CRCs; names, sizes, links and kinds are checked here,
// since no zip library stops an entry called ../../etc/cron.d/x. Files are opened one path element
// at a time and never through a symbolic link; links are made last and then asked of the kernel.
#include "services/lambda/unzip.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <zip.h>

#include <cerrno>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "services/lambda/errors.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kMaxNameBytes = 4096;
constexpr std::size_t kMaxElementBytes = 255;
constexpr std::size_t kMaxLinkBytes = 4096;
constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr mode_t kFileMode = 0644;

struct CloseFd {
  int fd = -1;
  explicit CloseFd(int descriptor) : fd(descriptor) {}
  CloseFd(CloseFd&& other) noexcept : fd(std::exchange(other.fd, -1)) {}
  CloseFd& operator=(CloseFd&& other) noexcept {
    std::swap(fd, other.fd);
    return *this;
  }
  ~CloseFd() {
    if (fd >= 0) close(fd);
  }
};

struct Discard {
  void operator()(zip_t* zip) const { zip_discard(zip); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Zip = std::unique_ptr<zip_t, Discard>;
using ZipFile = std::unique_ptr<zip_file_t, Discard>;

enum class EntryKind { kFile, kFolder, kLink };

struct Entry {
  std::vector<std::string> path;  // elements below the root, none of them "." or ".."
  EntryKind kind = EntryKind::kFile;
  mode_t mode = kFileMode;
  std::uint64_t index = 0;
};

struct Link {
  std::vector<std::string> path;
  std::string target;
};

// Disk trouble is ours, not the caller's zip.
Error disk_failed(const char* what) {
  return cannot_start(std::string("unpacking the code: ") + what + ": " + std::to_string(errno));
}

Result<Zip> open_zip(std::string_view bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
  if (source && !zip) zip_source_free(source);
  zip_error_fini(&error);
  if (!zip) return bad_zip();
  return Zip(zip);
}

Result<std::vector<std::string>> read_path(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes || name[0] == '/') return bad_zip();
  std::vector<std::string> path;
  for (std::string_view element : split(name, '/')) {
    if (element.empty() || element == ".") continue;
    if (element == ".." || element.size() > kMaxElementBytes) return bad_zip();
    path.emplace_back(element);
  }
  return path;
}

Result<Entry> read_entry(zip_t* zip, std::uint64_t index) {
  zip_stat_t stat;
  if (zip_stat_index(zip, index, ZIP_FL_ENC_RAW, &stat) != 0) return bad_zip();
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE) {
    return bad_zip();
  }
  Entry entry;
  entry.index = index;
  const std::string_view name = stat.name;
  entry.path = TRY(read_path(name));
  if (name.ends_with('/')) entry.kind = EntryKind::kFolder;

  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  zip_file_get_external_attributes(zip, index, 0, &system, &attributes);
  if (system == ZIP_OPSYS_UNIX || system == ZIP_OPSYS_OS_X) {
    const mode_t mode = attributes >> 16;
    // Readable for all: a sandboxed worker is not the user who unpacks.
    if (mode & 0777) entry.mode = (mode & 0777) | 0444 | (mode & S_IXUSR ? 0111 : 0);
    if (S_ISLNK(mode)) entry.kind = EntryKind::kLink;
    if (S_ISCHR(mode) || S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode)) return bad_zip();
  }
  if (entry.path.empty() && entry.kind != EntryKind::kFolder) return bad_zip();
  return entry;
}

// The folder that holds the last element of `path`, made where it is missing.
Result<CloseFd> open_parent(int root, const std::vector<std::string>& path, std::size_t elements) {
  CloseFd at(dup(root));
  if (at.fd < 0) return disk_failed("dup");
  for (std::size_t i = 0; i < elements; ++i) {
    if (mkdirat(at.fd, path[i].c_str(), 0755) != 0 && errno != EEXIST) return disk_failed("mkdir");
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    CloseFd next(openat(at.fd, path[i].c_str(), flags));
    if (next.fd < 0) return errno == ENOTDIR || errno == ELOOP ? bad_zip() : disk_failed("open");
    at = std::move(next);
  }
  return at;
}

class Unzip {
 public:
  Unzip(zip_t* zip, int root, const UnzipLimits& limits)
      : zip_(zip), root_(root), limits_(limits) {}

  Status run() {
    const zip_int64_t count = zip_get_num_entries(zip_, 0);
    if (count <= 0) return empty_zip();
    if (static_cast<std::uint64_t>(count) > limits_.max_entries) return unzipped_too_large();
    std::uint64_t files = 0;
    for (zip_int64_t i = 0; i < count; ++i) {
      const Entry entry = TRY(read_entry(zip_, static_cast<std::uint64_t>(i)));
      if (entry.kind != EntryKind::kFolder) ++files;
      TRY(write(entry));
    }
    if (files == 0) return empty_zip();
    return make_links();
  }

 private:
  Status write(const Entry& entry) {
    switch (entry.kind) {
      case EntryKind::kFolder:
        TRY(open_parent(root_, entry.path, entry.path.size()));
        return {};
      case EntryKind::kLink:
        return remember_link(entry);
      case EntryKind::kFile:
        return write_file(entry);
    }
    return bad_zip();
  }

  // Hands the entry's bytes to `take` in pieces, counted against the limit; CRC checked at its end.
  template <class Take>
  Status read_bytes(std::uint64_t index, Take take) {
    const ZipFile file(zip_fopen_index(zip_, index, 0));
    if (!file) return bad_zip();
    const auto buffer = std::make_unique<char[]>(kChunkBytes);
    for (;;) {
      const zip_int64_t n = zip_fread(file.get(), buffer.get(), kChunkBytes);
      if (n < 0) return bad_zip();
      if (n == 0) return {};
      bytes_ += static_cast<std::uint64_t>(n);
      if (bytes_ > limits_.max_bytes) return unzipped_too_large();
      TRY(take(std::string_view(buffer.get(), static_cast<std::size_t>(n))));
    }
  }

  Status write_file(const Entry& entry) {
    const CloseFd parent = TRY(open_parent(root_, entry.path, entry.path.size() - 1));
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
    const CloseFd file(openat(parent.fd, entry.path.back().c_str(), flags, 0600));
    if (file.fd < 0) return errno == EISDIR ? bad_zip() : disk_failed("create");
    const auto take = [&](std::string_view bytes) -> Status {
      while (!bytes.empty()) {
        const ssize_t n = ::write(file.fd, bytes.data(), bytes.size());
        if (n < 0 && errno != EINTR) return disk_failed("write");
        if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
      }
      return {};
    };
    TRY(read_bytes(entry.index, take));
    if (fchmod(file.fd, entry.mode) != 0) return disk_failed("chmod");
    return {};
  }

  Status remember_link(const Entry& entry) {
    std::string target;
    const auto take = [&](std::string_view bytes) -> Status {
      target += bytes;
      if (target.size() > kMaxLinkBytes) return bad_zip();
      return {};
    };
    TRY(read_bytes(entry.index, take));
    if (target.empty() || target[0] == '/' || target.find('\0') != std::string::npos) {
      return bad_zip();
    }
    links_.push_back({entry.path, std::move(target)});
    return {};
  }

  Status make_links() {
    for (const Link& link : links_) {
      const CloseFd parent = TRY(open_parent(root_, link.path, link.path.size() - 1));
      if (symlinkat(link.target.c_str(), parent.fd, link.path.back().c_str()) != 0) {
        return errno == EEXIST ? bad_zip() : disk_failed("symlink");
      }
    }
    for (const Link& link : links_) TRY(check_link(link));
    return {};
  }

  // Follows the link as the kernel would, but never out of the root. A link to what does not exist
  // is allowed as long as its words alone do not lead outside.
  Status check_link(const Link& link) const {
    std::string path;
    for (const std::string& element : link.path) path += (path.empty() ? "" : "/") + element;
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    const CloseFd found(
        static_cast<int>(syscall(SYS_openat2, root_, path.c_str(), &how, sizeof how)));
    if (found.fd >= 0) return {};
    if (errno != ENOENT) return bad_zip();
    auto depth = static_cast<std::int64_t>(link.path.size()) - 1;
    for (std::string_view element : split(link.target, '/')) {
      if (element.empty() || element == ".") continue;
      depth += element == ".." ? -1 : 1;
      if (depth < 0) return bad_zip();
    }
    return {};
  }

  zip_t* zip_;
  int root_;
  const UnzipLimits& limits_;
  std::uint64_t bytes_ = 0;
  std::vector<Link> links_;
};

}  // namespace

Status unzip(std::string_view zip, const std::string& folder, const UnzipLimits& limits) {
  if (zip.empty()) return empty_zip();
  const Zip opened = TRY(open_zip(zip));
  const CloseFd root(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (root.fd < 0) return disk_failed("open");
  return Unzip(opened.get(), root.fd, limits).run();
}

}  // namespace fairlead::lambda
