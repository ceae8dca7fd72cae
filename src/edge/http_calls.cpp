// From the port's words to net's and back.
#include "edge/http_calls.h"

#include "net/errors.h"

namespace fairlead::edge {

Result<platform::HttpAnswer> HttpCalls::call(const platform::HttpCall& request) {
  net::Headers headers;
  headers.reserve(request.headers.size());
  for (const auto& [name, value] : request.headers) headers.push_back({name, value});
  auto response =
      client_.request(request.method, request.url, headers, request.body, request.deadline_ms);
  if (!response.ok()) {
    const bool slow = response.error().code == &net::kPeerSlow;
    return Error{
        slow ? &platform::kHttpTimedOut : &platform::kHttpFailed, response.error().message, {}};
  }
  platform::HttpAnswer answer;
  answer.status = response->status;
  for (net::Header& header : response->headers) {
    answer.headers.emplace_back(std::move(header.name), std::move(header.value));
  }
  answer.body = std::move(response->body);
  return answer;
}

}  // namespace fairlead::edge
