// ServiceCalls: the ServiceCaller port over the operation table. A request is composed as it would
// be on the wire, so that templates written for AWS (JSON, form, path style) mean what they mean
// there, and goes through the same steps as one from outside but for the signature.
#pragma once

#include "platform/operation.h"
#include "platform/service_caller.h"

namespace fairlead::edge {

class ServiceCalls : public platform::ServiceCaller {
 public:
  // Outlived by the registry, which may be filled later.
  explicit ServiceCalls(const platform::Registry& registry) : registry_(registry) {}
  bool has(std::string_view service) const override;
  Result<platform::ServiceAnswer> call(platform::Context& cx,
                                       const platform::ServiceCall& request) override;

 private:
  // The session that AWS's gateway would have; the role must exist.
  Result<platform::Principal> assume(const platform::Context& cx, const std::string& role_arn);

  const platform::Registry& registry_;
};

}  // namespace fairlead::edge
