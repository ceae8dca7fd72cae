// Who a sandbox's processes are on the host: which user and group ids the inner ones stand for.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fairlead::sandbox {

// The texts of /proc/<pid>/uid_map and gid_map.
struct IdMaps {
  std::string uids, gids;
  bool deny_setgroups = false;
  std::int64_t outer_function = -1;  // what the function's uid is outside
};

// With CAP_SETUID and CAP_SETGID: root inside and the function's user are two outer ids that nobody
// else has, other ones for every sandbox. Otherwise: one id, our own.
class Identities {
 public:
  // Whether this process may do what the first way needs: change ids and mount.
  static bool may_choose();
  // `own_map`: the text of /proc/self/uid_map. Empty when it leaves no room for ids of their own.
  static std::optional<std::int64_t> first_outer_id(std::string_view own_map);

  explicit Identities(std::int64_t first_outer) : first_outer_(first_outer) {}
  IdMaps next();
  static IdMaps single();

  static constexpr std::int64_t kRoom = 8192;  // ids in use, two for each sandbox

 private:
  const std::int64_t first_outer_;
  std::atomic<std::int64_t> made_{0};
};

// Writes them for process `pid`, which is in a user namespace that has none yet.
Status write_id_maps(int pid, const IdMaps& maps);

}  // namespace fairlead::sandbox
