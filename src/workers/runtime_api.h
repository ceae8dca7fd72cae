// The Lambda Runtime API of one custom runtime (`provided.*`): what the process asks for over HTTP
// (next, response, error, init error), and the states in which it may ask for it. Its extensions'
// requests come through the same door (extensions.h); a frame worker with extensions has one of
// these for them alone.
//
// Handlers run on fibers of any loop, the service calls from any other: all state is behind one
// mutex that is never held while something waits.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/park.h"
#include "net/http_server.h"
#include "platform/workers.h"
#include "workers/extensions.h"

namespace fairlead::workers {

using Answer = Future<platform::WorkerOutcome>;

class RuntimeApi : public std::enable_shared_from_this<RuntimeApi> {
 public:
  // Gives an outcome to who waits for it, after the process's output was read (on its loop).
  using Deliver = std::function<void(const Answer& answer, platform::WorkerOutcome outcome)>;

  // `origin`: how its host tells its requests from those of others. `port`: ours, or 0.
  RuntimeApi(std::string origin, int port, Extensions::Environment environment)
      : origin_(std::move(origin)), port_(port), extensions_(std::move(environment)) {}
  const std::string& origin() const { return origin_; }
  int port() const { return port_; }
  Extensions& extensions() { return extensions_; }
  void set_deliver(Deliver deliver);
  void refuse_runtime();  // the process takes its work elsewhere: only extensions may ask

  void begin_init(const Answer& answer);
  void begin_invoke(const platform::Invocation& invocation, const Answer& answer);
  bool working() const;  // an answer is owed
  // It cannot start: the answer to init, unless it had started already.
  void fail_init(platform::WorkerOutcome outcome);
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
  void initialised();  // the runtime and its extensions are ready for the first invocation
  void release();      // the extensions are ready for the invocation that waits
  void response(net::Exchange& exchange, std::string_view request_id);
  void function_error(net::Exchange& exchange, std::string_view request_id);
  void init_error(net::Exchange& exchange);
  bool may_answer(net::Exchange& exchange, std::string_view request_id);
  // Reads the payload into `outcome` and gives it to the caller, if the state allows.
  void answer_invocation(net::Exchange& exchange, std::string_view request_id,
                         platform::WorkerOutcome outcome);
  // False: refused, and answered.
  bool read_payload(net::Exchange& exchange, platform::WorkerOutcome& outcome);
  // Parks until there is an invocation. False: the request is to be refused.
  std::optional<platform::Invocation> wait_for_invocation();
  void give(platform::WorkerOutcome outcome);

  const std::string origin_;
  const int port_;
  mutable std::mutex mutex_;
  Deliver deliver_;
  State state_ = State::kStarting;
  std::string request_id_;                          // of the last invocation that was sent
  std::optional<platform::Invocation> held_;        // until the extensions are ready
  std::optional<platform::Invocation> invocation_;  // not sent yet
  bool initialised_ = false;
  std::optional<Answer> answer_;         // owed for init or the invocation
  platform::WorkerOutcome end_;          // with kEnded and kInitFailed
  std::optional<Future<bool>> waiting_;  // the parked request for the next one; true: look again
  Extensions extensions_;
};

}  // namespace fairlead::workers
