// The resolver's answers as bytes in, bytes out (RFC 1035): names that belong to AWS or mean this
// machine are 127.0.0.1, everything else does not exist, or is somebody else's to answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fairlead::sandbox {

// Is this name (lower case, no dot at the end) one that leads to us?
bool leads_to_us(std::string_view name);

struct DnsAnswer {
  enum class Kind {
    kIgnore,   // no question at all: say nothing
    kReply,    // send `bytes` back
    kForward,  // well formed and not ours
  } kind = Kind::kIgnore;
  std::string bytes;
};

// What to do with a datagram. Never looks beyond the first question; kForward's reply, when nobody
// else answers it, is `does_not_exist` of the same query.
DnsAnswer answer_dns(std::string_view query);
std::string does_not_exist(std::string_view query);  // NXDOMAIN
std::string server_failure(std::string_view query);  // SERVFAIL

inline constexpr std::size_t kMaxDnsBytes = 4096;  // of a datagram either way

}  // namespace fairlead::sandbox
