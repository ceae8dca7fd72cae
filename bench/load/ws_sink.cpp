// Mode ws-sink:
//   --url ws://127.0.0.1:PORT/path --connections N --text '{"action":"who"}'
//
// One line of standard output for each connection: the answer to `text`. Everything that comes
// later is read and dropped. Ends with status 0 when standard input ends.
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "load/modes.h"
#include "load/ws_client.h"

namespace fairlead::bench {

namespace {

class SinkClient final : public WsClient {
 public:
  SinkClient(Reactor& reactor, const Target& target, const std::string& frame)
      : WsClient(reactor, target), frame_(frame) {}
  bool answered() const { return answered_; }

 private:
  void on_open() override { send(frame_); }
  void on_messages(std::size_t, std::string_view first) override {
    if (answered_) return;
    answered_ = true;
    std::printf("%.*s\n", static_cast<int>(first.size()), first.data());
  }
  const std::string& frame_;
  bool answered_ = false;
};

bool input_ended() {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (poll(&input, 1, 0) <= 0) return false;
  char byte;
  return read(STDIN_FILENO, &byte, 1) <= 0;
}

}  // namespace

void ws_sink(Options& options) {
  const Target target = read_target(options.required("url"));
  const long connections = options.number("connections", 1);
  const std::string frame = text_frames(options.required("text"), 1);
  options.refuse_the_rest();

  Reactor reactor;
  std::vector<std::unique_ptr<SinkClient>> clients;
  for (long made = 0; made < connections; ++made) {
    clients.push_back(std::make_unique<SinkClient>(reactor, target, frame));
    while (!clients.back()->answered()) reactor.turn(1000);
  }
  std::fflush(stdout);
  while (!input_ended()) {
    for (int turns = 0; turns < 100; ++turns) reactor.turn(1);
  }
}

}  // namespace fairlead::bench
