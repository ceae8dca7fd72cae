// What a process under measurement has used, as the kernel tells it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fairlead::bench {

// CPU time of all threads that live now, in nanoseconds: the sum of /proc/PID/task/*/schedstat.
// Unlike utime it is exact, and unlike perf it needs no rights.
std::int64_t cpu_ns(int pid);
std::int64_t cpu_ns(const std::vector<int>& pids);

// Private memory of the process in bytes (RssAnon): its own data, without mapped files and without
// what the kernel keeps for its sockets.
std::int64_t anonymous_bytes(int pid);

}  // namespace fairlead::bench
