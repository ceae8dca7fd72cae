// The system calls behind durable_files.h.
#include "storage/durable_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "storage/store.h"

namespace fairlead::storage {

Error disk_error(std::string_view what, const std::string& path) {
  const int reason = errno;
  return Error{&kStoreFailed,
               "Cannot " + std::string(what) + " " + path + ": " + std::strerror(reason) + ".",
               {}};
}

FileDescriptor::~FileDescriptor() { close(); }

void FileDescriptor::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool path_exists(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0;
}

Status make_folders(const std::string& path) {
  for (std::size_t at = 1; at != std::string::npos;) {
    at = path.find('/', at);
    const std::string part = path.substr(0, at);
    if (at != std::string::npos) ++at;
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
      // A parent that exists may be unwritable: only the last answer counts.
      if (!path_exists(part)) return disk_error("create the folder", part);
    }
  }
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return disk_error("look at the folder", path);
  if (!S_ISDIR(info.st_mode)) {
    errno = ENOTDIR;
    return disk_error("use the folder", path);
  }
  return {};
}

Status sync_folder(const std::string& path) {
  const FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open()) return disk_error("open the folder", path);
  if (::fsync(folder.get()) != 0) return disk_error("sync the folder", path);
  return {};
}

Status write_all(int fd, std::string_view bytes, const std::string& path_for_errors) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return disk_error("write", path_for_errors);
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<std::string> read_small_file(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return disk_error("open", path);
  std::string bytes(64 * 1024, '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t n = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (n < 0) {
      if (errno == EINTR) continue;
      return disk_error("read", path);
    }
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  bytes.resize(size);
  return bytes;
}

Status replace_file(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".new";
  FileDescriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.open()) return disk_error("create", temporary);
  TRY(write_all(file.get(), bytes, temporary));
  if (::fsync(file.get()) != 0) return disk_error("sync", temporary);
  file.close();
  if (::rename(temporary.c_str(), path.c_str()) != 0) return disk_error("rename", temporary);
  const std::size_t slash = path.rfind('/');
  return sync_folder(slash == std::string::npos ? "." : path.substr(0, slash + 1));
}

}  // namespace fairlead::storage
