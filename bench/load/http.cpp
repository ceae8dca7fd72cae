// Mode http:
//   --url http://127.0.0.1:PORT --requests FILE --connections C
//   [--warmup S --seconds S | --messages N] [--pid P[,P]]
//
// FILE holds whole requests as they go over the wire, each preceded by a line with its length in
// bytes. They are sent in turn, round and round, so a signature must be valid for the whole run.
// An answer outside 2xx ends the run: a benchmark of error messages is none.
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include "load/modes.h"
#include "load/reactor.h"
#include "load/window.h"
#include "net/http_parser.h"

namespace fairlead::bench {

namespace {

class Requests {
 public:
  explicit Requests(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    for (std::string length; std::getline(file, length);) {
      std::string request(std::strtoul(length.c_str(), nullptr, 10), '\0');
      if (!file.read(request.data(), static_cast<std::streamsize>(request.size()))) {
        give_up(path + " ends too early");
      }
      requests_.push_back(std::move(request));
    }
    if (requests_.empty()) give_up("no requests in " + path);
  }
  const std::string& next() { return requests_[next_++ % requests_.size()]; }

 private:
  std::vector<std::string> requests_;
  std::size_t next_ = 0;
};

class HttpClient final : public Connection {
 public:
  HttpClient(Reactor& reactor, const Target& target, Requests& requests, Window& window)
      : Connection(reactor, target, {}), requests_(requests), window_(window) {}

  void ask() {
    if (window_.take_allowance(1) == 0) return;
    sent_ns_ = now_ns();
    send(requests_.next());
  }

 private:
  void on_bytes(char* data, std::size_t size) override {
    std::string_view bytes(data, size);
    while (!bytes.empty()) {
      if (!in_body_ && !take_head(bytes)) return;
      const auto step = body_.next_into(bytes, text_);
      if (step.state == net::BodyDecoder::State::kError) give_up("a broken answer");
      bytes.remove_prefix(step.consumed);
      if (step.state != net::BodyDecoder::State::kDone) return;
      finish();
    }
  }

  bool take_head(std::string_view& bytes) {
    std::size_t used = 0;
    const net::ParseState state = head_.feed(bytes, used);
    if (state == net::ParseState::kError) give_up("an answer that is not HTTP");
    bytes.remove_prefix(used);
    if (state == net::ParseState::kNeedMore) return false;
    status_ = head_.head().status;
    body_ = net::BodyDecoder(head_.head(), "POST", net::BodyDecoder::kNoLimit);
    head_.reset();
    in_body_ = true;
    if (body_.done()) finish();
    return in_body_;
  }

  void finish() {
    in_body_ = false;
    if (status_ / 100 != 2) give_up("status " + std::to_string(status_) + ": " + text_);
    text_.clear();
    window_.add_replies(1, now_ns() - sent_ns_);
    ask();
  }

  Requests& requests_;
  Window& window_;
  net::ResponseParser head_;
  net::BodyDecoder body_;
  std::string text_;
  std::int64_t sent_ns_ = 0;
  int status_ = 0;
  bool in_body_ = false;
};

}  // namespace

void http(Options& options) {
  const Target target = read_target(options.required("url"));
  Requests requests(options.required("requests"));
  const long connections = options.number("connections", 1);
  Window window(options);
  options.refuse_the_rest();

  Reactor reactor;
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (long made = 0; made < connections; ++made) {
    clients.push_back(std::make_unique<HttpClient>(reactor, target, requests, window));
  }
  window.start();
  for (auto& client : clients) client->ask();
  while (window.go_on()) reactor.turn(20);
  window.print();
}

}  // namespace fairlead::bench
