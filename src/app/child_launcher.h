// The launcher of functions' processes that the configuration asks for: sandboxes or plain ones.
#pragma once

#include <memory>
#include <string>

#include "app/config.h"
#include "net/child_process.h"
#include "net/http_server.h"
#include "net/loop.h"

namespace fairlead::app {

struct ChildLauncherNeeds {
  net::Loops& loops;
  net::HttpServer& http;
  int port;  // that it listens on
  std::string ca_file;
};

// An error when sandboxes are demanded and cannot be had.
Result<std::unique_ptr<net::ChildLauncher>> make_child_launcher(const Config& config,
                                                                const ChildLauncherNeeds& needs);

}  // namespace fairlead::app
