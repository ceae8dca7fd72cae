// HTML error pages.
#include "services/s3/error_page.h"

#include "base/base64.h"
#include "base/hashes.h"
#include "base/xml.h"

namespace fairlead::s3 {

namespace {

const char* reason_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 412:
      return "Precondition Failed";
    case 416:
      return "Requested Range Not Satisfiable";
    default:
      return "Internal Server Error";
  }
}

std::string item(std::string_view name, std::string_view value) {
  return "<li>" + std::string(name) + ": " + xml_escape(value) + "</li>\n";
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.as_string() : write_json(value);
}

std::string items_of(const Error& error) {
  std::string items = item("Code", error.code->name) + item("Message", error.message);
  for (const Json::Member& member : error.detail.members()) {
    items += item(member.key, text_of(member.value));
  }
  return items;
}

// Header values may not carry line breaks or other control characters.
std::string header_safe(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return text;
}

}  // namespace

platform::Reply error_page(const Error& error, const std::string& request_id,
                           const Error* document_error) {
  const int status = error.code->http_status;
  const std::string title = std::to_string(status) + " " + reason_of(status);
  platform::Reply reply;
  reply.status = status;
  reply.headers = {{"Content-Type", "text/html; charset=utf-8"}};
  add_error_headers(reply, error);
  reply.body = "<html>\n<head><title>" + title + "</title></head>\n<body>\n<h1>" + title +
               "</h1>\n<ul>\n" + items_of(error) + item("RequestId", request_id) +
               item("HostId", base64_encode(sha256(request_id))) + "</ul>\n";
  if (document_error) {
    reply.body +=
        "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n" +
        items_of(*document_error) + "</ul>\n";
  }
  reply.body += "<hr/>\n</body>\n</html>\n";
  return reply;
}

void add_error_headers(platform::Reply& reply, const Error& error) {
  reply.headers.emplace_back("x-amz-error-code", error.code->name);
  reply.headers.emplace_back("x-amz-error-message", header_safe(error.message));
  for (const Json::Member& member : error.detail.members()) {
    reply.headers.emplace_back("x-amz-error-detail-" + member.key,
                               header_safe(text_of(member.value)));
  }
}

}  // namespace fairlead::s3
