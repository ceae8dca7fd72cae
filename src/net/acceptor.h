// A listening socket on one loop. Several loops listen on one address with a socket each
// (SO_REUSEPORT) and the kernel spreads the connections.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "net/loop.h"

namespace fairlead::net {

struct Address {
  std::string ip;
  int port = 0;
};

// Several loops listen on one port, each with a socket of its own (SO_REUSEPORT). The system would
// let another process of the same user share it too, so the port is first taken kAlone for a
// moment.
enum class Share { kAlone, kAmongLoops };

// A non-blocking listening socket; `port` 0 picks one. Returns the descriptor.
Result<int> open_listening_socket(const std::string& ip, int port, Share share);
Address local_address(int fd);

class Acceptor final : public Watcher {
 public:
  using Accepted = std::function<void(int fd, Address peer)>;
  // Takes the descriptor over and begins to accept at once. On the loop's thread.
  Acceptor(Loop& loop, int fd, Accepted accepted);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  int port() const { return port_; }

 private:
  void on_ready(std::uint32_t events) override;
  void pause();  // out of descriptors or memory: look again a little later
  void resume();

  Loop& loop_;
  int fd_;
  int port_;
  Accepted accepted_;
  Timer pause_timer_;
  bool watching_ = false;
};

}  // namespace fairlead::net
