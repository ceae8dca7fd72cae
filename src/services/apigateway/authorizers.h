// What routes and deployments ask about authorizers (reference/websocket-api.md §4). The operations
// are declared in operations.h.
#pragma once

#include "services/apigateway/change.h"

namespace fairlead::apigateway {

// May this route be authorised as it says? `route` is the document as it would become: its
// AuthorizationType needs an authorizer of the right type, and on WebSocket APIs only `$connect`
// may have one.
Status check_route_authorization(const Change& change, const Json& route);

}  // namespace fairlead::apigateway
