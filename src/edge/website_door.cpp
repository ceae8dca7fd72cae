// Hands a website request to the port and streams what it answers.
#include "edge/website_door.h"

#include <memory>
#include <utility>

namespace fairlead::edge {

namespace {

void stream_body(Call& call, int status, std::vector<net::Header> headers, platform::Reply& reply) {
  if (!call.exchange.begin(status, std::move(headers), reply.stream_length).ok()) return;
  const auto buffer = std::make_unique<char[]>(64 * 1024);
  while (call.exchange.head().method != "HEAD") {
    auto got = reply.stream->read(buffer.get(), 64 * 1024);
    if (!got.ok()) return;  // cut short, so that the client sees it
    if (*got == 0) break;
    if (!call.exchange.write({buffer.get(), *got}).ok()) return;
  }
  (void)call.exchange.end();
}

}  // namespace

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
  std::vector<net::Header> headers;
  for (auto& [name, value] : reply.headers) headers.push_back({std::move(name), std::move(value)});
  if (reply.stream) {
    stream_body(call, reply.status, std::move(headers), reply);
  } else {
    call.exchange.respond(reply.status, std::move(headers), reply.body);
  }
}

}  // namespace fairlead::edge
