// One WebSocket client connection of the load generator, on the product's own codecs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "load/reactor.h"
#include "net/http_parser.h"
#include "net/websocket_frames.h"

namespace fairlead::bench {

class WsClient : public Connection {
 public:
  WsClient(Reactor& reactor, const Target& target, const std::string& source = {});
  bool open() const { return open_; }

 protected:
  virtual void on_open() {}
  // Called once for each read with the number of text messages in it and the first one's text.
  virtual void on_messages(std::size_t count, std::string_view first) = 0;

 private:
  void on_bytes(char* data, std::size_t size) final;
  std::size_t take_handshake(char* data, std::size_t size);

  std::string key_;
  net::ResponseParser handshake_;
  net::FrameParser frames_;
  bool open_ = false;
};

// `count` masked text frames with that payload, ready to be sent.
std::string text_frames(std::string_view payload, std::size_t count);

}  // namespace fairlead::bench
