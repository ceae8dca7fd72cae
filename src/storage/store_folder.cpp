// FORMAT and LOCK of a data folder.
#include "storage/store_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>

#include "base/text.h"
#include "storage/store.h"

namespace fairlead::storage {

namespace {

constexpr std::string_view kMagic = "fairlead-store ";
constexpr std::string_view kUnfinished =
    " creating";  // after the version: never opened successfully
constexpr int kFormatVersion = 1;

std::string format_text() { return std::string(kMagic) + std::to_string(kFormatVersion); }

Error damaged(const std::string& folder, const std::string& why) {
  return Error{&kStoreDamaged,
               "The store in " + folder + " is damaged: " + why +
                   ". Nothing was changed. Restore the folder from a backup, or name another one.",
               {}};
}

enum class FormatState { kAbsent, kCreating, kReady };

Result<FormatState> read_format(const std::string& folder) {
  const std::string path = folder + "/FORMAT";
  if (!path_exists(path)) {
    if (errno != ENOENT && errno != ENOTDIR) return disk_error("look at", path);
    if (path_exists(folder + "/rocksdb")) return damaged(folder, "its FORMAT file is missing");
    return FormatState::kAbsent;
  }
  const std::string text = TRY(read_small_file(path));
  std::string_view rest = text;
  if (rest.substr(0, kMagic.size()) != kMagic || rest.back() != '\n') {
    return damaged(folder, "its FORMAT file is not one of ours");
  }
  rest = rest.substr(kMagic.size(), rest.size() - kMagic.size() - 1);
  auto state = FormatState::kReady;
  if (rest.ends_with(kUnfinished)) {
    state = FormatState::kCreating;
    rest.remove_suffix(kUnfinished.size());
  }
  if (!is_digits(rest) || rest.size() > 6 || rest.front() == '0') {
    return damaged(folder, "its FORMAT file names no version");
  }
  const int version = std::stoi(std::string(rest));
  if (version > kFormatVersion) {
    return Error{&kStoreTooNew,
                 "The store in " + folder + " has format " + std::to_string(version) +
                     ", and this Fairlead knows formats up to " + std::to_string(kFormatVersion) +
                     ". Nothing was changed. Run the newer Fairlead that wrote it.",
                 {}};
  }
  return state;
}

Result<FileDescriptor> take_lock(const std::string& folder) {
  const std::string path = folder + "/LOCK";
  FileDescriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.open()) return disk_error("open", path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return disk_error("lock", path);
    auto holder = read_small_file(path);
    const std::string pid =
        holder.ok() ? std::string(trim(holder->substr(0, holder->find('\n')))) : std::string();
    return Error{&kStoreBusy,
                 "The store in " + folder + " is in use by another process" +
                     (is_digits(pid) ? " (pid " + pid + ")" : std::string()) +
                     ". Stop that one first, or name another folder.",
                 {}};
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.get(), 0) != 0 ||
      ::pwrite(lock.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return disk_error("write", path);
  }
  return lock;
}

}  // namespace

Result<StoreFolder> StoreFolder::open(const std::string& folder) {
  FormatState state = TRY(read_format(folder));
  if (state == FormatState::kAbsent) TRY(make_folders(folder));
  StoreFolder opened(folder, TRY(take_lock(folder)));
  state = TRY(read_format(folder));  // another process may have finished creating it meanwhile
  opened.is_new_ = state != FormatState::kReady;
  if (opened.is_new_) {
    TRY(replace_file(folder + "/FORMAT", format_text() + std::string(kUnfinished) + "\n"));
    // Left by a creation that was cut short: nothing was ever acknowledged in it.
    std::error_code failed;
    std::filesystem::remove_all(opened.database(), failed);
    if (failed) {
      errno = failed.value();
      return disk_error("remove", opened.database());
    }
  }
  return opened;
}

Status StoreFolder::mark_created() {
  is_new_ = false;
  return write_format(folder_);
}

Status write_format(const std::string& folder) {
  return replace_file(folder + "/FORMAT", format_text() + "\n");
}

}  // namespace fairlead::storage
