// The folder that becomes the root of every sandbox, made once on the host: empty mount points, a
// few symlinks, and an /etc of our own. Sandboxes see it read-only; with the system's folders
// mounted into it, it is all there is. Holding no secrets, it may be read by every sandbox.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "sandbox/plan.h"

namespace fairlead::sandbox {

inline constexpr int kFunctionUid = 993;  // sbx_user1051, as on AWS
inline constexpr int kFunctionGid = 990;

class Skeleton {
 public:
  // Makes `folder` anew. `ca_file` may be empty (tests).
  static Result<std::unique_ptr<Skeleton>> make(const std::string& folder,
                                                const std::string& ca_file,
                                                std::size_t attachables);

  // The root, then the system's folders and devices.
  const std::vector<PlannedMount>& base_mounts() const { return base_; }
  // Makes the mount point for `source` at `target` where there is none. Any thread.
  Status make_place(const std::string& source, const std::string& target);

 private:
  explicit Skeleton(std::string folder) : folder_(std::move(folder)) {}
  Status make_system();
  Status make_etc(const std::string& ca_file);
  Status make_devices();
  Status mount_if_there(const std::string& path);

  const std::string folder_;
  std::vector<PlannedMount> base_;
  std::mutex mutex_;  // places are made by one thread at a time
};

}  // namespace fairlead::sandbox
