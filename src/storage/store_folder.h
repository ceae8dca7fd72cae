// The data folder around the database: its FORMAT file, its lock, and where the database lies.
//   FORMAT    "fairlead-store 1\n" (docs/formats/store.md)
//   LOCK      locked while a process has the store open; holds its pid
//   rocksdb/  the database
#pragma once

#include <string>

#include "base/result.h"
#include "storage/durable_files.h"

namespace fairlead::storage {

class StoreFolder {
 public:
  // Checks FORMAT before anything is touched, then takes the lock. kStoreTooNew, kStoreDamaged,
  // kStoreBusy, kStoreFailed; each message names the folder and says what to do.
  static Result<StoreFolder> open(const std::string& folder);

  // Not yet created (or a creation was cut short): create the database, then say so.
  bool is_new() const { return is_new_; }
  Status mark_created();

  const std::string& folder() const { return folder_; }
  std::string database() const { return folder_ + "/rocksdb"; }

 private:
  StoreFolder(std::string folder, FileDescriptor lock)
      : folder_(std::move(folder)), lock_(std::move(lock)) {}

  std::string folder_;
  FileDescriptor lock_;
  bool is_new_ = false;
};

// The FORMAT file of a finished store, for backups.
Status write_format(const std::string& folder);

}  // namespace fairlead::storage
