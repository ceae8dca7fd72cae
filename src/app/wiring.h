// Wiring: every room constructed once and handed its neighbours, in the order in which they need
// each other. It constructs, then starts; it has no rules of its own.
#pragma once

#include <memory>
#include <string>

#include "app/config.h"
#include "base/clock.h"
#include "base/result.h"
#include "platform/operation.h"

namespace fairlead::app {

class Server {
 public:
  // Opens the store and constructs everything. Errors are one line that says what to do; nothing
  // has been changed then.
  static Result<std::unique_ptr<Server>> create(const Config& config, Clock& clock);
  ~Server();

  Status start();  // listens; from here on requests are served
  void stop();     // app/shutdown.cpp: stop accepting, 1001 to sockets, drain functions, flush

  const std::string& endpoint() const { return endpoint_; }  // http://127.0.0.1:4566
  const std::string& ca_file() const;
  const std::string& functions_run_in() const { return functions_run_in_; }
  const platform::Registry& registry() const;

 private:
  struct Parts;
  Server();
  static void end_events(Parts& parts);
  Json health() const;

  std::unique_ptr<Parts> parts_;
  std::string endpoint_;
  std::string functions_run_in_;  // for people: sandboxes or plain processes
};

// The operation table alone, for `fairlead operations`: services over an empty store in memory.
struct OperationTable {
  OperationTable();
  ~OperationTable();
  const platform::Registry& registry() const;

 private:
  struct Services;
  std::unique_ptr<Services> services_;
};

}  // namespace fairlead::app
