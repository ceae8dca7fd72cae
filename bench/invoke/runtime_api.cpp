// A Runtime API for one worker, as small as it can be, so that what is measured is the worker's
// HTTP: GET …/next is answered with the event at once, POST …/response ends the invocation.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <memory>

#include "invoke/modes.h"
#include "invoke/worker_process.h"
#include "net/descriptor.h"
#include "net/http_parser.h"

namespace fairlead::bench {

namespace {

// Reads whole requests from one kept connection.
class RequestReader {
 public:
  explicit RequestReader(int fd) : fd_(fd), buffer_(new char[kBufferBytes]) {}

  // Method of the next request, its body read and dropped.
  std::string next() {
    while (step([this](std::size_t& used) {
      return parser_.feed(rest_, used) == net::ParseState::kNeedMore;
    })) {
    }
    const std::string method = parser_.head().method;
    net::BodyDecoder body(parser_.head(), net::BodyDecoder::kNoLimit);
    std::string text;
    while (!body.done() && step([&](std::size_t& used) {
      const auto taken = body.next_into(rest_, text);
      used = taken.consumed;
      return taken.state == net::BodyDecoder::State::kNeedMore;
    })) {
    }
    parser_.reset();
    return method;
  }

 private:
  static constexpr std::size_t kBufferBytes = 64 * 1024;

  template <class Take>
  bool step(Take take) {  // false: complete
    if (rest_.empty()) rest_ = {buffer_.get(), read_some(fd_, buffer_.get(), kBufferBytes)};
    std::size_t used = 0;
    const bool more = take(used);
    rest_.remove_prefix(used);
    return more;
  }

  int fd_;
  std::unique_ptr<char[]> buffer_;
  std::string_view rest_;
  net::RequestParser parser_;
};

struct Listener {
  net::Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  int port = 0;

  Listener() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* where = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket.get(), where, size) != 0 || listen(socket.get(), 1) != 0) give_up("listen");
    getsockname(socket.get(), where, &size);
    port = ntohs(address.sin_port);
  }
  net::Descriptor accept_one() const {
    net::Descriptor connection(accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const int yes = 1;
    setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return connection;
  }
};

std::string event_response(const std::string& event) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
         "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n"
         "Lambda-Runtime-Deadline-Ms: 4102444800000\r\nLambda-Runtime-Invoked-Function-Arn: "
         "arn:aws:lambda:us-east-1:000000000000:function:trivial\r\n"
         "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700\r\nContent-Length: " +
         std::to_string(event.size()) + "\r\n\r\n" + event;
}

}  // namespace

void invoke_by_http(const Work& work, Window& window) {
  const Listener listener;
  const WorkerProcess worker(
      {work.node, work.script},
      {"PATH=/usr/bin:/bin", "_HANDLER=index.handler", "LAMBDA_TASK_ROOT=" + work.task_root,
       "AWS_LAMBDA_RUNTIME_API=127.0.0.1:" + std::to_string(listener.port)},
      -1);
  const net::Descriptor connection = listener.accept_one();
  RequestReader requests(connection.get());
  if (requests.next() != "GET") give_up("the worker did not ask for work first");

  const std::string event = event_response(work.event);
  const std::string accepted =
      "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"
      "Content-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";
  window.start();
  while (window.go_on()) {
    const std::int64_t sent_ns = now_ns();
    write_all(connection.get(), event);
    if (requests.next() != "POST") give_up("no response from the worker");
    window.add_replies(1, now_ns() - sent_ns);  // the caller has its answer here
    write_all(connection.get(), accepted);
    if (requests.next() != "GET") give_up("the worker stopped asking for work");
  }
}

}  // namespace fairlead::bench
