// Parts: what this room's operations and sessions share. One for each ApiGateway.
#pragma once

#include "base/clock.h"
#include "platform/invoker.h"
#include "platform/pusher.h"
#include "services/apigateway/apigateway.h"
#include "services/apigateway/connections.h"
#include "services/apigateway/domains.h"
#include "services/apigateway/live_stages.h"
#include "services/apigateway/throttle.h"
#include "services/apigateway/usage_meter.h"
#include "storage/locks.h"
#include "storage/store.h"

namespace fairlead::apigateway {

struct Parts {
  storage::Store& store;
  platform::Invoker& invoker;
  platform::Pusher& pusher;
  const Clock& clock;
  const ApiGatewayOptions options;
  storage::KeyLocks api_locks;  // by API id: see live_stages.h and change.h
  LiveStages stages;
  Connections connections;
  Domains domains;
  IntegrationCallers callers;
  AccountThrottles accounts;
  UsageMeter usage;  // of API keys

  Parts(storage::Store& a_store, platform::Invoker& an_invoker, platform::Pusher& a_pusher,
        const Clock& a_clock, ApiGatewayOptions some_options)
      : store(a_store),
        invoker(an_invoker),
        pusher(a_pusher),
        clock(a_clock),
        options(std::move(some_options)),
        stages(store, api_locks),
        connections(store),
        domains(store),
        accounts({options.connects_per_second, options.connects_burst, options.requests_per_second,
                  options.requests_burst}),
        usage(store) {}
};

}  // namespace fairlead::apigateway
