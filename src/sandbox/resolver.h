// Answers DNS questions on a sandbox's UDP socket, from one of the server's loops. What does not
// lead to us is unknown, or, when egress is open, is asked of the host's own resolver.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/descriptor.h"
#include "net/loop.h"
#include "sandbox/dns.h"

struct sockaddr_in;

namespace fairlead::sandbox {

// The address of the first IPv4 or IPv6 nameserver in a resolv.conf's text.
std::optional<std::string> first_nameserver(std::string_view resolv_conf);

class Resolver final : public net::Watcher, public std::enable_shared_from_this<Resolver> {
 public:
  // Works on `loop` until stop(). Both from any thread; the loop must outlive it. `upstream`: who
  // answers the rest (an address as first_nameserver finds it), or nobody.
  static std::shared_ptr<Resolver> start(net::Loop& loop, net::Descriptor socket,
                                         std::optional<std::string> upstream);
  void stop();

  Resolver(net::Loop& loop, net::Descriptor socket, std::optional<std::string> upstream);

 private:
  // One question under way to the host's resolver, on a socket of its own: its random port is part
  // of what keeps strangers from answering.
  class Forwarded;
  static constexpr std::size_t kMostForwarded = 64;

  void on_ready(std::uint32_t events) override;
  void handle(std::string_view query, const sockaddr_in& from);
  void forward(std::string_view query, const sockaddr_in& from);
  void reply(std::string_view bytes, const sockaddr_in& to);

  net::Loop& loop_;
  net::Descriptor socket_;
  const std::optional<std::string> upstream_;
  bool watching_ = false;
  std::array<std::shared_ptr<Forwarded>, kMostForwarded> forwarded_;
};

}  // namespace fairlead::sandbox
