// /_fairlead/: what this server says about itself. Read-only; no AWS operation lives here.
#pragma once

#include <functional>
#include <string>

#include "edge/call.h"
#include "platform/downloads.h"
#include "platform/operation.h"

namespace fairlead::edge {

// GET /_fairlead/health   {"status":"running",…}   /_fairlead/metrics   Prometheus text
// GET /_fairlead/operations  every row of the operation table   /_fairlead/ca.pem  the authority
// GET /_fairlead/lambda-code/<token>  a function's zip, for who was given the address
class Internal {
 public:
  struct Facts {
    std::function<Json()> health;  // made anew for each request
    std::string ca_pem;
    platform::Downloads* downloads = nullptr;
  };
  Internal(const platform::Registry& registry, Facts facts)
      : registry_(registry), facts_(std::move(facts)) {}
  void serve(Call& call) const;

 private:
  Json operations() const;
  void send_download(Call& call, std::string_view token) const;

  const platform::Registry& registry_;
  Facts facts_;
};

}  // namespace fairlead::edge
