// Tries the addresses of a name in turn. The system's resolver runs on a thread of its own; a
// descriptor is watched by the loop on a fiber and polled on a plain thread.
#include "net/dial.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/park.h"
#include "base/text.h"
#include "net/errors.h"
#include "net/fiber.h"
#include "net/loop.h"

namespace fairlead::net {

const ErrorCode kCannotResolve{"CannotResolve", 502};
const ErrorCode kCannotConnect{"CannotConnect", 502};

namespace {

constexpr int kMaxLookups = 16;  // at once in the process; each is a thread while it lasts
constexpr std::size_t kMaxAddresses = 8;

class ReadyWatcher final : public Watcher {
 public:
  void on_ready(std::uint32_t) override {
    ready_ = true;
    parker_->unpark();
  }
  bool ready() const { return ready_; }
  Parker& parker() { return *parker_; }

 private:
  const std::shared_ptr<Parker> parker_ = Parker::current();
  bool ready_ = false;
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};
using Addresses = std::vector<SocketAddress>;

std::optional<SocketAddress> literal_address(const std::string& host, int port) {
  SocketAddress address;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (::inet_pton(AF_INET, host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<std::uint16_t>(port));
    address.size = sizeof *v4;
    return address;
  }
  if (::inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<std::uint16_t>(port));
    address.size = sizeof *v6;
    return address;
  }
  return std::nullopt;
}

bool is_this_machine(const std::string& host) {
  const std::string name = to_lower(host);
  return name == "localhost" || name.ends_with(".localhost");
}

Addresses look_up(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list) != 0) return {};
  Addresses addresses;
  for (const addrinfo* item = list; item != nullptr && addresses.size() < kMaxAddresses;
       item = item->ai_next) {
    SocketAddress address;
    std::memcpy(&address.storage, item->ai_addr, item->ai_addrlen);
    address.size = item->ai_addrlen;
    addresses.push_back(address);
  }
  ::freeaddrinfo(list);
  return addresses;
}

// The system's resolver blocks and cannot be called off, so it gets a thread of its own that may
// outlive the caller's patience.
Result<Addresses> resolve(const std::string& host, int port, std::int64_t deadline_ms) {
  if (const auto literal = literal_address(host, port)) return Addresses{*literal};
  if (is_this_machine(host)) {
    return Addresses{*literal_address("127.0.0.1", port), *literal_address("::1", port)};
  }
  static std::atomic<int> lookups{0};
  if (lookups.fetch_add(1) >= kMaxLookups) {
    lookups.fetch_sub(1);
    return Error{&kCannotResolve, "Too many names are being looked up", {}};
  }
  const Future<Addresses> answer;
  std::thread([host, port, answer] {
    Addresses addresses = look_up(host, port);
    lookups.fetch_sub(1);
    answer.set(std::move(addresses));
  }).detach();
  auto addresses = answer.get_until(deadline_ms);
  if (!addresses) return peer_slow();
  if (addresses->empty()) return Error{&kCannotResolve, "No address is known for " + host, {}};
  return std::move(*addresses);
}

// The error's number; 0 once connected, ETIMEDOUT at the deadline.
int connect_to(const SocketAddress& address, std::int64_t deadline_ms, Descriptor& result) {
  Descriptor fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.open()) return errno;
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto* to = reinterpret_cast<const sockaddr*>(&address.storage);
  if (::connect(fd.get(), to, address.size) != 0) {
    if (errno != EINPROGRESS) return errno;
    if (!wait_until_ready(fd.get(), EPOLLOUT, deadline_ms)) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return error;
  }
  result = std::move(fd);
  return 0;
}

}  // namespace

bool wait_until_ready(int fd, std::uint32_t events, std::int64_t deadline_ms) {
  if (!on_fiber()) {
    for (;;) {
      const std::int64_t left = deadline_ms - system_clock().monotonic_ms();
      if (left <= 0) return false;
      pollfd wanted{fd, 0, 0};
      if ((events & EPOLLIN) != 0) wanted.events |= POLLIN;
      if ((events & EPOLLOUT) != 0) wanted.events |= POLLOUT;
      if (::poll(&wanted, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000))) > 0)
        return true;
    }
  }
  Loop& loop = *Loop::current();
  ReadyWatcher watcher;
  loop.watch(fd, events, &watcher);
  while (!watcher.ready() && system_clock().monotonic_ms() < deadline_ms) {
    watcher.parker().park_until(deadline_ms);
  }
  loop.unwatch(fd, &watcher);
  return watcher.ready();
}

Result<Descriptor> dial(const std::string& host, int port, std::int64_t deadline_ms) {
  const Addresses addresses = TRY(resolve(host, port, deadline_ms));
  int error = 0;
  for (const SocketAddress& address : addresses) {
    Descriptor fd;
    error = connect_to(address, deadline_ms, fd);
    if (error == 0) return fd;
    if (error == ETIMEDOUT) break;
  }
  const std::string where = host + ":" + std::to_string(port);
  return Error{&kCannotConnect, "Cannot connect to " + where + ": " + std::strerror(error), {}};
}

}  // namespace fairlead::net
