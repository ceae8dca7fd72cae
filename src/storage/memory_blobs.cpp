// The blobs' contract in memory, for tests and --ephemeral.
#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>

#include "base/ids.h"
#include "storage/blobs.h"

namespace fairlead::storage {

namespace {

using Bytes = std::shared_ptr<const std::string>;

struct Shelf {
  std::mutex mutex;
  std::map<std::string, Bytes> blobs;
};

class MemoryWriter : public BlobWriter {
 public:
  explicit MemoryWriter(std::shared_ptr<Shelf> shelf) : shelf_(std::move(shelf)) {}
  Status write(std::string_view bytes) override {
    bytes_.append(bytes);
    size_ += bytes.size();
    return {};
  }
  Result<std::string> finish() override {
    std::string id = random_hex(32);
    std::lock_guard lock(shelf_->mutex);
    shelf_->blobs.emplace(id, std::make_shared<const std::string>(std::move(bytes_)));
    return id;
  }
  std::uint64_t size() const override { return size_; }

 private:
  std::shared_ptr<Shelf> shelf_;
  std::string bytes_;
  std::uint64_t size_ = 0;
};

class MemoryReader : public BlobReader {
 public:
  MemoryReader(Bytes bytes, std::uint64_t offset, std::uint64_t length)
      : bytes_(std::move(bytes)),
        at_(std::min<std::uint64_t>(offset, bytes_->size())),
        end_(at_ + std::min<std::uint64_t>(length, bytes_->size() - at_)) {}
  Result<std::size_t> read(char* into, std::size_t n) override {
    const std::size_t count = std::min<std::uint64_t>(n, end_ - at_);
    if (count > 0) std::memcpy(into, bytes_->data() + at_, count);
    at_ += count;
    return count;
  }
  std::uint64_t size() const override { return bytes_->size(); }

 private:
  Bytes bytes_;
  std::uint64_t at_, end_;
};

class MemoryBlobs : public Blobs {
 public:
  Result<std::unique_ptr<BlobWriter>> create() override {
    return std::unique_ptr<BlobWriter>(std::make_unique<MemoryWriter>(shelf_));
  }
  Result<std::unique_ptr<BlobReader>> open(const std::string& id, std::uint64_t offset,
                                           std::uint64_t length) override {
    std::lock_guard lock(shelf_->mutex);
    const auto found = shelf_->blobs.find(id);
    if (found == shelf_->blobs.end()) {
      return Error{&kBlobMissing, "There is no blob '" + id + "'.", {}};
    }
    return std::unique_ptr<BlobReader>(
        std::make_unique<MemoryReader>(found->second, offset, length));
  }
  void remove(const std::string& id) override {
    std::lock_guard lock(shelf_->mutex);
    shelf_->blobs.erase(id);
  }
  // Nothing here is older than this run.
  void sweep(const std::function<bool(const std::string& id)>&) override {}

 private:
  std::shared_ptr<Shelf> shelf_ = std::make_shared<Shelf>();
};

}  // namespace

std::unique_ptr<Blobs> make_memory_blobs() { return std::make_unique<MemoryBlobs>(); }

}  // namespace fairlead::storage
