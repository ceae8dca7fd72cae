// Payload format 2.0, both ways.
#include "services/lambda/events/url_message.h"

#include <algorithm>
#include <utility>

#include "base/base64.h"
#include "base/clock.h"
#include "base/json_parse.h"
#include "base/text.h"
#include "base/utf8.h"

namespace fairlead::lambda {
namespace {

using platform::Context;
using platform::FunctionUrlRequest;
using platform::HeaderList;
using platform::Reply;

// Joins what came more than once under a name: "a,b".
void add_joined(Json& into, const std::string& name, const std::string& value) {
  if (Json* before = into.find(name)) {
    before->as_string() += "," + value;
  } else {
    into.set(name, value);
  }
}

std::string readable(std::string_view bytes) {
  return is_valid_utf8(bytes) ? std::string(bytes) : repair_utf8(bytes);
}

struct Heads {
  Json headers = Json::object(), cookies = Json::array();
  std::string content_type;
  bool encoded = false;  // content-encoding
};

Heads read_headers(const Context& cx, const FunctionUrlRequest& request,
                   const std::string& trace_id) {
  Heads heads;
  for (const auto& [name, raw] : *request.headers) {
    const std::string lower = to_lower(name), value = readable(raw);
    if (lower == "connection" || lower == "transfer-encoding" || lower == "upgrade" ||
        lower == "keep-alive") {
      continue;
    }
    if (lower == "cookie") {
      for (const std::string_view piece : split(value, ';')) {
        if (!trim(piece).empty()) heads.cookies.push_back(trim(piece));
      }
    }
    if (lower == "content-type") heads.content_type = to_lower(value);
    if (lower == "content-encoding") heads.encoded = true;
    add_joined(heads.headers, lower, value);
  }
  const bool tls = cx.scheme == "https";
  heads.headers.set("x-amzn-trace-id", trace_id);
  heads.headers.set("x-forwarded-for", cx.source_ip);
  heads.headers.set("x-forwarded-port", tls ? "443" : "80");
  heads.headers.set("x-forwarded-proto", cx.scheme);
  return heads;
}

// Which bodies come as text; everything else comes in base64.
bool is_text(const Heads& heads, const std::string& body) {
  if (heads.encoded || !is_valid_utf8(body)) return false;
  const std::string type(trim(split(heads.content_type, ';')[0]));
  return type.empty() || type.starts_with("text/") || type == "application/json" ||
         type == "application/xml" || type == "application/javascript" || type.ends_with("+json") ||
         type.ends_with("+xml");
}

Json query_parameters(std::string_view query) {
  Json parameters = Json::object();
  for (const auto& [name, value] : parse_query(query, QueryStyle::kForm)) {
    add_joined(parameters, readable(name), readable(value));
  }
  return parameters;
}

Json authorizer(const Context& cx) {
  const auto& caller = cx.caller;
  return Json::object({{"iam", Json::object({{"accessKey", caller.access_key},
                                             {"accountId", caller.account},
                                             {"callerId", caller.user_id},
                                             {"cognitoIdentity", nullptr},
                                             {"principalOrgId", nullptr},
                                             {"userArn", caller.arn},
                                             {"userId", caller.user_id}})}});
}

Json request_context(const Context& cx, const UrlConfig& config,
                     const FunctionUrlRequest& request) {
  const bool is_signed = cx.caller.kind != platform::Principal::Kind::kAnonymous;
  Json context = Json::object(
      {{"accountId", is_signed ? cx.caller.account : "anonymous"}, {"apiId", config.id}});
  if (is_signed) {
    context.set("authentication", nullptr);
    context.set("authorizer", authorizer(cx));
  }
  context.set("domainName", config.domain());
  context.set("domainPrefix", config.id);
  context.set("http", Json::object({{"method", request.method},
                                    {"path", readable(request.path)},
                                    {"protocol", request.protocol},
                                    {"sourceIp", cx.source_ip},
                                    {"userAgent", readable(cx.user_agent)}}));
  context.set("requestId", cx.request_id);
  context.set("routeKey", "$default");
  context.set("stage", "$default");
  context.set("time", request_time(cx.now_ms));
  context.set("timeEpoch", cx.now_ms);
  return context;
}

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}
bool is_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

// A header of the result, unless the server writes it itself. False: not fit for HTTP.
bool add_header(Reply& reply, const std::string& name, const Json& value) {
  static constexpr std::string_view kOurs[] = {"connection",        "content-length", "date",
                                               "transfer-encoding", "keep-alive",     "upgrade"};
  const std::string lower = to_lower(name);
  if (std::find(std::begin(kOurs), std::end(kOurs), lower) != std::end(kOurs)) return true;
  const std::string text = value.is_string() ? value.as_string() : write_json(value);
  if (!is_token(name) || !is_value(text)) return false;
  reply.headers.emplace_back(name, text);
  return true;
}

bool has_header(const Reply& reply, std::string_view name) {
  return std::any_of(reply.headers.begin(), reply.headers.end(),
                     [&](const auto& header) { return equals_ignoring_case(header.first, name); });
}

std::optional<int> read_status(const Json& value) {
  std::int64_t status = value.int_or(-1);
  if (const std::string text = value.string_or(""); is_digits(text) && text.size() == 3) {
    status = std::stoi(text);
  }
  if (status < 200 || status > 599) return std::nullopt;
  return static_cast<int>(status);
}

}  // namespace

