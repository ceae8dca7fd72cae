// The middle of the chain, readable top to bottom in run(): identify, read the body, authenticate,
// authorise, validate, dispatch, serialise.
#include "edge/aws_api.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/ids.h"
#include "base/limits.h"
#include "base/text.h"
#include "edge/authenticate.h"
#include "edge/bodies.h"
#include "edge/errors.h"
#include "wire/auth_errors.h"

namespace fairlead::edge {

using platform::Reply;

namespace {

bool is_form(const Call& call) {
  const std::string* type = call.http().header("content-type");
  return type && type->find("x-www-form-urlencoded") != std::string::npos;
}

// S3 answers anonymous readers of public objects; the service looks at ACLs and policies itself.
Unsigned unsigned_policy(const wire::Identified& operation) {
  if (operation.operation.anonymous()) return Unsigned::kAllowed;
  const bool reads_object =
      operation.operation.name() == "GetObject" || operation.operation.name() == "HeadObject";
  const bool s3 = operation.dialect.service.name() == "s3";
  return s3 && reads_object ? Unsigned::kAllowed : Unsigned::kRefused;
}

BodyIs body_is(const wire::Identified& operation) {
  return operation.operation.streaming_input() ? BodyIs::kStreaming : BodyIs::kRead;
}

}  // namespace

AwsApi::AwsApi(const platform::Registry& registry, platform::Access& access)
    : registry_(registry), access_(access), metrics_(registry) {}

void AwsApi::serve(Call& call) {
  const Status status = run(call);
  if (!status.ok()) refuse(call, status.error());
}

void AwsApi::serve_management(Call& call) {
  const Status status = run_management(call);
  if (!status.ok()) refuse(call, status.error());
}

Status AwsApi::run(Call& call) {
  call.dialect = wire::recognise(call.http(), wire::read_host(call.cx.host));
  if (call.dialect.needs_body || is_form(call)) {
    call.body = TRY(edge::read_body(call.exchange, limits::kDefaultMaxBody));
    call.dialect = wire::recognise(call.http(), wire::read_host(call.cx.host));
  }
  call.service = call.dialect.service.name();
  if (call.service.starts_with("dynamodb"))
    call.cx.request_id = random_upper_alnum(52);  // its own shape
  const wire::Identified operation = TRY(wire::identify(call.dialect, call.http()));
  call.dialect = operation.dialect;
  const Entry& row = *TRY(find_row(call, operation));
  TRY(read_body(call, operation, row));
  TRY(authenticate(call, access_, unsigned_policy(operation), body_is(operation)));
  reply_with(call, operation, TRY(dispatch(call, operation, row)));
  return {};
}

// The address has been read: the path that the model knows is /@connections/{id} without its stage.
// Signatures are over the path as it was sent, so authentication comes before the rewrite.
Status AwsApi::run_management(Call& call) {
  call.dialect = {wire::Models::house().find_service("apigatewaymanagementapi"),
                  wire::Protocol::kRestJson};
  call.service = "execute-api";
  call.body = TRY(edge::read_body(call.exchange, limits::kDefaultMaxBody));
  TRY(authenticate(call, access_, Unsigned::kRefused, BodyIs::kRead));
  if (call.address.connection_id.empty()) {
    return wire::access_denied(wire::AuthStyle::kExecuteApi, "Forbidden");
  }
  call.rewritten_path = "/@connections/" + percent_encode(call.address.connection_id);
  call.path = call.rewritten_path;
  auto operation = wire::identify(call.dialect, call.http());
  if (!operation.ok()) return wire::missing_authentication_token(wire::AuthStyle::kExecuteApi);
  const Entry& row = *TRY(find_row(call, *operation));
  auto reply = TRY(dispatch(call, *operation, row));
  reply.headers.emplace_back("x-amz-apigw-id", new_gateway_request_id(call.cx.now_ms));
  reply.headers.emplace_back("x-amzn-trace-id", "Root=1-" + random_hex(8) + "-" + random_hex(24));
  reply_with(call, *operation, std::move(reply));
  return {};
}

Result<const AwsApi::Entry*> AwsApi::find_row(Call& call, const wire::Identified& operation) {
  call.operation = operation.operation.name();
  const Entry* row = registry_.find(operation.dialect.service.name(), call.operation);
  if (row) {
    call.row = row->operation;
    return row;
  }
  metrics_.count_not_implemented(operation.dialect.service.name(), call.operation);
  return platform::not_implemented(std::string(operation.dialect.service.service_id()) + "." +
                                   std::string(call.operation));
}

Status AwsApi::read_body(Call& call, const wire::Identified& operation, const Entry& row) {
  if (!call.body.empty() || operation.operation.streaming_input()) return {};
  const auto limit = std::max(row.operation->max_body, limits::kDefaultMaxBody);
  call.body = TRY(edge::read_body(call.exchange, limit));
  return {};
}

Result<Reply> AwsApi::dispatch(Call& call, const wire::Identified& operation, const Entry& row) {
  platform::Request request;
  request.input = TRY(wire::parse_input(operation, call.http()));
  TRY(wire::validate(operation.operation, request.input));
  request.method = call.exchange.head().method;
  request.path = call.path;
  request.query = call.query;
  request.headers = &call.headers;
  std::unique_ptr<StreamedBody> stream;
  if (operation.operation.streaming_input()) {
    stream = std::make_unique<StreamedBody>(call);
    request.stream = stream.get();
  } else {
    request.body = std::move(call.body);
  }
  return row.operation->handler(row.state, call.cx, request);
}

void AwsApi::reply_with(Call& call, const wire::Identified& operation, Reply reply) {
  auto output = wire::serialise_output(operation, reply.output, reply.body, call.cx.request_id);
  if (reply.status != 0) output.status = reply.status;
  // A handler may write the body itself where the wire's layout is more than its values.
  if (!reply.body.empty() && !operation.operation.payload_output()) output.body = reply.body;
  for (auto& header : reply.headers) output.headers.push_back(std::move(header));
  metrics_.count(call.row, output.status);
  if (reply.stream) {
    send_stream(call.exchange, std::move(output), reply);
  } else {
    send(call.exchange, std::move(output));
  }
}

void AwsApi::refuse(Call& call, const Error& error) {
  if (call.exchange.responded()) return;
  call.error = error.code->name;
  auto output = wire::serialise_error(call.dialect, error, call.cx.request_id);
  // API Gateway's 410 and 413 come with an empty body; the header alone names them.
  if (call.address.door == Door::kManagement && error.message.empty()) output.body.clear();
  metrics_.count(call.row, output.status);
  send(call.exchange, std::move(output));
}

}  // namespace fairlead::edge
