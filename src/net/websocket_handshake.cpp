// Checks a request's headers in the order of the RFC, and agrees on subprotocol and compression.
#include "net/websocket_handshake.h"

#include <algorithm>

#include "base/base64.h"
#include "base/hashes.h"
#include "base/ids.h"
#include "base/text.h"
#include "net/http_parser.h"
#include "net/http_writer.h"

namespace fairlead::net {

const ErrorCode kBadHandshake{"BadHandshake", 400};
const ErrorCode kHandshakeWrongMethod{"HandshakeWrongMethod", 405};
const ErrorCode kUpgradeRequired{"UpgradeRequired", 426};

namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 1.3
constexpr std::string_view kDeflateName = "permessage-deflate";

Error bad_handshake(std::string text) { return Error{&kBadHandshake, std::move(text), {}}; }

// All lines of a header as one list, as RFC 9110 5.3 joins them.
std::string joined(const Headers& headers, std::string_view name) {
  std::string text;
  for (const Header& header : headers) {
    if (!equals_ignoring_case(header.name, name)) continue;
    if (!text.empty()) text.append(", ");
    text.append(header.value);
  }
  return text;
}

std::size_t count_header(const Headers& headers, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(headers.begin(), headers.end(),
                    [&](const Header& header) { return equals_ignoring_case(header.name, name); }));
}

// Reads one extension list; `at_` walks over the text.
class ExtensionReader {
 public:
  explicit ExtensionReader(std::string_view text) : text_(text) {}

  std::optional<std::vector<Extension>> read() {
    std::vector<Extension> list;
    for (;;) {
      skip_space();
      if (at_ == text_.size()) break;
      if (accept(',')) continue;  // empty list members are allowed (RFC 9110 5.6.1)
      Extension extension;
      if (!read_token(extension.name) || !read_parameters(extension)) return std::nullopt;
      list.push_back(std::move(extension));
      skip_space();
      if (at_ < text_.size() && !accept(',')) return std::nullopt;
    }
    if (list.empty()) return std::nullopt;
    return list;
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool accept(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool read_token(std::string& token) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_http_token(text_.substr(at_, 1))) ++at_;
    token = text_.substr(begin, at_ - begin);
    return !token.empty();
  }
  bool read_quoted(std::string& value) {
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\' && ++at_ == text_.size()) return false;
      value.push_back(text_[at_++]);
    }
    return accept('"') && is_http_token(value);
  }
  bool read_parameters(Extension& extension) {
    for (;;) {
      skip_space();
      if (!accept(';')) return true;
      skip_space();
      ExtensionParameter parameter;
      if (!read_token(parameter.name)) return false;
      skip_space();
      if (accept('=')) {
        skip_space();
        parameter.value.emplace();
        const bool fine =
            accept('"') ? read_quoted(*parameter.value) : read_token(*parameter.value);
        if (!fine) return false;
      }
      extension.parameters.push_back(std::move(parameter));
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// "8" … "15" without leading zeros (RFC 7692 7.1.2); 0 for anything else.
int read_window_bits(const std::optional<std::string>& value) {
  if (!value) return 0;
  for (int bits = 8; bits <= 15; ++bits) {
    if (*value == std::to_string(bits)) return bits;
  }
  return 0;
}

// What an offer (or, for a client, an answer) asks for; empty when it cannot be accepted.
std::optional<DeflateAgreement> read_deflate(const Extension& extension) {
  DeflateAgreement wanted;
  std::vector<std::string_view> seen;
  for (const ExtensionParameter& parameter : extension.parameters) {
    const std::string_view name = parameter.name;
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) return std::nullopt;
    seen.push_back(name);
    if (name == "server_no_context_takeover" && !parameter.value) {
      wanted.server_no_context_takeover = true;
    } else if (name == "client_no_context_takeover" && !parameter.value) {
      wanted.client_no_context_takeover = true;
    } else if (name == "server_max_window_bits" && read_window_bits(parameter.value) != 0) {
      wanted.server_max_window_bits = read_window_bits(parameter.value);
    } else if (name == "client_max_window_bits" &&
               (!parameter.value || read_window_bits(parameter.value) != 0)) {
      if (parameter.value) wanted.client_max_window_bits = read_window_bits(parameter.value);
    } else {
      return std::nullopt;
    }
  }
  return wanted;
}

// zlib cannot write raw deflate with a window of 8 bits, so such an offer is passed over.
constexpr int kLeastWindowBits = 9;

// The first acceptable offer wins. What the client says of its own window is a hint that we do not
// turn into an obligation: we read with 15 bits whatever it sends.
void negotiate_deflate(const std::vector<Extension>& offers, WebSocketUpgrade& upgrade) {
  for (const Extension& offer : offers) {
    if (offer.name != kDeflateName) continue;
    auto wanted = read_deflate(offer);
    if (!wanted || wanted->server_max_window_bits < kLeastWindowBits) continue;
    wanted->client_max_window_bits = 15;
    upgrade.extensions = kDeflateName;
    if (wanted->server_no_context_takeover) {
      upgrade.extensions.append(";server_no_context_takeover");
    }
    if (wanted->client_no_context_takeover) {
      upgrade.extensions.append(";client_no_context_takeover");
    }
    const bool asked =
        std::any_of(offer.parameters.begin(), offer.parameters.end(),
                    [](const ExtensionParameter& p) { return p.name == "server_max_window_bits"; });
    if (asked) {
      upgrade.extensions.append(";server_max_window_bits=")
          .append(std::to_string(wanted->server_max_window_bits));
    }
    upgrade.deflate = wanted;
    return;
  }
}

Status check_request(const RequestHead& head) {
  if (head.method != "GET") {
    return Error{&kHandshakeWrongMethod, "The WebSocket handshake is a GET request", {}};
  }
  if (head.minor_version != 1) return bad_handshake("The WebSocket handshake needs HTTP/1.1");
  if (head.has_body()) return bad_handshake("The WebSocket handshake has no body");
  if (!head.upgrade || !header_lists(head.headers, "upgrade", "websocket")) {
    return bad_handshake(
        "The headers \"Upgrade: websocket\" and \"Connection: Upgrade\" are needed");
  }
  const std::string* version = head.find("sec-websocket-version");
  if (version == nullptr || *version != "13" ||
      count_header(head.headers, "sec-websocket-version") != 1) {
    return Error{&kUpgradeRequired, "Only version 13 of the WebSocket protocol is spoken", {}};
  }
  const std::string* key = head.find("sec-websocket-key");
  if (key == nullptr || count_header(head.headers, "sec-websocket-key") != 1) {
    return bad_handshake("One Sec-WebSocket-Key header is needed");
  }
  const auto decoded = base64_decode(*key);
  if (!decoded || decoded->size() != 16) {
    return bad_handshake("Sec-WebSocket-Key is not 16 bytes in base64");
  }
  return {};
}

}  // namespace

