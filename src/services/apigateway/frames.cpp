// Error frames and refused handshakes.
#include "services/apigateway/frames.h"

#include "base/json.h"

namespace fairlead::apigateway {

std::string error_frame(std::string_view message, std::string_view connection_id,
                        std::string_view request_id) {
  std::string frame = "{\"message\": ";
  append_json_string(frame, message);
  frame.append(", \"connectionId\":\"").append(connection_id);
  return frame.append("\", \"requestId\":\"").append(request_id).append("\"}");
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
  platform::HandshakeReply reply;
  reply.status = status;
  reply.headers = {{"Content-Type", "application/json; charset=UTF-8"},
                   {"x-amz-apigw-id", std::string(request_id)}};
  reply.body = error_frame(message, connection_id, request_id);
  return reply;
}

}  // namespace fairlead::apigateway
