// Header details: request ids, DynamoDB's checksum, members that travel in headers.
#include "wire/response_headers.h"

#include <algorithm>

#include "base/base64.h"
#include "base/hashes.h"
#include "wire/scalars.h"

namespace fairlead::wire {
namespace {

TimestampFormat header_format(const MemberModel& member, const ShapeModel& shape) {
  const TimestampFormat own =
      member.timestamp() == TimestampFormat::kDefault ? shape.timestamp() : member.timestamp();
  return own == TimestampFormat::kDefault ? TimestampFormat::kHttpDate : own;
}

// List items with commas or quotes inside are quoted; dates are not.
std::string quoted_item(const ShapeModel& shape, std::string text) {
  if (shape.kind() != ShapeKind::kString || text.find_first_of(",\"") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

void add_request_id(HttpOutput& out, const Dialect& dialect, std::string_view request_id) {
  if (dialect.service && dialect.service.name() == "s3") {
    out.headers.emplace_back("x-amz-request-id", request_id);
    out.headers.emplace_back("x-amz-id-2", host_id(request_id));
  } else {
    out.headers.emplace_back("x-amzn-RequestId", request_id);
  }
}

std::string host_id(std::string_view request_id) { return base64_encode(sha256(request_id)); }

std::string json_content_type(const ServiceModel& service) {
  const std::string_view version = service ? service.json_version() : std::string_view();
  return "application/x-amz-json-" + std::string(version.empty() ? "1.0" : version);
}

void add_crc32(HttpOutput& out, const ServiceModel& service) {
  if (!service || !service.target_prefix().starts_with("DynamoDB")) return;
  out.headers.emplace_back("x-amz-crc32", std::to_string(crc32(out.body)));
}

void add_header(HttpOutput& out, std::string_view name, std::string value) {
  const auto bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; };
  std::replace_if(value.begin(), value.end(), bad, ' ');
  std::string clean(name);
  std::erase_if(clean, [&](char c) { return bad(c) || c == ':' || c == ' '; });
  out.headers.emplace_back(std::move(clean), std::move(value));
}

std::string header_text(const MemberModel& member, const Json& value) {
  const ShapeModel shape = member.shape();
  if (member.json_value()) {
    return base64_encode(value.is_string() ? value.as_string() : write_json(value));
  }
  if (shape.kind() != ShapeKind::kList) {
    return write_scalar(shape, value, header_format(member, shape));
  }
  const ShapeModel item = shape.item();
  std::string text;
  for (const Json& each : value.items()) {
    if (!text.empty()) text += ", ";
    text += quoted_item(item, write_scalar(item, each, header_format(member, item)));
  }
  return text;
}

}  // namespace fairlead::wire
