// Authorisation of `$connect`: NONE, AWS_IAM or a Lambda authorizer, then the API key. Asked once
// for each connection, before its integration (reference/websocket-api.md §3.1 and §4).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "platform/gateway.h"
#include "services/apigateway/compiled.h"
#include "services/apigateway/connections.h"
#include "services/apigateway/events.h"
#include "services/apigateway/identity_source.h"
#include "services/apigateway/parts.h"

namespace fairlead::apigateway {

// What the deployment froze of it; part of a CompiledStage.
struct ConnectAuthorization {
  enum class Type { kNone, kIam, kLambda, kBroken };
  enum class KeySource { kNotAsked, kHeader, kAuthorizer };

  Type type = Type::kNone;
  std::string problem;       // kBroken: why it cannot work
  CompiledRoute authorizer;  // kLambda: whom to call; only its call members are used
  std::vector<IdentitySource> sources;
  KeySource api_key = KeySource::kNotAsked;
};

// `route`: the `$connect` route of `snapshot`. Null: nothing to check.
std::shared_ptr<const ConnectAuthorization> compile_authorization(const StageOwner& owner,
                                                                  const Json& route,
                                                                  const Json& snapshot,
                                                                  const Json& variables);

// One handshake in front of authorisation.
struct Entrant {
  Parts& parts;
  platform::Context& cx;
  const platform::HandshakeRequest& request;
  const CompiledStage& stage;
  ConnectionFacts& facts;  // gets the identity
  EventStamp& stamp;       // gets the authorizer's latency
};

// Nothing: it may go on. Otherwise the answer to the handshake. May wait for the authorizer.
std::optional<platform::HandshakeReply> authorise(const Entrant& entrant);

// The steps of it, each in a file of its own.
std::optional<platform::HandshakeReply> authorise_by_lambda(const Entrant& entrant,
                                                            std::string& usage_key);
std::optional<platform::HandshakeReply> authorise_by_signature(const Entrant& entrant);
std::optional<platform::HandshakeReply> check_api_key(const Entrant& entrant,
                                                      const std::string& key);

}  // namespace fairlead::apigateway
