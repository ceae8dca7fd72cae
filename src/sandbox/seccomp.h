// The system calls that a function may not make: a seccomp filter as a plain BPF program.
//
// A deny-list: everything an ordinary program needs goes through. What reaches into the kernel's
// configuration (mounts, namespaces, tracing, bpf, keys, modules, clocks, io_uring) answers EPERM;
// clone3 answers ENOSYS, so that libraries fall back to clone, whose flags can be looked at;
// sockets exist for unix, inet, inet6 and netlink's routing family. A foreign architecture kills.
#pragma once

#include <linux/filter.h>

#include <string>
#include <vector>

namespace fairlead::sandbox {

const std::vector<sock_filter>& function_filter();
// The same as bytes, for ForkOrder::seccomp.
std::string function_filter_bytes();

}  // namespace fairlead::sandbox
