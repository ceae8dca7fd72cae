// epoll and non-blocking TCP.
#include "load/reactor.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace fairlead::bench {

namespace {

[[noreturn]] void give_up_on(const char* step) {
  give_up(std::string(step) + ": " + std::strerror(errno));
}

sockaddr_in address_of(const std::string& ip, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (inet_pton(AF_INET, ip.c_str(), &address.sin_addr) != 1) give_up("not an IPv4 address: " + ip);
  return address;
}

int connect_to(const Target& target, const std::string& source) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) give_up_on("socket");
  const int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (!source.empty()) {
    // The port is chosen at connect, so each source address has its own 28,000 of them.
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    const sockaddr_in from = address_of(source, 0);
    if (bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) give_up_on("bind");
  }
  const sockaddr_in to = address_of(target.ip, target.port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) give_up_on("connect");
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

}  // namespace

Connection::Connection(Reactor& reactor, const Target& target, const std::string& source)
    : reactor_(reactor), socket_(connect_to(target, source)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = this;
  if (epoll_ctl(reactor_.epoll_.get(), EPOLL_CTL_ADD, socket_.get(), &event) != 0) {
    give_up_on("epoll_ctl");
  }
}

void Connection::on_end() { give_up("the server closed a connection"); }

void Connection::send(std::string_view bytes) {
  if (unsent_.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) give_up_on("send");
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    if (bytes.empty()) return;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT;
    event.data.ptr = this;
    epoll_ctl(reactor_.epoll_.get(), EPOLL_CTL_MOD, socket_.get(), &event);
  }
  unsent_.append(bytes);
}

void Connection::on_ready(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) {
    const std::string waiting = std::exchange(unsent_, {});
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = this;
    epoll_ctl(reactor_.epoll_.get(), EPOLL_CTL_MOD, socket_.get(), &event);
    send(waiting);
  }
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
  const ssize_t got = recv(socket_.get(), reactor_.buffer_.get(), Reactor::kBufferBytes, 0);
  if (got > 0) return on_bytes(reactor_.buffer_.get(), static_cast<std::size_t>(got));
  if (got < 0 && errno == EAGAIN) return;
  epoll_ctl(reactor_.epoll_.get(), EPOLL_CTL_DEL, socket_.get(), nullptr);
  on_end();
}

Reactor::Reactor() : epoll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(new char[kBufferBytes]) {
  if (!epoll_.open()) give_up_on("epoll_create");
}

void Reactor::turn(int wait_ms) {
  epoll_event ready[256];
  const int count = epoll_wait(epoll_.get(), ready, 256, wait_ms);
  if (count < 0 && errno != EINTR) give_up_on("epoll_wait");
  for (int at = 0; at < count; ++at) {
    static_cast<Connection*>(ready[at].data.ptr)->on_ready(ready[at].events);
  }
}

void raise_open_file_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace fairlead::bench