std::optional<std::vector<Extension>> parse_extensions(std::string_view text) {
  return ExtensionReader(text).read();
}

bool wants_websocket(const RequestHead& head) {
  return head.upgrade && header_lists(head.headers, "upgrade", "websocket");
}

std::string websocket_accept(std::string_view key) {
  std::string text(key);
  text.append(kGuid);
  return base64_encode(sha1(text));
}

Result<WebSocketUpgrade> read_upgrade(const RequestHead& head) {
  const Status fine = check_request(head);
  if (!fine.ok()) return fine.error();
  WebSocketUpgrade upgrade;
  upgrade.accept = websocket_accept(*head.find("sec-websocket-key"));
  const std::string protocols = joined(head.headers, "sec-websocket-protocol");
  for (const std::string_view piece : split(protocols, ',')) {
    const std::string_view protocol = trim(piece);
    if (protocol.empty()) continue;
    if (!is_http_token(protocol)) return bad_handshake("A sub-protocol's name is not a token");
    upgrade.protocols.emplace_back(protocol);
  }
  const std::string extensions = joined(head.headers, "sec-websocket-extensions");
  if (!extensions.empty()) {
    const auto offers = parse_extensions(extensions);
    if (!offers) return bad_handshake("Sec-WebSocket-Extensions is not well-formed");
    negotiate_deflate(*offers, upgrade);
  }
  return upgrade;
}

// Names, their case and their order as API Gateway writes them (reference/websocket-api.md 3.2).
void append_upgrade_response(std::string& out, const WebSocketUpgrade& upgrade,
                             std::string_view date, std::string_view protocol,
                             const Headers& extra) {
  append_status_line(out, 101);
  append_header(out, "Date", date);
  append_header(out, "Connection", "upgrade");
  append_header(out, "upgrade", "websocket");
  append_header(out, "sec-websocket-accept", upgrade.accept);
  if (!upgrade.extensions.empty()) {
    append_header(out, "sec-websocket-extensions", upgrade.extensions);
  }
  if (!protocol.empty()) append_header(out, "Sec-WebSocket-Protocol", protocol);
  append_headers(out, extra);
  end_head(out);
}

std::string new_websocket_key() {
  char bytes[16];
  random_bytes(bytes, sizeof bytes);
  return base64_encode(std::string_view(bytes, sizeof bytes));
}

void append_upgrade_request(std::string& out, std::string_view host, std::string_view target,
                            std::string_view key, const Headers& extra) {
  append_request_line(out, "GET", target);
  append_header(out, "Host", host);
  append_header(out, "Connection", "Upgrade");
  append_header(out, "Upgrade", "websocket");
  append_header(out, "Sec-WebSocket-Version", "13");
  append_header(out, "Sec-WebSocket-Key", key);
  append_headers(out, extra);
  end_head(out);
}

Result<std::optional<DeflateAgreement>> read_upgrade_response(const ResponseHead& head,
                                                              std::string_view key) {
  if (head.status != 101) {
    return bad_handshake("The server answered " + std::to_string(head.status));
  }
  if (!head.upgrade || !header_lists(head.headers, "upgrade", "websocket")) {
    return bad_handshake("The server did not upgrade to WebSocket");
  }
  const std::string* accept = head.find("sec-websocket-accept");
  if (accept == nullptr || *accept != websocket_accept(key)) {
    return bad_handshake("Sec-WebSocket-Accept does not fit the key");
  }
  const std::string answer = joined(head.headers, "sec-websocket-extensions");
  if (answer.empty()) return std::optional<DeflateAgreement>();
  const auto extensions = parse_extensions(answer);
  if (!extensions || extensions->size() != 1 || extensions->front().name != kDeflateName) {
    return bad_handshake("The server chose an extension that was not offered");
  }
  const auto agreed = read_deflate(extensions->front());
  if (!agreed || agreed->client_max_window_bits < kLeastWindowBits) {
    return bad_handshake("The server's permessage-deflate parameters cannot be kept");
  }
  return agreed;
}

}  // namespace fairlead::net
