// One run of `fairlead dev`: what is watched, and what is done when it changes. dev_command.cpp
// starts it; nothing here reads options.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/cli/dev_debounce.h"
#include "app/cli/dev_description.h"
#include "app/cli/dev_program.h"
#include "app/cli/dev_upload.h"
#include "app/cli/dev_watch.h"

namespace fairlead::app {

enum class FunctionLogs { kFollowed, kNot };

class DevSession {
 public:
  // `signals`: a signalfd; a signal that arrives ends run().
  DevSession(DevDescription description, DevServer server, int signals);

  // Deploys by the description's script if something is not there (`environment` tells it where
  // to). False: a signal came.
  Result<bool> prepare(const std::vector<std::string>& environment);
  // Sends what was edited since the last time, then watches until a signal comes. Trouble with one
  // save is printed and does not end it.
  Status run(FunctionLogs logs);

 private:
  // A folder that is watched: of a function, or of the website.
  struct Target {
    std::string name, shown, folder;
    std::unique_ptr<FunctionUpload> function;  // one of the two
    std::unique_ptr<WebsiteUpload> website;
    Debounce debounce;
    std::vector<std::string> changed;  // the names that were told since the last sending
    bool complained = false;           // that the server is away was said
  };
  Result<bool> all_there();
  Result<bool> deploy(const std::vector<std::string>& environment);
  void take(const std::vector<TreeChange>& changes);
  void send_what_is_due();
  void send(Target& target, std::int64_t first_ms);
  void tell(const Target& target, std::int64_t first_ms, const std::vector<std::string>& names);
  void failed(Target& target, std::int64_t first_ms, const Error& error);
  int wait_ms(bool missing) const;

  DevDescription description_;
  DevServer server_;
  const int signals_;
  std::vector<Target> targets_;
  SyntaxChecks checks_;
};

}  // namespace fairlead::app
