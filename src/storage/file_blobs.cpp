// Blobs as files: <folder>/<first two digits>/<id>, written in <folder>/tmp, synced, then renamed.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/ids.h"
#include "base/log.h"
#include "storage/blobs.h"
#include "storage/disk_threads.h"
#include "storage/durable_files.h"

namespace fairlead::storage {

namespace {

constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kRunDigits = 8;  // the last ones: the same for all blobs of one run
constexpr std::size_t kDiskThreads = 2;

// Only what `create` makes: no other text may reach the file system.
bool is_blob_id(std::string_view id) {
  return id.size() == kIdDigits && id.find_first_not_of("0123456789abcdef") == id.npos;
}

Error missing(const std::string& id) {
  return Error{&kBlobMissing, "There is no blob '" + id.substr(0, 64) + "'.", {}};
}

struct Place {
  explicit Place(std::string root) : folder(std::move(root)), disk(kDiskThreads) {}
  std::string shelf_of(const std::string& id) const { return folder + "/" + id.substr(0, 2); }
  std::string path_of(const std::string& id) const { return shelf_of(id) + "/" + id; }
  std::string temporary_of(const std::string& id) const { return folder + "/tmp/" + id; }

  const std::string folder;
  const std::string run = random_hex(kRunDigits);
  DiskThreads disk;
};

class FileWriter : public BlobWriter {
 public:
  FileWriter(std::shared_ptr<Place> place, std::string id, FileDescriptor file)
      : place_(std::move(place)), id_(std::move(id)), file_(std::move(file)) {}
  ~FileWriter() override {
    if (file_.open()) ::unlink(place_->temporary_of(id_).c_str());
  }

  Status write(std::string_view bytes) override {
    TRY(write_all(file_.get(), bytes, place_->temporary_of(id_)));
    size_ += bytes.size();
    return {};
  }

  Result<std::string> finish() override {
    Status status;
    place_->disk.run([&] { status = settle(); });
    TRY(std::move(status));
    file_.close();
    return id_;
  }

  std::uint64_t size() const override { return size_; }

 private:
  // On a disk thread: bytes first, then the name.
  Status settle() {
    const std::string temporary = place_->temporary_of(id_);
    if (::fdatasync(file_.get()) != 0) return disk_error("sync", temporary);
    const std::string shelf = place_->shelf_of(id_);
    if (::mkdir(shelf.c_str(), 0700) == 0) {
      TRY(sync_folder(place_->folder));
    } else if (errno != EEXIST) {
      return disk_error("create the folder", shelf);
    }
    if (::rename(temporary.c_str(), place_->path_of(id_).c_str()) != 0) {
      return disk_error("rename", temporary);
    }
    return sync_folder(shelf);
  }

  std::shared_ptr<Place> place_;
  std::string id_;
  FileDescriptor file_;
  std::uint64_t size_ = 0;
};

class FileReader : public BlobReader {
 public:
  FileReader(FileDescriptor file, std::string path, std::uint64_t size, std::uint64_t offset,
             std::uint64_t length)
      : file_(std::move(file)),
        path_(std::move(path)),
        size_(size),
        at_(std::min(offset, size)),
        end_(at_ + std::min(length, size - at_)) {}

  Result<std::size_t> read(char* into, std::size_t n) override {
    const std::size_t wanted = std::min<std::uint64_t>(n, end_ - at_);
    if (wanted == 0) return std::size_t{0};
    for (;;) {
      const ssize_t got = ::pread(file_.get(), into, wanted, static_cast<off_t>(at_));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return disk_error("read", path_);
      if (got == 0) {
        return Error{&kBlobMissing, "The blob " + path_ + " is shorter than it was.", {}};
      }
      at_ += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
  }

  std::uint64_t size() const override { return size_; }

 private:
  FileDescriptor file_;
  std::string path_;
  std::uint64_t size_, at_, end_;
};

// Names in a folder, without "." and ".."; nothing when it cannot be read.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  DIR* const open = ::opendir(folder.c_str());
  if (!open) return names;
  while (const dirent* entry = ::readdir(open)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(open);
  return names;
}

class FileBlobs : public Blobs {
 public:
  explicit FileBlobs(std::shared_ptr<Place> place) : place_(std::move(place)) {}

  Result<std::unique_ptr<BlobWriter>> create() override {
    std::string id = random_hex(kIdDigits - kRunDigits) + place_->run;
    const std::string path = place_->temporary_of(id);
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.open()) return disk_error("create", path);
    return std::unique_ptr<BlobWriter>(
        std::make_unique<FileWriter>(place_, std::move(id), std::move(file)));
  }

  Result<std::unique_ptr<BlobReader>> open(const std::string& id, std::uint64_t offset,
                                           std::uint64_t length) override {
    if (!is_blob_id(id)) return missing(id);
    std::string path = place_->path_of(id);
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.open()) return errno == ENOENT ? missing(id) : disk_error("open", path);
    struct stat info;
    if (::fstat(file.get(), &info) != 0) return disk_error("look at", path);
    return std::unique_ptr<BlobReader>(
        std::make_unique<FileReader>(std::move(file), std::move(path),
                                     static_cast<std::uint64_t>(info.st_size), offset, length));
  }

  void remove(const std::string& id) override {
    if (!is_blob_id(id)) return;
    const std::string path = place_->path_of(id);
    place_->disk.run([&path] {  // a large file takes the disk a while to give up
      if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        log_warn("cannot remove a blob", {{"error", disk_error("remove", path).message}});
      }
    });
  }

  void sweep(const std::function<bool(const std::string& id)>& is_referenced) override {
    for (const std::string& shelf : names_in(place_->folder)) {
      if (shelf.size() != 2) continue;
      for (const std::string& id : names_in(place_->folder + "/" + shelf)) {
        if (is_blob_id(id) && !id.ends_with(place_->run) && !is_referenced(id)) remove(id);
      }
    }
  }

 private:
  std::shared_ptr<Place> place_;
};

}  // namespace

Result<std::unique_ptr<Blobs>> open_blobs(const std::string& folder) {
  const std::string temporaries = folder + "/tmp";
  TRY(make_folders(temporaries));
  for (const std::string& left_over : names_in(temporaries)) {
    if (is_blob_id(left_over)) ::unlink((temporaries + "/" + left_over).c_str());
  }
  return std::unique_ptr<Blobs>(std::make_unique<FileBlobs>(std::make_shared<Place>(folder)));
}

}  // namespace fairlead::storage
