// An HTTP/1.1 client: whole requests, whole responses, connections kept for the next request.
//
// request() may be called from any fiber (which it parks) or plain thread (which sleeps), by many
// at once. Idle connections are held in one bounded pool; they belong to no loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_head.h"

namespace fairlead::net {

struct HttpResponse {
  int status = 0;
  Headers headers;
  std::string body;
  const std::string* find(std::string_view name) const { return find_header(headers, name); }
};

struct HttpClientOptions {
  std::string ca_pem;  // authorities trusted beside the system's, as PEM text; may be empty
  std::size_t max_response_bytes = 16 * 1024 * 1024;
  std::size_t max_idle = 64;  // connections kept, in all
  std::size_t max_idle_each_host = 8;
  std::int64_t idle_timeout_ms = 30'000;
};

class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;

  // `deadline_ms`: monotonic (base/clock.h), for everything from the name's lookup to the last
  // byte. Host and Content-Length are added (a Host header that is given wins). Redirects are the
  // caller's. Errors: kBadUrl, kCannotResolve, kCannotConnect, kTlsFailed, kPeerGone, kPeerSlow,
  // kBodyTooLarge, kBadRequest (a header that cannot be sent), kBadResponse.
  Result<HttpResponse> request(std::string_view method, std::string_view url,
                               const Headers& headers, std::string_view body,
                               std::int64_t deadline_ms);
  std::size_t idle_connections() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

extern const ErrorCode kBadRequest;
extern const ErrorCode kBadResponse;

}  // namespace fairlead::net
