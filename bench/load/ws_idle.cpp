// Mode ws-idle:
//   --url ws://127.0.0.1:PORT/path --pid P [--first 1000] [--connections 10000] [--sources 4]
//   [--rate R]: at most so many new ones a second, for servers that count
//   [--steps K]: the way from `first` to all in K equal parts, CPU for each opening by part
//
// Memory is read after the `first` connections (when buffers and tables have grown) and again
// after the rest; the difference for each connection between is what one more costs.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "load/latency.h"
#include "load/modes.h"
#include "load/process_usage.h"
#include "load/ws_client.h"

namespace fairlead::bench {

namespace {

constexpr std::size_t kOpeningAtOnce = 64;  // below every listen backlog
constexpr std::int64_t kSettleNs = 500'000'000;

class IdleClient final : public WsClient {
 public:
  IdleClient(Reactor& reactor, const Target& target, const std::string& source, std::size_t& open)
      : WsClient(reactor, target, source), open_count_(open) {}

 private:
  void on_open() override { ++open_count_; }
  void on_messages(std::size_t, std::string_view) override {}
  std::size_t& open_count_;
};

class Crowd {
 public:
  // `rate`: connections a second; 0 for as fast as it goes.
  Crowd(const Target& target, long sources, long rate)
      : target_(target), sources_(sources), rate_(rate), began_ns_(now_ns()) {}

  void grow_to(std::size_t size) {
    while (open_ < size) {
      while (clients_.size() < size && clients_.size() - open_ < kOpeningAtOnce && is_due()) add();
      reactor_.turn(rate_ > 0 ? 1 : 1000);
    }
  }
  void settle() {
    for (const std::int64_t end = now_ns() + kSettleNs; now_ns() < end;) reactor_.turn(50);
  }

 private:
  bool is_due() const {
    const double seconds = static_cast<double>(now_ns() - began_ns_) / 1e9;
    return rate_ == 0 ||
           static_cast<double>(clients_.size()) < seconds * static_cast<double>(rate_);
  }
  void add() {
    const long source = 1 + static_cast<long>(clients_.size()) % sources_;
    clients_.push_back(std::make_unique<IdleClient>(reactor_, target_,
                                                    "127.0.0." + std::to_string(source), open_));
  }

  const Target& target_;
  const long sources_, rate_;
  const std::int64_t began_ns_;
  Reactor reactor_;
  std::size_t open_ = 0;
  std::vector<std::unique_ptr<IdleClient>> clients_;
};

// CPU time that the server spent while the crowd grew.
std::int64_t grow(Crowd& crowd, std::size_t size, const std::vector<int>& pids) {
  const std::int64_t before = cpu_ns(pids);
  crowd.grow_to(size);
  return cpu_ns(pids) - before;
}

std::string describe(std::size_t open, std::int64_t spent_ns, std::size_t count) {
  char text[96];
  std::snprintf(text, sizeof text, "{\"open\":%zu,\"open_cpu_us\":%.2f}", open,
                static_cast<double>(spent_ns) / 1000.0 / static_cast<double>(count));
  return text;
}

}  // namespace

void ws_idle(Options& options) {
  const Target target = read_target(options.required("url"));
  const auto first = static_cast<std::size_t>(options.number("first", 1000));
  const auto all = static_cast<std::size_t>(options.number("connections", 10000));
  const long sources = options.number("sources", 4);
  const long rate = options.number("rate", 0);
  const auto steps = static_cast<std::size_t>(std::max(1L, options.number("steps", 1)));
  const std::vector<int> pids = options.pids("pid");
  options.refuse_the_rest();
  if (pids.size() != 1 || all <= first) give_up("--pid and more --connections than --first");

  raise_open_file_limit();
  Crowd crowd(target, sources, rate);
  crowd.grow_to(first);
  crowd.settle();
  const std::int64_t bytes_before = anonymous_bytes(pids[0]);
  std::int64_t cpu = 0;
  std::string parts;
  for (std::size_t step = 1; step <= steps; ++step) {
    const std::size_t from = first + (all - first) * (step - 1) / steps;
    const std::size_t to = first + (all - first) * step / steps;
    const std::int64_t spent = grow(crowd, to, pids);
    cpu += spent;
    parts += (step > 1 ? "," : "") + describe(to, spent, to - from);
  }
  crowd.settle();
  const std::int64_t bytes = anonymous_bytes(pids[0]) - bytes_before;
  const double count = static_cast<double>(all - first);
  std::printf("{\"connections\":%.0f,\"bytes\":%.0f,\"open_cpu_us\":%.2f,\"steps\":[%s]}\n", count,
              static_cast<double>(bytes) / count, static_cast<double>(cpu) / 1000.0 / count,
              parts.c_str());
}

}  // namespace fairlead::bench
