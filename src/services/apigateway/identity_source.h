// IdentitySource: one entry of a WebSocket authorizer's `identitySource`, e.g.
// `route.request.header.Auth`. A handshake that lacks one is refused without calling the authorizer
// (reference/websocket-api.md §4.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fairlead::apigateway {

struct IdentitySource {
  enum class Place { kHeader, kQuery, kContext, kStageVariable } place;
  std::string name;

  static std::optional<IdentitySource> read(std::string_view expression);
};

}  // namespace fairlead::apigateway
