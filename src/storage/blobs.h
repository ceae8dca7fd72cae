// Blobs: large immutable byte strings (objects, code packages) as files beside the store, written
// atomically (temporary file, sync, rename) and named by a random id.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::storage {

extern const ErrorCode kBlobMissing;

class BlobWriter {
 public:
  virtual ~BlobWriter() = default;  // not finished: the temporary file is removed
  virtual Status write(std::string_view bytes) = 0;
  // Parks until the bytes and the name are durable. The blob's id.
  virtual Result<std::string> finish() = 0;
  virtual std::uint64_t size() const = 0;
};

class BlobReader {
 public:
  virtual ~BlobReader() = default;
  virtual Result<std::size_t> read(char* into, std::size_t n) = 0;  // 0: the end (of the range)
  virtual std::uint64_t size() const = 0;                           // of the whole blob
};

class Blobs {
 public:
  virtual ~Blobs() = default;
  virtual Result<std::unique_ptr<BlobWriter>> create() = 0;
  virtual Result<std::unique_ptr<BlobReader>> open(const std::string& id, std::uint64_t offset = 0,
                                                   std::uint64_t length = UINT64_MAX) = 0;
  // Remove after the commit that drops the last reference; missing ids are no error.
  virtual void remove(const std::string& id) = 0;
  // Blobs of earlier runs that no record names (left by a crash): removed if `is_referenced`
  // answers false. Those of this run are left alone, so it may be called at any time.
  virtual void sweep(const std::function<bool(const std::string& id)>& is_referenced) = 0;
};

Result<std::unique_ptr<Blobs>> open_blobs(const std::string& folder);
std::unique_ptr<Blobs> make_memory_blobs();

}  // namespace fairlead::storage
