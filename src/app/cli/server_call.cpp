// Signing and sending; the server is found through its server.json.
#include "app/cli/server_call.h"

#include <algorithm>

#include "app/config.h"
#include "app/server_file.h"
#include "base/clock.h"
#include "base/json_parse.h"
#include "wire/sigv4.h"

namespace fairlead::app {

const ErrorCode kNoServer{"NoServer", 503};
const ErrorCode kCallFailed{"CallFailed", 502};
const ErrorCode kRefused{"Refused", 400};

namespace {

constexpr std::size_t kMaxAnswer = 64 * 1024 * 1024;

net::HttpClient& client() {
  static net::HttpClient one([] {
    net::HttpClientOptions options;
    options.max_response_bytes = kMaxAnswer;
    return options;
  }());
  return one;
}

Error no_server(const std::string& folder) {
  return {&kNoServer,
          "No server runs on " + folder + ". Start one: fairlead start --data-dir " + folder,
          {}};
}

std::vector<wire::HeaderPair> signed_headers(const ServerRequest& request, std::string_view region,
                                             std::string_view host) {
  std::vector<wire::HeaderPair> headers{{"host", std::string(host)}};
  for (const auto& header : request.headers) headers.emplace_back(header.name, header.value);
  const std::size_t mark = std::min(request.path.find('?'), request.path.size());
  const std::string_view path = request.path;
  const wire::HttpInput input{request.method, path.substr(0, mark),
                              mark < path.size() ? path.substr(mark + 1) : std::string_view(),
                              headers, request.body};
  const wire::SigningIdentity identity{"test", "test", "", std::string(region), request.service};
  auto added = wire::sign(identity, input, system_clock().now_ms());
  headers.insert(headers.end(), added.begin(), added.end());
  return headers;
}

}  // namespace

Result<net::HttpResponse> call_server(const std::string& data_folder,
                                      const ServerRequest& request) {
  const std::string folder = data_folder.empty() ? default_data_folder() : data_folder;
  const auto server = read_server_file(folder);
  if (!server) return no_server(folder);
  const std::string_view endpoint = server->endpoint;
  const std::size_t slashes = endpoint.find("://");
  const std::string_view host =
      slashes == std::string_view::npos ? endpoint : endpoint.substr(slashes + 3);
  const std::string& region = request.region.empty() ? server->region : request.region;
  net::Headers headers;
  for (auto& [name, value] : signed_headers(request, region, host)) {
    headers.push_back({std::move(name), std::move(value)});
  }
  auto answer = client().request(request.method, server->endpoint + request.path, headers,
                                 request.body, system_clock().monotonic_ms() + request.timeout_ms);
  if (answer.ok()) return answer;
  if (!read_server_file(folder)) return no_server(folder);
  return Error{&kCallFailed,
               "The server on " + server->endpoint + " did not answer (" + answer.error().message +
                   "). `fairlead status` tells whether it is well.",
               {}};
}

Result<Json> call_json(const std::string& data_folder, std::string_view service,
                       std::string_view region, std::string_view target, const Json& input) {
  ServerRequest request;
  request.service = service;
  request.region = region;
  request.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                     {"X-Amz-Target", std::string(target)}};
  request.body = write_json(input);
  const auto answer = TRY(call_server(data_folder, request));
  auto output = parse_json(answer.body);
  if (answer.status == 200 && output.ok()) return output;
  if (!output.ok()) {
    return Error{
        &kCallFailed,
        "The server answered " + std::to_string(answer.status) + " to " + std::string(target) + ".",
        {}};
  }
  const std::string type = (*output)["__type"].string_or("Refused");
  const std::string name =
      type.substr(type.find('#') == std::string::npos ? 0 : type.find('#') + 1);
  const Json& lower = (*output)["message"];
  return Error{&kRefused,
               name + ": " + (lower.is_null() ? (*output)["Message"] : lower).string_or(""),
               std::move(*output)};
}

}  // namespace fairlead::app
