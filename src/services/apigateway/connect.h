// The `$connect` route: from a handshake that found its stage to a session or a refusal
// (reference/websocket-api.md §3).
#pragma once

#include <memory>

#include "platform/gateway.h"
#include "services/apigateway/compiled.h"
#include "services/apigateway/parts.h"

namespace fairlead::apigateway {

platform::HandshakeReply connect_to_stage(Parts& parts, platform::Context& cx,
                                          const platform::HandshakeRequest& request,
                                          std::shared_ptr<StageSlot> slot,
                                          const CompiledStage& stage);

}  // namespace fairlead::apigateway
