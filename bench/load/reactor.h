// The load generator's own event loop and sockets: as little as possible, and none of the
// product's, so that a fault in net/loop.h cannot flatter its own measurement.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "load/options.h"
#include "net/descriptor.h"

namespace fairlead::bench {

class Reactor;

// A client connection over TCP. Connects in the constructor (which waits: on loopback that is
// microseconds), reads and writes without waiting.
class Connection {
 public:
  // `source` is the address to connect from ("127.0.0.2"); empty: the system's choice.
  Connection(Reactor& reactor, const Target& target, const std::string& source);
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;

 protected:
  virtual void on_bytes(char* data, std::size_t size) = 0;
  virtual void on_end();  // the server closed; gives up unless overridden
  void send(std::string_view bytes);

 private:
  friend class Reactor;
  void on_ready(std::uint32_t events);

  Reactor& reactor_;
  net::Descriptor socket_;
  std::string unsent_;
};

class Reactor {
 public:
  Reactor();
  // Waits for events (at most `wait_ms`) and hands them to the connections.
  void turn(int wait_ms);

 private:
  friend class Connection;
  static constexpr std::size_t kBufferBytes = 256 * 1024;
  net::Descriptor epoll_;
  std::unique_ptr<char[]> buffer_;
};

void raise_open_file_limit();

}  // namespace fairlead::bench
