// Going out: addresses of a name, a connected socket, and waiting for a descriptor. On a fiber the
// loop goes on meanwhile; on a plain thread (tests, the command line) the thread sleeps.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "net/descriptor.h"

namespace fairlead::net {

extern const ErrorCode kCannotResolve;
extern const ErrorCode kCannotConnect;

// True when one of `events` (EPOLL* bits), an error or a hang-up is there; false at the deadline
// (monotonic milliseconds). The descriptor must not be watched by the loop already.
bool wait_until_ready(int fd, std::uint32_t events, std::int64_t deadline_ms);

// A non-blocking TCP connection to `host` (a name or an address), trying its addresses in turn.
// "localhost" and names below it are this machine, without asking anybody.
Result<Descriptor> dial(const std::string& host, int port, std::int64_t deadline_ms);

}  // namespace fairlead::net
