// Reading proxy responses, strictly: an unknown key or a body that is no string is malformed.
#include "services/apigateway/proxy_response.h"

#include "base/base64.h"
#include "base/json_parse.h"
#include "base/text.h"

namespace fairlead::apigateway {
namespace {

bool read_status(const Json& value, int& status) {
  if (value.is_null()) return true;
  std::optional<std::int64_t> code = value.to_int64();
  if (value.is_string() && is_digits(value.as_string()) && value.as_string().size() == 3) {
    code = std::stoi(value.as_string());
  }
  if (!code || *code < 200 || *code > 599) return false;
  status = static_cast<int>(*code);
  return true;
}

bool is_token(std::string_view name) {
  if (name.empty()) return false;
  for (const char c : name) {
    if (c <= ' ' || c >= 0x7f || std::string_view("()<>@,;:\\\"/[]?={}").find(c) != name.npos) {
      return false;
    }
  }
  return true;
}

// A header must not be able to end its line and begin another.
bool add_header(platform::HeaderList& headers, const std::string& name, const Json& value) {
  std::string text;
  switch (value.kind()) {
    case Json::Kind::kNull:
      return true;
    case Json::Kind::kString:
      text = value.as_string();
      break;
    case Json::Kind::kNumber:
    case Json::Kind::kBool:
      text = write_json(value);
      break;
    default:
      return false;
  }
  if (!is_token(name) || text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos) {
    return false;
  }
  headers.emplace_back(name, std::move(text));
  return true;
}

bool read_headers(const Json& single, const Json& multi, platform::HeaderList& headers) {
  if (!(single.is_null() || single.is_object()) || !(multi.is_null() || multi.is_object())) {
    return false;
  }
  for (const Json::Member& header : single.members()) {
    if (!add_header(headers, header.key, header.value)) return false;
  }
  for (const Json::Member& header : multi.members()) {
    if (!header.value.is_array()) return false;
    for (const Json& value : header.value.items()) {
      if (!add_header(headers, header.key, value)) return false;
    }
  }
  return true;
}

bool is_known(std::string_view key) {
  return key == "statusCode" || key == "headers" || key == "multiValueHeaders" || key == "body" ||
         key == "isBase64Encoded" || key == "cookies";
}

}  // namespace

bool is_null_payload(std::string_view payload) {
  const std::string_view text = trim(payload);
  return text.empty() || text == "null";
}

std::optional<ProxyResponse> read_proxy_response(std::string_view payload) {
  auto parsed = parse_json(payload);
  if (!parsed.ok() || !parsed.value().is_object()) return std::nullopt;
  Json& fields = parsed.value();
  for (const Json::Member& member : fields.members()) {
    if (!is_known(member.key)) return std::nullopt;
  }
  ProxyResponse response;
  const Json& encoded = fields["isBase64Encoded"];
  if (!read_status(fields["statusCode"], response.status) ||
      !read_headers(fields["headers"], fields["multiValueHeaders"], response.headers) ||
      !(encoded.is_null() || encoded.is_bool())) {
    return std::nullopt;
  }
  Json* body = fields.find("body");
  if (!body || body->is_null()) return response;
  if (!body->is_string()) return std::nullopt;
  response.body = std::move(body->as_string());
  if (!encoded.bool_or(false)) return response;
  auto decoded = base64_decode(response.body);
  if (!decoded) return std::nullopt;
  response.body = std::move(*decoded);
  return response;
}

}  // namespace fairlead::apigateway
