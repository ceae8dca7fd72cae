// Listening and accepting.
#include "net/acceptor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "net/errors.h"

namespace fairlead::net {

namespace {

constexpr int kBacklog = 4096;
constexpr int kAcceptsPerEvent = 64;
constexpr std::int64_t kPauseMs = 100;

union SocketAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

bool parse_address(const std::string& ip, int port, SocketAddress& out, socklen_t& size) {
  std::memset(&out, 0, sizeof out);
  if (inet_pton(AF_INET, ip.c_str(), &out.v4.sin_addr) == 1) {
    out.v4.sin_family = AF_INET;
    out.v4.sin_port = htons(static_cast<std::uint16_t>(port));
    size = sizeof out.v4;
    return true;
  }
  if (inet_pton(AF_INET6, ip.c_str(), &out.v6.sin6_addr) == 1) {
    out.v6.sin6_family = AF_INET6;
    out.v6.sin6_port = htons(static_cast<std::uint16_t>(port));
    size = sizeof out.v6;
    return true;
  }
  return false;
}

Address to_address(const SocketAddress& from) {
  char text[INET6_ADDRSTRLEN] = "";
  if (from.any.sa_family == AF_INET) {
    inet_ntop(AF_INET, &from.v4.sin_addr, text, sizeof text);
    return {text, ntohs(from.v4.sin_port)};
  }
  if (from.any.sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &from.v6.sin6_addr, text, sizeof text);
    return {text, ntohs(from.v6.sin6_port)};
  }
  return {};
}

}  // namespace

Result<int> open_listening_socket(const std::string& ip, int port, Share share) {
  const std::string where = ip + " port " + std::to_string(port);
  SocketAddress address;
  socklen_t size;
  if (port < 0 || port > 65535 || !parse_address(ip, port, address, size)) {
    return cannot_listen(where, EINVAL);
  }
  const int fd = ::socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return cannot_listen(where, errno);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (share == Share::kAmongLoops) setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (address.any.sa_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(fd, &address.any, size) != 0 || ::listen(fd, kBacklog) != 0) {
    const int error = errno;
    ::close(fd);
    return cannot_listen(where, error);
  }
  return fd;
}

Address local_address(int fd) {
  SocketAddress address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, &address.any, &size) != 0) return {};
  return to_address(address);
}

Acceptor::Acceptor(Loop& loop, int fd, Accepted accepted)
    : loop_(loop),
      fd_(fd),
      port_(local_address(fd).port),
      accepted_(std::move(accepted)),
      pause_timer_(this, [](void* self) { static_cast<Acceptor*>(self)->resume(); }) {
  resume();
}

Acceptor::~Acceptor() {
  if (watching_) loop_.unwatch(fd_, this);
  ::close(fd_);
}

void Acceptor::resume() {
  loop_.watch(fd_, EPOLLIN, this);
  watching_ = true;
}

void Acceptor::pause() {
  loop_.unwatch(fd_, this);
  watching_ = false;
  loop_.arm(pause_timer_, kPauseMs);
}

void Acceptor::on_ready(std::uint32_t) {
  for (int i = 0; i < kAcceptsPerEvent; ++i) {
    SocketAddress from{};
    socklen_t size = sizeof from;
    const int fd = ::accept4(fd_, &from.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      accepted_(fd, to_address(from));
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      log_warn("cannot accept a connection", {{"reason", std::strerror(errno)}});
      return pause();
    }
    // The rest concerns the one connection that was about to be accepted: go on with the next.
  }
}

}  // namespace fairlead::net
