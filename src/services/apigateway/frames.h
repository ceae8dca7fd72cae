// Texts that the service itself sends: error frames on open sockets, and the answers to refused
// handshakes (reference/websocket-api.md §3.4 and §9).
#pragma once

#include <string>
#include <string_view>

#include "platform/gateway.h"

namespace fairlead::apigateway {

inline constexpr std::string_view kForbidden = "Forbidden";
inline constexpr std::string_view kUnauthorized = "Unauthorized";
inline constexpr std::string_view kQuotaExceeded = "Limit Exceeded";
inline constexpr std::string_view kInternalServerError = "Internal server error";
inline constexpr std::string_view kEndpointTimedOut = "Endpoint request timed out";
inline constexpr std::string_view kThrottled = "Too Many Requests";
inline constexpr std::string_view kUnsupportedMediaType = "Unsupported Media Type";

// {"message": "…", "connectionId":"…", "requestId":"…"}: one space, after the first colon.
std::string error_frame(std::string_view message, std::string_view connection_id,
                        std::string_view request_id);

// The body of a message does not fit its model: `messageId` instead of `requestId`.
std::string bad_body_frame(std::string_view connection_id, std::string_view message_id);

// Refused before routing began: {"message":"…"} with an error type.
platform::HandshakeReply refuse_before_routing(const platform::Context& cx, int status,
                                               std::string_view error_type,
                                               std::string_view message);
// Refused by the `$connect` route: the body is an error frame.
platform::HandshakeReply refuse_after_routing(int status, std::string_view message,
                                              std::string_view connection_id,
                                              std::string_view request_id);

// The same with `"message": null`: what an authorizer's malformed result earns (§4.3).
platform::HandshakeReply refuse_without_message(int status, std::string_view connection_id,
                                                std::string_view request_id);

}  // namespace fairlead::apigateway
