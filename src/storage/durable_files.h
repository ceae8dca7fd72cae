// Files and folders that survive a crash: made, replaced and renamed with the syncs that Linux
// asks for. Everything here blocks on the disk; call it where that is fine (start, worker threads).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::storage {

// kStoreFailed with "Cannot <what> <path>: <reason>." for the current errno.
Error disk_error(std::string_view what, const std::string& path);

// A descriptor that closes itself.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  void close();

 private:
  int fd_;
};

bool path_exists(const std::string& path);
// The folder and its missing parents, readable by their owner only.
Status make_folders(const std::string& path);
Status sync_folder(const std::string& path);  // makes the names in it durable
Status write_all(int fd, std::string_view bytes, const std::string& path_for_errors);
Result<std::string> read_small_file(const std::string& path);  // at most 64 KiB of it
// Readers see the old file or the whole new one, also after a power cut.
Status replace_file(const std::string& path, std::string_view bytes);

}  // namespace fairlead::storage
