// The line between the server and a sandbox's first process: whole messages over a SOCK_SEQPACKET
// socketpair, each with a kind, some texts and numbers, and descriptors beside them (SCM_RIGHTS).
//
// Both ends are this very program, so the layout needs no version; what comes from inside is read
// with suspicion all the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/descriptor.h"

namespace fairlead::sandbox {

enum class MessageKind : std::uint8_t {
  // To the first process.
  kPlan = 1,  // first of all: see plan.h
  kStart,     // start the function's process now (sent when there is no forker, or it failed)
  kForked,    // a forker has put the function's process inside
  kAttach,    // mounts, and the size of /tmp
  // From it.
  kListeners,  // descriptors: what it listens on, in the order of Plan::tcp_ports, then UDP
  kReady,      // everything is set up: start or fork
  kStarted,    // the function's process runs
  kAttached,
  kFailed,  // texts: the step; numbers: errno. The sandbox ends, or the attachment did not happen
  kEnded,   // numbers: the function's exit status, or minus the signal
};

struct Message {
  MessageKind kind = MessageKind::kPlan;
  std::vector<std::string> texts;
  std::vector<std::int64_t> numbers;
  std::vector<net::Descriptor> descriptors;
};

// Packing without the descriptors. unpack: nothing when the bytes are not a message.
std::string pack(const Message& message);
std::optional<Message> unpack(std::string_view bytes);

// Sends one message, whole; errno tells why not. The descriptors stay the sender's.
bool send_message(int socket, const Message& message);
// Receives one; nothing at the end of the line, when none is there (non-blocking), or on nonsense.
std::optional<Message> receive_message(int socket);
// The same, but waits at most `timeout_ms`. On a plain thread.
std::optional<Message> await_message(int socket, int timeout_ms);

inline constexpr std::size_t kMaxMessageBytes = 192 * 1024;  // below the system's usual 208 KiB
inline constexpr std::size_t kMaxDescriptors = 120;          // the kernel's bound is 253

}  // namespace fairlead::sandbox
