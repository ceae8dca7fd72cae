// The API Gateway service, WebSocket APIs: the control plane (apigatewayv2), what happens to
// handshakes, messages and closings (the WebSocketGateway port), and @connections
// (apigatewaymanagementapi). Behaviour: shared/reference/websocket-api.md; each guess we took is
// listed in docs/websocket-choices.md.
//
// Control-plane documents and one record for each live connection are in the store. What a message
// needs is compiled from a stage's deployment and kept in memory; the message path never reads the
// store.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "platform/gateway.h"
#include "platform/http_caller.h"
#include "platform/invoker.h"
#include "platform/pusher.h"
#include "platform/service_caller.h"
#include "platform/target.h"
#include "storage/store.h"

namespace fairlead::apigateway {

struct ApiGatewayOptions {
  // ApiEndpoint of an API: {apiId} and {region} are filled in.
  std::string api_endpoint = "wss://{apiId}.execute-api.{region}.amazonaws.com";
  // New connections for each account and region; zero or less: no limit.
  double connects_per_second = 500;
  double connects_burst = 500;
  // Handshakes, messages and @connections calls of each account and region; likewise.
  double requests_per_second = 10'000;
  double requests_burst = 5'000;
};

// What integrations other than a function's call. Null: such integrations are refused by name.
struct IntegrationCallers {
  platform::HttpCaller* http = nullptr;
  platform::ServiceCaller* services = nullptr;
  platform::Targets* targets = nullptr;  // for functions that are not waited for
};

struct Parts;  // parts.h

// Thread-safe. Everything it is given outlives it; sessions must be gone before it is.
class ApiGateway : public platform::WebSocketGateway {
 public:
  ApiGateway(storage::Store& store, platform::Invoker& invoker, platform::Pusher& pusher,
             Clock& clock, ApiGatewayOptions options = {});
  ~ApiGateway() override;

  platform::HandshakeReply connect(platform::Context& cx,
                                   const platform::HandshakeRequest& request) override;
  platform::HandshakeReply plain_request(platform::Context& cx,
                                         const platform::HandshakeRequest& request) override;
  std::optional<Owner> owner_of_api(std::string_view api_id) override;
  std::optional<DomainRoute> resolve_domain(std::string_view host, std::string_view path) override;
  std::optional<ConnectionPlace> place_of(std::string_view connection_id) override;
  void disconnect_survivors() override;

  // Before the first request; they outlive this.
  void set_callers(IntegrationCallers callers);

  Parts& parts() { return *parts_; }  // for this room's own files

 private:
  std::unique_ptr<Parts> parts_;
};

// Registers "apigatewayv2" and "apigatewaymanagementapi"; `gateway` outlives the registry.
void add_apigateway(platform::Registry& registry, ApiGateway& gateway);

}  // namespace fairlead::apigateway
