// The Lambda Runtime API of one custom runtime (`provided.*`): what the process asks for over HTTP
// (next, response, error, init error), and the states in which it may ask for it.
//
// Handlers run on fibers of any loop, the service calls from any other: all state is behind one
// mutex that is never held while something waits.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/park.h"
#include "net/http_server.h"
#include "platform/workers.h"
#include "workers/worker_process.h"

namespace fairlead::workers {

class RuntimeApi {
 public:
  // Gives an outcome to who waits for it, after the process's output was read (on its loop).
  using Deliver = std::function<void(const Answer& answer, platform::WorkerOutcome outcome)>;

  // `origin`: how its host tells its requests from those of others. `port`: ours, or 0.
  RuntimeApi(std::string origin, int port) : origin_(std::move(origin)), port_(port) {}
  const std::string& origin() const { return origin_; }
  int port() const { return port_; }
  void set_deliver(Deliver deliver);

  void begin_init(const Answer& answer);
  void begin_invoke(const platform::Invocation& invocation, const Answer& answer);
  bool working() const;  // an answer is owed
  // The process has ended: answers with `outcome` what is owed, sends waiting requests away.
  void end(const platform::WorkerOutcome& outcome);

  void handle(net::Exchange& exchange);

 private:
  enum class State {
    kStarting,    // has not asked for its first invocation
    kInitFailed,  // has reported that it cannot start
    kIdle,        // has no invocation, or has answered it
    kInvoking,    // has one
    kEnded,
  };

  void next(net::Exchange& exchange);
  void send_invocation(net::Exchange& exchange, const platform::Invocation& invocation);
  void response(net::Exchange& exchange, std::string_view request_id);
  void function_error(net::Exchange& exchange, std::string_view request_id);
  void init_error(net::Exchange& exchange);
  bool may_answer(net::Exchange& exchange, std::string_view request_id);
  // Reads the payload into `outcome` and gives it to the caller, if the state allows.
  void answer_invocation(net::Exchange& exchange, std::string_view request_id,
                         platform::WorkerOutcome outcome);
  // Parks until there is an invocation. False: the request is to be refused.
  std::optional<platform::Invocation> wait_for_invocation();
  void give(platform::WorkerOutcome outcome);

  const std::string origin_;
  const int port_;
  mutable std::mutex mutex_;
  Deliver deliver_;
  State state_ = State::kStarting;
  std::string request_id_;                          // of the last invocation that was sent
  std::optional<platform::Invocation> invocation_;  // not sent yet
  std::optional<Answer> answer_;                    // owed for init or the invocation
  platform::WorkerOutcome end_;                     // with kEnded
  std::optional<Future<bool>> waiting_;  // the parked request for the next one; true: look again
};

}  // namespace fairlead::workers
