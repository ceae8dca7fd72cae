// Grouping the client's headers and query values.
#include "services/apigateway/client_values.h"

#include <algorithm>

#include "base/ids.h"
#include "base/text.h"
#include "base/utf8.h"
#include "services/apigateway/events.h"

namespace fairlead::apigateway {
namespace {

std::vector<std::string>& values_of(GroupedValues& groups, std::string_view name) {
  for (auto& [known, values] : groups) {
    if (equals_ignoring_case(known, name)) return values;
  }
  return groups.emplace_back(std::string(name), std::vector<std::string>()).second;
}

std::string new_trace_id(std::int64_t now_ms) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string seconds(8, '0');
  auto left = static_cast<std::uint64_t>(now_ms / 1000);
  for (int i = 7; i >= 0; --i, left >>= 4)
    seconds[static_cast<std::size_t>(i)] = kDigits[left & 15];
  return "Root=1-" + seconds + "-" + random_hex(24);
}

bool is_dropped(std::string_view name) {
  return equals_ignoring_case(name, "Connection") || equals_ignoring_case(name, "Upgrade") ||
         equals_ignoring_case(name, "Content-Length");
}

void sort_by_name(GroupedValues& groups) {
  std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
    return to_lower(a.first) < to_lower(b.first);
  });
}

}  // namespace

const std::string* find_header(const platform::HeaderList& headers, std::string_view name) {
  for (auto header = headers.rbegin(); header != headers.rend(); ++header) {
    if (equals_ignoring_case(header->first, name)) return &header->second;
  }
  return nullptr;
}

std::string port_of(std::string_view host, std::string_view scheme) {
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && is_digits(host.substr(colon + 1))) {
    return std::string(host.substr(colon + 1));
  }
  return scheme == "https" || scheme == "wss" ? "443" : "80";
}

GroupedValues handshake_headers(const platform::HandshakeRequest& request,
                                const ConnectionFacts& facts, std::int64_t now_ms,
                                std::string_view scheme) {
  GroupedValues groups;
  for (const auto& [name, value] : *request.headers) {
    // Bytes that are not UTF-8 would make the event something else than JSON.
    if (!is_dropped(name)) values_of(groups, name).push_back(repair_utf8(value));
  }
  auto& trace = values_of(groups, "X-Amzn-Trace-Id");
  if (trace.empty()) trace.push_back(new_trace_id(now_ms));
  auto& forwarded = values_of(groups, "X-Forwarded-For");
  if (forwarded.empty()) {
    forwarded.push_back(facts.source_ip);
  } else {
    forwarded.back().append(", ").append(facts.source_ip);
  }
  values_of(groups, "X-Forwarded-Port") = {port_of(facts.domain_name, scheme)};
  values_of(groups, "X-Forwarded-Proto") = {std::string(scheme)};
  sort_by_name(groups);
  return groups;
}

void add_upgrade_headers(GroupedValues& headers, const platform::HandshakeRequest& request) {
  const std::string* upgrade = find_header(*request.headers, "Upgrade");
  headers.push_back({"Connection", {"upgrade"}});
  headers.push_back({"content-length", {"0"}});
  headers.push_back({"Upgrade", {upgrade ? repair_utf8(*upgrade) : "websocket"}});
  sort_by_name(headers);
}

GroupedValues handshake_query(std::string_view query) {
  GroupedValues groups;
  for (auto& [name, value] : parse_query(query, QueryStyle::kForm)) {
    if (name.empty() && value.empty()) continue;
    name = repair_utf8(name);
    const auto known =
        std::find_if(groups.begin(), groups.end(),
                     [&name = name](const auto& group) { return group.first == name; });
    if (known != groups.end()) {
      known->second.push_back(repair_utf8(value));
    } else {
      groups.push_back({name, {repair_utf8(value)}});
    }
  }
  return groups;
}

}  // namespace fairlead::apigateway
