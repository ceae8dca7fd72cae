// A deployment package in memory: a zip of a source folder, with its file modes. The same files
// make the same bytes, so a package's hash says whether anything changed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace fairlead::app {

struct ZipFile {
  std::string name;  // with slashes, below the root
  std::uint32_t mode = 0644;
  std::string bytes;
};

// kStore: as they are (fast); kDeflate: quickly compressed (for what would be too large).
enum class ZipMethod { kStore, kDeflate };

// At most 65,535 files and 4 GB in all (CHECKed): packages are far smaller.
std::string write_zip(const std::vector<ZipFile>& files, ZipMethod method);

// The package of `folder`; what vanished while it was read is left out. Errors: kBadTree.
Result<std::string> pack_folder(const std::string& folder);

Result<std::string> read_whole(const std::string& path);

}  // namespace fairlead::app
