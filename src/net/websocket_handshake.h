// The opening handshake of WebSocket (RFC 6455 section 4) and what is agreed in it about
// compression (RFC 7692): from a request head to the answer's headers, and the client's half.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http_head.h"

namespace fairlead::net {

// permessage-deflate as agreed. `server_max_window_bits` binds what the server sends.
struct DeflateAgreement {
  int server_max_window_bits = 15;
  int client_max_window_bits = 15;
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
};

struct WebSocketUpgrade {
  std::string accept;                  // Sec-WebSocket-Accept
  std::string extensions;              // the answer's Sec-WebSocket-Extensions; empty: none
  std::vector<std::string> protocols;  // the sub-protocols that the client offered, in its order
  std::optional<DeflateAgreement> deflate;
};

extern const ErrorCode kBadHandshake;          // 400
extern const ErrorCode kHandshakeWrongMethod;  // 405
extern const ErrorCode kUpgradeRequired;       // 426: answer with "Sec-WebSocket-Version: 13"

// True for a request that means to become a WebSocket; read_upgrade then says whether it may.
bool wants_websocket(const RequestHead& head);
Result<WebSocketUpgrade> read_upgrade(const RequestHead& head);

// The 101 answer with its empty line. `protocol` (may be empty) is the sub-protocol chosen, `extra`
// are further headers of the application.
void append_upgrade_response(std::string& out, const WebSocketUpgrade& upgrade,
                             std::string_view date, std::string_view protocol,
                             const Headers& extra = {});

std::string websocket_accept(std::string_view key);

// The client's half, for tests, the load generator and the command line.
std::string new_websocket_key();
void append_upgrade_request(std::string& out, std::string_view host, std::string_view target,
                            std::string_view key, const Headers& extra = {});
// What was agreed, or why the answer is not an acceptance.
Result<std::optional<DeflateAgreement>> read_upgrade_response(const ResponseHead& head,
                                                              std::string_view key);

// Reads an offer or answer list ("permessage-deflate; a; b=1, x"). Empty: not well-formed.
struct ExtensionParameter {
  std::string name;
  std::optional<std::string> value;
};
struct Extension {
  std::string name;
  std::vector<ExtensionParameter> parameters;
};
std::optional<std::vector<Extension>> parse_extensions(std::string_view text);

}  // namespace fairlead::net
