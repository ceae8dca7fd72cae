// Finding the operation that a method, a path and a query mean, in the service's path table. Inside
// wire/.
#pragma once

#include "wire/protocol.h"

namespace fairlead::wire {

enum class RouteOutcome { kFound, kNoPath, kNoMethod };

struct Route {
  RouteOutcome outcome = RouteOutcome::kNoPath;
  OperationModel operation;
  std::array<std::string_view, 8> labels;
  std::size_t label_count = 0;
};

// Walks the tree that tools/models/routes.py made: one step for each segment. Slashes at the end
// and doubled ones do not count, except in S3 keys. `bucket` is S3's, from the host.
Route find_route(const ServiceModel& service, const HttpInput& input, std::string_view bucket);

}  // namespace fairlead::wire
