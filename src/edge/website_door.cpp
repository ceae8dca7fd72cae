// Hands a website request to the port and streams what it answers.
#include "edge/website_door.h"

#include <utility>

namespace fairlead::edge {

void serve_website(Call& call, platform::Website& website) {
  call.service = "website";
  call.operation = "GetObject";
  platform::WebsiteRequest request;
  request.method = call.exchange.head().method;
  request.bucket = call.address.bucket;
  request.key = call.address.key;
  request.base = call.address.base;
  request.headers = &call.headers;
  platform::Reply reply = website.serve(call.cx, request);
  wire::HttpOutput output{reply.status, std::move(reply.headers), std::move(reply.body)};
  if (reply.stream) {
    send_stream(call.exchange, std::move(output), reply);
  } else {
    send(call.exchange, std::move(output));
  }
}

}  // namespace fairlead::edge
