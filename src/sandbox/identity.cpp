// Choosing outer ids, and writing the maps.
#include "sandbox/identity.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "net/descriptor.h"
#include "sandbox/errors.h"
#include "sandbox/skeleton.h"

namespace fairlead::sandbox {

namespace {

// Above what useradd, systemd and subuid files hand out by default.
constexpr std::int64_t kPreferred = 1'900'000'000;
constexpr std::int64_t kServers = 256;  // servers at one time that get rooms of their own

Status write_file(const std::string& path, const std::string& text) {
  const net::Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.open() ||
      ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return cannot_sandbox("mapping users", errno);
  }
  return {};
}

std::string line(int inside, std::int64_t outside) {
  return std::to_string(inside) + " " + std::to_string(outside) + " 1\n";
}

}  // namespace

bool Identities::may_choose() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct have[2] = {};
  if (::syscall(SYS_capget, &header, have) != 0) return false;
  for (const int needed : {CAP_SYS_ADMIN, CAP_SETUID, CAP_SETGID}) {
    if ((have[needed / 32].effective & (1u << (needed % 32))) == 0) return false;
  }
  return true;
}

std::optional<std::int64_t> Identities::first_outer_id(std::string_view own_map) {
  const std::int64_t slot = ::getpid() % kServers * kRoom;
  std::optional<std::int64_t> small;
  while (!own_map.empty()) {
    const std::size_t end = own_map.find('\n');
    const std::string text(own_map.substr(0, end));
    own_map.remove_prefix(end == own_map.npos ? own_map.size() : end + 1);
    long long inside = 0, outside = 0, count = 0;
    if (std::sscanf(text.c_str(), "%lld %lld %lld", &inside, &outside, &count) != 3) continue;
    if (inside <= kPreferred && inside + count >= kPreferred + kServers * kRoom) {
      return kPreferred + slot;
    }
    // The end of a container's range, below its "nobody".
    if (count >= 4 * kRoom) small = inside + count - 2 * kRoom;
  }
  return small;
}

IdMaps Identities::next() {
  const std::int64_t zero = first_outer_ + made_++ * 2 % kRoom;
  return {line(0, zero) + line(kFunctionUid, zero + 1),
          line(0, zero) + line(kFunctionGid, zero + 1), false, zero + 1};
}

IdMaps Identities::single() {
  return {line(kFunctionUid, ::geteuid()), line(kFunctionGid, ::getegid()), true, ::geteuid()};
}

Status write_id_maps(int pid, const IdMaps& maps) {
  const std::string folder = "/proc/" + std::to_string(pid) + "/";
  if (maps.deny_setgroups) TRY(write_file(folder + "setgroups", "deny"));
  TRY(write_file(folder + "uid_map", maps.uids));
  return write_file(folder + "gid_map", maps.gids);
}

}  // namespace fairlead::sandbox
