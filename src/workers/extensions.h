// The Lambda Extensions API of one execution environment: who has registered, for which events, and
// who is busy with one. An environment is ready for work when every extension that was started
// with it has registered and every registered one asks for its next event.
//
// External extensions are the programs in /opt/extensions, started beside the function's process;
// internal ones run inside it and register before it asks for its first invocation.
//
// Handlers run on fibers of any loop: all state is behind one mutex that is never held while
// something waits or a callback runs.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/park.h"
#include "net/http_server.h"
#include "platform/workers.h"

namespace fairlead::workers {

class Extensions {
 public:
  struct Environment {  // what an extension is told when it registers
    std::string function_name, function_version, handler, account;
    std::vector<std::string> external;  // names of those that were started
  };
  // An extension cannot start, or cannot go on: the environment is lost. `payload`: its own words.
  using Failed = std::function<void(std::string error_type, std::string payload)>;

  explicit Extensions(Environment environment);
  void on_failure(Failed failed);  // once, before anything can fail

  // Calls `then` when the environment is ready: now, or later from a fiber. One at a time; a second
  // one takes the place of the first. `then` must not wait.
  void when_ready(std::function<void()> then);
  // The runtime has asked for its first invocation: internal extensions come too late now.
  void close_registration();
  void send_invoke(const platform::Invocation& invocation);
  // Tells those who want to know. False: nobody does.
  bool send_shutdown(std::string_view reason, std::int64_t deadline_epoch_ms);
  void end();  // the process is gone: sends waiting requests away

  // `path` begins with kPath.
  static constexpr std::string_view kPath = "/2020-01-01/extension/";
  void handle(net::Exchange& exchange, std::string_view path);

 private:
  struct Extension {
    std::string name, id;
    bool external = false, wants_invoke = false, wants_shutdown = false;
    bool idle = false;                     // asks for its next event
    std::optional<std::string> event;      // for it, JSON; not sent yet
    std::optional<Future<bool>> waiting_;  // its parked request; false: go away
  };

  void register_one(net::Exchange& exchange);
  void next_event(net::Exchange& exchange);
  void report_failure(net::Exchange& exchange);
  std::optional<std::string> wait_for_event(const std::string& id);
  // With the mutex held.
  Extension* find(const std::string& id);
  const char* refusal(const Extension& wanted) const;
  bool ready() const;
  std::function<void()> take_then();
  void give(Extension& extension, std::string event);

  const Environment environment_;
  mutable std::mutex mutex_;
  Failed failed_;
  std::map<std::string, Extension> by_id_;
  std::function<void()> then_;
  bool registration_closed_ = false;
  bool ended_ = false;
};

}  // namespace fairlead::workers
