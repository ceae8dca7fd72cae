// The AWS APIs: from a request to a row of the operation table and back, one step after another.
#pragma once

#include "edge/call.h"
#include "edge/operation_metrics.h"
#include "platform/access.h"
#include "platform/operation.h"

namespace fairlead::edge {

class AwsApi {
 public:
  AwsApi(const platform::Registry& registry, platform::Access& access);

  // Answers every request; an Error of any step goes through the same serialiser.
  void serve(Call& call);
  // The same for @connections, whose address the edge has already read.
  void serve_management(Call& call);

 private:
  using Entry = platform::Registry::Entry;
  Status run(Call& call);
  Status run_management(Call& call);
  Result<const Entry*> find_row(Call& call, const wire::Identified& operation);
  Status read_body(Call& call, const wire::Identified& operation, const Entry& row);
  Result<platform::Reply> dispatch(Call& call, const wire::Identified& operation, const Entry& row);
  void reply_with(Call& call, const wire::Identified& operation, platform::Reply reply);
  void refuse(Call& call, const Error& error);

  const platform::Registry& registry_;
  platform::Access& access_;
  OperationMetrics metrics_;
};

}  // namespace fairlead::edge
