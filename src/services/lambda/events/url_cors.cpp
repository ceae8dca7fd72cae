// Which origin is allowed, and what it is told.
#include "services/lambda/events/url_cors.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace fairlead::lambda {
namespace {

using platform::FunctionUrlRequest;
using platform::Reply;

std::string header(const FunctionUrlRequest& request, std::string_view name) {
  for (const auto& [key, value] : *request.headers) {
    if (equals_ignoring_case(key, name)) return value;
  }
  return {};
}

bool configured(const Json& cors) { return cors.is_object() && !cors.empty(); }

std::string joined(const Json& list) {
  std::string text;
  for (const Json& item : list.items()) {
    if (!text.empty()) text += ',';
    text += item.string_or("");
  }
  return text;
}

// What Access-Control-Allow-Origin says to this origin; empty: it is not allowed.
std::string allowed_origin(const Json& cors, const std::string& origin) {
  if (origin.empty()) return {};
  const bool credentials = cors["AllowCredentials"].bool_or(false);
  for (const Json& item : cors["AllowOrigins"].items()) {
    const std::string allowed = item.string_or("");
    if (allowed == "*") return credentials ? origin : "*";
    if (matches_wildcard(to_lower(allowed), to_lower(origin))) return origin;
  }
  return {};
}

void set_header(Reply& reply, std::string_view name, std::string value) {
  std::erase_if(reply.headers,
                [&](const auto& had) { return equals_ignoring_case(had.first, name); });
  if (!value.empty()) reply.headers.emplace_back(name, std::move(value));
}

}  // namespace

std::optional<Reply> preflight(const Json& cors, const FunctionUrlRequest& request) {
  if (!configured(cors) || request.method != "OPTIONS") return std::nullopt;
  if (header(request, "origin").empty() ||
      header(request, "access-control-request-method").empty()) {
    return std::nullopt;
  }
  Reply reply;
  reply.status = 200;
  add_cors(cors, request, reply);
  if (reply.headers.empty()) return reply;  // not allowed: a browser stops here
  set_header(reply, "Access-Control-Allow-Methods", joined(cors["AllowMethods"]));
  set_header(reply, "Access-Control-Allow-Headers", joined(cors["AllowHeaders"]));
  if (const auto age = cors["MaxAge"].to_int64()) {
    set_header(reply, "Access-Control-Max-Age", std::to_string(*age));
  }
  return reply;
}

void add_cors(const Json& cors, const FunctionUrlRequest& request, Reply& reply) {
  if (!configured(cors)) return;
  const std::string origin = allowed_origin(cors, header(request, "origin"));
  if (origin.empty()) return;
  set_header(reply, "Access-Control-Allow-Origin", origin);
  if (origin != "*") reply.headers.emplace_back("Vary", "Origin");
  if (cors["AllowCredentials"].bool_or(false)) {
    set_header(reply, "Access-Control-Allow-Credentials", "true");
  }
  set_header(reply, "Access-Control-Expose-Headers", joined(cors["ExposeHeaders"]));
}

}  // namespace fairlead::lambda
