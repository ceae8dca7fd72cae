// Error frames and refused handshakes.
#include "services/apigateway/frames.h"

#include "base/json.h"

namespace fairlead::apigateway {

namespace {
// `message` is JSON.
std::string frame_of(std::string_view message, std::string_view connection_id,
                     std::string_view request_id) {
  std::string frame = "{\"message\": ";
  frame.append(message).append(", \"connectionId\":\"").append(connection_id);
  return frame.append("\", \"requestId\":\"").append(request_id).append("\"}");
}

platform::HandshakeReply refuse(int status, std::string_view request_id, std::string body) {
  platform::HandshakeReply reply;
  reply.status = status;
  reply.headers = {{"Content-Type", "application/json; charset=UTF-8"},
                   {"x-amz-apigw-id", std::string(request_id)}};
  reply.body = std::move(body);
  return reply;
}
}  // namespace

std::string error_frame(std::string_view message, std::string_view connection_id,
                        std::string_view request_id) {
  std::string text;
  append_json_string(text, message);
  return frame_of(text, connection_id, request_id);
}

std::string bad_body_frame(std::string_view connection_id, std::string_view message_id) {
  std::string frame = R"({"message": "Bad request body", "connectionId":")";
  frame.append(connection_id).append(R"(", "messageId":")");
  return frame.append(message_id).append("\"}");
}

platform::HandshakeReply refuse_before_routing(const platform::Context& cx, int status,
                                               std::string_view error_type,
                                               std::string_view message) {
  platform::HandshakeReply reply;
  reply.status = status;
  reply.headers = {{"content-type", "application/json"},
                   {"x-amzn-requestid", cx.request_id},
                   {"x-amzn-errortype", std::string(error_type)}};
  reply.body = "{\"message\":";
  append_json_string(reply.body, message);
  reply.body += '}';
  return reply;
}

platform::HandshakeReply refuse_after_routing(int status, std::string_view message,
                                              std::string_view connection_id,
                                              std::string_view request_id) {
  return refuse(status, request_id, error_frame(message, connection_id, request_id));
}

platform::HandshakeReply refuse_without_message(int status, std::string_view connection_id,
                                                std::string_view request_id) {
  return refuse(status, request_id, frame_of("null", connection_id, request_id));
}

}  // namespace fairlead::apigateway
