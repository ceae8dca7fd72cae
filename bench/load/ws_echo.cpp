// Mode ws-echo:
//   --url ws://127.0.0.1:PORT/path --connections N --depth D [--text T | --size 64]
//   [--warmup S --seconds S | --messages N] [--pid P[,P]]
//
// Any text message counts as the reply to the oldest message of its connection, so a route that
// answers something of its own is measured the same way.
#include <deque>
#include <memory>
#include <vector>

#include "load/modes.h"
#include "load/window.h"
#include "load/ws_client.h"

namespace fairlead::bench {

namespace {

struct Run {
  std::size_t depth;
  std::string frames;  // `depth` of them, of equal size
  std::size_t frame_size;
  Window& window;
};

class EchoClient final : public WsClient {
 public:
  EchoClient(Reactor& reactor, const Target& target, Run& run)
      : WsClient(reactor, target), run_(run) {}
  void begin() { ask(run_.depth); }

 private:
  // Messages that left together, and how many of them are not answered yet.
  struct Burst {
    std::int64_t sent_ns;
    std::size_t open;
  };

  void ask(std::size_t wanted) {
    const std::size_t count = run_.window.take_allowance(wanted);
    if (count == 0) return;
    bursts_.push_back({now_ns(), count});
    send(std::string_view(run_.frames).substr(0, count * run_.frame_size));
  }

  void on_messages(std::size_t count, std::string_view) override {
    const std::int64_t now = now_ns();
    for (std::size_t left = count; left > 0;) {
      if (bursts_.empty()) give_up("more replies than messages");
      Burst& burst = bursts_.front();
      const std::size_t taken = std::min(left, burst.open);
      run_.window.add_replies(taken, now - burst.sent_ns);
      left -= taken;
      burst.open -= taken;
      if (burst.open == 0) bursts_.pop_front();
    }
    for (; count > run_.depth; count -= run_.depth) ask(run_.depth);
    ask(count);
  }

  Run& run_;
  std::deque<Burst> bursts_;
};

}  // namespace

void ws_echo(Options& options) {
  const Target target = read_target(options.required("url"));
  const long connections = options.number("connections", 1);
  const auto depth = static_cast<std::size_t>(options.number("depth", 1));
  const auto size = static_cast<std::size_t>(options.number("size", 64));
  const std::string text = options.text("text", std::string(size, 'x'));
  Window window(options);
  options.refuse_the_rest();

  Run run{depth, text_frames(text, depth), text_frames(text, 1).size(), window};
  Reactor reactor;
  std::vector<std::unique_ptr<EchoClient>> clients;
  for (long made = 0; made < connections; ++made) {
    clients.push_back(std::make_unique<EchoClient>(reactor, target, run));
    while (!clients.back()->open()) reactor.turn(1000);
  }
  window.start();
  for (auto& client : clients) client->begin();
  while (window.go_on()) reactor.turn(20);
  window.print();
}

}  // namespace fairlead::bench
