// The loopback device and the sockets on it, in the sandbox's own network namespace.
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>

#include "sandbox/first_process.h"

namespace fairlead::sandbox {

namespace {

constexpr int kBacklog = 1024;
constexpr int kDnsPort = 53;

bool bring_up_loopback() {
  const net::Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.open()) return false;
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", sizeof "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  return ::ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0;
}

net::Descriptor bound(int type, int port) {
  net::Descriptor socket(::socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.open()) return socket;
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      (type == SOCK_STREAM && ::listen(socket.get(), kBacklog) != 0)) {
    return net::Descriptor();
  }
  return socket;
}

}  // namespace

Step make_network(const Plan& plan, std::vector<net::Descriptor>& listeners) {
  if (!bring_up_loopback()) return "loopback device";
  for (const int port : plan.tcp_ports) {
    listeners.push_back(bound(SOCK_STREAM, port));
    if (!listeners.back().open()) return "listening inside";
  }
  listeners.push_back(bound(SOCK_DGRAM, kDnsPort));
  return listeners.back().open() ? nullptr : "resolver's socket";
}

}  // namespace fairlead::sandbox
