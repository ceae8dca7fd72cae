// Call: one request on its way through the chain, with what each step found out about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "edge/address.h"
#include "net/http_server.h"
#include "platform/context.h"
#include "platform/operation.h"
#include "wire/protocol.h"
#include "wire/sigv4.h"

namespace fairlead::edge {

struct Call {
  explicit Call(net::Exchange& of) : exchange(of) {}
  Call(const Call&) = delete;

  net::Exchange& exchange;
  platform::Context cx;
  platform::HeaderList headers;  // as sent
  std::string_view path, query;  // raw, of exchange.head().target
  Address address;

  // AWS operations only.
  wire::Dialect dialect;
  const platform::Operation* row = nullptr;  // once it is found
  std::string rewritten_path;                // @connections: `path` without what the address said
  std::string body;                          // read whole, unless the operation streams
  std::optional<wire::SignatureClaim> claim;
  std::string secret;  // of the claim's key, for signed chunks

  // For the access log.
  std::string_view service;    // "dynamodb", "execute-api", "website"
  std::string_view operation;  // "PutItem", "$connect"
  std::string error;           // the error's code, if it was refused

  wire::HttpInput http() const { return {exchange.head().method, path, query, headers, body}; }
};

// Fills in what the head alone says: context, headers, path, address.
void read_head(Call& call, std::int64_t now_ms, const std::string& default_region);

// Writes a whole reply that wire/ made.
void send(net::Exchange& exchange, wire::HttpOutput output);

// Writes status and headers of `head`, then the reply's stream piece by piece (nothing of it when
// HEAD asked). A stream that fails is cut short, so that the client sees it.
void send_stream(net::Exchange& exchange, wire::HttpOutput head, platform::Reply& reply);

}  // namespace fairlead::edge