std::string url_event(const Context& cx, const UrlConfig& config, const FunctionUrlRequest& request,
                      const std::string& trace_id) {
  Heads heads = read_headers(cx, request, trace_id);
  const std::string path = request.path.empty() ? "/" : readable(request.path);
  Json event = Json::object({{"version", "2.0"},
                             {"routeKey", "$default"},
                             {"rawPath", path},
                             {"rawQueryString", readable(request.query)}});
  if (!heads.cookies.empty()) event.set("cookies", std::move(heads.cookies));
  const bool text = is_text(heads, request.body);
  event.set("headers", std::move(heads.headers));
  if (!request.query.empty()) {
    event.set("queryStringParameters", query_parameters(request.query));
  }
  event.set("requestContext", request_context(cx, config, request));
  if (!request.body.empty()) {
    event.set("body", text ? Json(request.body) : Json(base64_encode(request.body)));
  }
  event.set("isBase64Encoded", !request.body.empty() && !text);
  return write_json(event);
}

std::optional<Reply> url_reply(const std::string& result) {
  Reply reply;
  reply.status = 200;
  const auto parsed = parse_json(result);
  if (!parsed.ok()) return std::nullopt;
  if (!parsed->is_object() || !parsed->has("statusCode")) {
    reply.headers.emplace_back("Content-Type", "application/json");
    reply.body = result;
    return reply;
  }
  const auto status = read_status((*parsed)["statusCode"]);
  if (!status) return std::nullopt;
  reply.status = *status;
  for (const auto& [name, value] : (*parsed)["headers"].members()) {
    if (!add_header(reply, name, value)) return std::nullopt;
  }
  for (const Json& cookie : (*parsed)["cookies"].items()) {
    if (!add_header(reply, "Set-Cookie", cookie)) return std::nullopt;
  }
  if (!has_header(reply, "content-type")) {
    reply.headers.emplace_back("Content-Type", "application/json");
  }
  const Json& body = (*parsed)["body"];
  if (!body.is_null() && !body.is_string()) return std::nullopt;
  reply.body = body.string_or("");
  if ((*parsed)["isBase64Encoded"].bool_or(false)) {
    auto bytes = base64_decode(reply.body);
    if (!bytes) return std::nullopt;
    reply.body = std::move(*bytes);
  }
  return reply;
}

}  // namespace fairlead::lambda
