// The resolver's sockets: questions from inside, and what is passed on to the host's resolver.
#include "sandbox/resolver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <sstream>

namespace fairlead::sandbox {

namespace {

constexpr std::int64_t kForwardTimeoutMs = 5'000;
constexpr int kQuestionsPerEvent = 64;
constexpr std::uint16_t kDnsPort = 53;

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

std::optional<Address> read_address(const std::string& text) {
  Address address;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.bytes);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.bytes);
  if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(kDnsPort);
    address.size = sizeof *v4;
    return address;
  }
  if (::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(kDnsPort);
    address.size = sizeof *v6;
    return address;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> first_nameserver(std::string_view resolv_conf) {
  std::stringstream in{std::string(resolv_conf)};
  for (std::string line; std::getline(in, line);) {
    std::stringstream words(line);
    std::string keyword, address;
    if (words >> keyword >> address && keyword == "nameserver" && read_address(address)) {
      return address;
    }
  }
  return std::nullopt;
}

class Resolver::Forwarded final : public net::Watcher {
 public:
  Forwarded(Resolver& of, std::size_t slot, std::string query, const sockaddr_in& asker)
      : of_(of), slot_(slot), query_(std::move(query)), asker_(asker), timer_(this, [](void* self) {
          static_cast<Forwarded*>(self)->give_up();
        }) {}
  ~Forwarded() {
    if (socket_.open()) of_.loop_.unwatch(socket_.get(), this);
  }

  bool send() {
    const auto to = read_address(*of_.upstream_);
    if (!to) return false;
    net::Descriptor socket(
        ::socket(to->bytes.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const auto* address = reinterpret_cast<const sockaddr*>(&to->bytes);
    if (!socket.open() || ::connect(socket.get(), address, to->size) != 0 ||
        ::send(socket.get(), query_.data(), query_.size(), 0) < 0) {
      return false;
    }
    socket_ = std::move(socket);
    of_.loop_.watch(socket_.get(), EPOLLIN, this);
    of_.loop_.arm(timer_, kForwardTimeoutMs);
    return true;
  }

 private:
  void on_ready(std::uint32_t) override {
    char bytes[kMaxDnsBytes];
    const ssize_t n = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 2) return give_up();
    if (std::memcmp(bytes, query_.data(), 2) != 0) return;  // the number of another question
    of_.reply({bytes, static_cast<std::size_t>(n)}, asker_);
    finish();
  }
  void give_up() {
    of_.reply(server_failure(query_), asker_);
    finish();
  }
  void finish() { of_.loop_.retire(std::move(of_.forwarded_[slot_])); }

  Resolver& of_;
  const std::size_t slot_;
  const std::string query_;
  const sockaddr_in asker_;
  net::Descriptor socket_;
  net::Timer timer_;
};

Resolver::Resolver(net::Loop& loop, net::Descriptor socket, std::optional<std::string> upstream)
    : loop_(loop), socket_(std::move(socket)), upstream_(std::move(upstream)) {}

std::shared_ptr<Resolver> Resolver::start(net::Loop& loop, net::Descriptor socket,
                                          std::optional<std::string> upstream) {
  auto made = std::make_shared<Resolver>(loop, std::move(socket), std::move(upstream));
  loop.post([made] {
    if (!made->socket_.open()) return;
    made->loop_.watch(made->socket_.get(), EPOLLIN, made.get());
    made->watching_ = true;
  });
  return made;
}

void Resolver::stop() {
  loop_.post([self = shared_from_this()] {
    if (self->watching_) self->loop_.unwatch(self->socket_.get(), self.get());
    self->watching_ = false;
    for (auto& one : self->forwarded_) one.reset();
    self->socket_.close();
  });
}

void Resolver::on_ready(std::uint32_t) {
  char bytes[kMaxDnsBytes];
  for (int i = 0; i < kQuestionsPerEvent; ++i) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const ssize_t n = ::recvfrom(socket_.get(), bytes, sizeof bytes, 0,
                                 reinterpret_cast<sockaddr*>(&from), &size);
    if (n < 0) return;
    handle({bytes, static_cast<std::size_t>(n)}, from);
  }
}

void Resolver::handle(std::string_view query, const sockaddr_in& from) {
  const DnsAnswer answer = answer_dns(query);
  if (answer.kind == DnsAnswer::Kind::kReply) return reply(answer.bytes, from);
  if (answer.kind == DnsAnswer::Kind::kIgnore) return;
  if (!upstream_) return reply(does_not_exist(query), from);
  forward(query, from);
}

void Resolver::forward(std::string_view query, const sockaddr_in& from) {
  for (std::size_t slot = 0; slot < forwarded_.size(); ++slot) {
    if (forwarded_[slot] != nullptr) continue;
    auto made = std::make_shared<Forwarded>(*this, slot, std::string(query), from);
    if (!made->send()) break;
    forwarded_[slot] = std::move(made);
    return;
  }
  reply(server_failure(query), from);
}

void Resolver::reply(std::string_view bytes, const sockaddr_in& to) {
  // The datagram may be lost; whoever asked asks again.
  (void)::sendto(socket_.get(), bytes.data(), bytes.size(), 0,
                 reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

}  // namespace fairlead::sandbox
