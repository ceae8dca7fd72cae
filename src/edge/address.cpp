// Reading addresses: host names first (they say most), then the path forms under /_aws/, then
// @connections, which functions reach through whatever host they were told.
#include "edge/address.h"

#include <optional>
#include <utility>

#include "base/text.h"

namespace fairlead::edge {

namespace {

constexpr std::string_view kExecuteApiPath = "/_aws/execute-api/";
constexpr std::string_view kFunctionUrlPath = "/_aws/lambda-url/";
constexpr std::string_view kWebsitePath = "/_aws/website/";
constexpr std::string_view kInternalPath = "/_fairlead";

// "us-east-1", "ap-southeast-1", "us-gov-west-1": a label that can only be a region.
bool is_region(std::string_view label) {
  const auto dash = label.rfind('-');
  return dash != std::string_view::npos && dash > 2 && label.find('-') == 2 &&
         is_digits(label.substr(dash + 1));
}

// Takes "/first" off the front of `path` and answers "first"; the rest stays in `path`.
std::string_view take_segment(std::string_view& path) {
  if (path.empty() || path.front() != '/') return {};
  const auto end = path.find('/', 1);
  const auto segment = path.substr(1, end == std::string_view::npos ? end : end - 1);
  path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  return segment;
}

bool is_connections(std::string_view segment) {
  return segment == "@connections" || segment == "%40connections";
}

std::string decoded(std::string_view text) {
  return percent_decode(text).value_or(std::string(text));
}

struct HostNames {
  std::string api_id, url_id, bucket, region;
};

// Labels of the host name, read for `{api}.execute-api.…`, `{id}.lambda-url.…` and
// `{bucket}.s3-website….…`.
HostNames read_host_names(std::string_view host) {
  HostNames names;
  const std::string lower = to_lower(without_port(host));
  const auto labels = split(lower, '.');
  for (std::size_t i = 1; i < labels.size(); ++i) {
    const std::string_view next = i + 1 < labels.size() ? labels[i + 1] : std::string_view();
    if (labels[i] == "execute-api" && i == 1) {
      names.api_id = labels[0];
      if (is_region(next)) names.region = next;
      return names;
    }
    if (labels[i] == "lambda-url" && i == 1) {
      names.url_id = labels[0];
      if (is_region(next)) names.region = next;
      return names;
    }
    if (!labels[i].starts_with("s3-website")) continue;
    const std::string_view tail = labels[i].substr(std::string_view("s3-website").size());
    if (tail.empty() ? is_region(next) : tail.front() == '-' && is_region(tail.substr(1))) {
      names.bucket = lower.substr(0, static_cast<std::size_t>(labels[i].data() - lower.data()) - 1);
      names.region = tail.empty() ? next : tail.substr(1);
      return names;
    }
  }
  return names;
}

// …[/{stage}]/@connections[/{id}] with at most one segment before it.
bool read_management(std::string_view path, Address& address) {
  std::string_view rest = path;
  while (rest.starts_with("//")) rest.remove_prefix(1);  // an endpoint with a trailing slash
  std::string_view first = take_segment(rest);
  std::string_view stage;
  if (!is_connections(first)) {
    stage = first;
    while (rest.starts_with("//")) rest.remove_prefix(1);
    first = take_segment(rest);
  }
  if (!is_connections(first)) return false;
  address.door = Door::kManagement;
  address.stage = decoded(stage);
  address.connection_id = rest.empty() ? std::string() : decoded(rest.substr(1));
  return true;
}

void read_execute_api(std::string_view path, Address& address) {
  if (read_management(path, address)) return;
  address.door = Door::kExecuteApi;
  address.stage = decoded(take_segment(path));
  address.rest = path;
}

void read_function_url(std::string id, std::string_view path, Address& address) {
  address.door = Door::kFunctionUrl;
  address.url_id = std::move(id);
  address.rest = path.empty() ? "/" : path;
}

}  // namespace

std::string_view without_port(std::string_view host) {
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos) return host;
  const auto bracket = host.rfind(']');
  if (bracket != std::string_view::npos && bracket > colon) return host;
  return host.substr(0, colon);
}

// The mapping has said which stage: nothing may stand before @connections.
Address mapped_address(std::string api_id, std::string stage, std::string_view path) {
  Address address;
  std::string_view rest = path;
  if (!is_connections(take_segment(rest)) || !read_management(path, address)) {
    address.door = Door::kExecuteApi;
    address.rest = path;
  }
  address.api_id = std::move(api_id);
  address.stage = std::move(stage);
  address.custom_domain = true;
  return address;
}

Address read_address(std::string_view host, std::string_view path) {
  Address address;
  HostNames names = read_host_names(host);
  address.region = std::move(names.region);
  if (!names.api_id.empty()) {
    address.api_id = std::move(names.api_id);
    read_execute_api(path, address);
    return address;
  }
  if (!names.url_id.empty()) {
    read_function_url(std::move(names.url_id), path, address);
    return address;
  }
  if (!names.bucket.empty()) {
    address.door = Door::kWebsite;
    address.bucket = std::move(names.bucket);
    address.key = decoded(path.empty() ? path : path.substr(1));
    return address;
  }
  if (path == kInternalPath || path.starts_with("/_fairlead/")) {
    address.door = Door::kInternal;
    path.remove_prefix(kInternalPath.size());
    address.page = path.empty() ? path : path.substr(1);
    return address;
  }
  if (path.starts_with(kExecuteApiPath)) {
    std::string_view rest = path.substr(kExecuteApiPath.size() - 1);
    address.api_id = decoded(take_segment(rest));
    read_execute_api(rest, address);
    return address;
  }
  if (path.starts_with(kFunctionUrlPath)) {
    std::string_view rest = path.substr(kFunctionUrlPath.size() - 1);
    std::string id = decoded(take_segment(rest));
    read_function_url(std::move(id), rest, address);
    return address;
  }
  if (path.starts_with(kWebsitePath)) {
    std::string_view rest = path.substr(kWebsitePath.size() - 1);
    address.door = Door::kWebsite;
    address.bucket = decoded(take_segment(rest));
    address.base = path.substr(0, path.size() - rest.size());
    address.key = rest.empty() ? std::string() : decoded(rest.substr(1));
    return address;
  }
  read_management(path, address);
  return address;
}

}  // namespace fairlead::edge
