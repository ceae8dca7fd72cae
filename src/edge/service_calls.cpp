// Composing a call as it would be on the wire, and running it through the table.
#include "edge/service_calls.h"

#include <algorithm>
#include <cstring>

#include "base/arn.h"
#include "base/base64.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/text.h"
#include "wire/protocol.h"

namespace fairlead::edge {

using platform::Principal;
using platform::ServiceAnswer;
using platform::ServiceCall;

namespace {

constexpr std::size_t kMaxAnswer = 10 * 1024 * 1024;  // API Gateway's payload limit

// A streaming input that is already here.
class BodyInMemory : public platform::BodyReader {
 public:
  explicit BodyInMemory(std::string_view bytes) : rest_(bytes) {}
  Result<std::size_t> read(char* into, std::size_t n) override {
    n = std::min(n, rest_.size());
    std::memcpy(into, rest_.data(), n);
    rest_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view rest_;
};

wire::ServiceModel model_of(std::string_view service, std::string_view host_prefix) {
  const wire::Models& models = wire::Models::house();
  wire::ServiceModel model;
  if (!host_prefix.empty()) {
    model = models.find_by_endpoint(std::string(host_prefix) + "." + std::string(service));
  }
  if (!model) model = models.find_by_endpoint(service);
  return model ? model : models.find_by_signing_name(service);
}

const std::string* header_of(const platform::HeaderList& headers, std::string_view name) {
  for (const auto& header : headers) {
    if (equals_ignoring_case(header.first, name)) return &header.second;
  }
  return nullptr;
}

void set_header(platform::HeaderList& headers, std::string_view name, std::string value) {
  std::erase_if(headers, [&](const auto& h) { return equals_ignoring_case(h.first, name); });
  headers.emplace_back(name, std::move(value));
}

bool is_json_object(std::string_view body) {
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '{';
}

void add_parameter(std::string& form, std::string_view name, std::string_view value) {
  if (!form.empty()) form += '&';
  form.append(name).append("=").append(percent_encode(value));
}

// What API Gateway adds of its own to an action: the target header, or the Action parameter.
void name_the_action(const wire::ServiceModel& model, ServiceCall& call) {
  const bool speaks_json = !model.json_version().empty();
  const bool form =
      model.protocol() == wire::Protocol::kQuery && !(speaks_json && is_json_object(call.body));
  if (form) {
    set_header(call.headers, "Content-Type", "application/x-www-form-urlencoded");
    if (call.body.find("Action=") == std::string::npos) {
      add_parameter(call.body, "Action", call.action);
    }
  } else if (speaks_json) {
    const std::string target = std::string(model.target_prefix()) + "." + call.action;
    set_header(call.headers, "X-Amz-Target", target);
    set_header(call.headers, "Content-Type",
               "application/x-amz-json-" + std::string(model.json_version()));
  }
}

// A form needs its Version; a queue may be named by the path alone.
void complete_form(const platform::Context& cx, const wire::ServiceModel& model,
                   ServiceCall& call) {
  const std::string* type = header_of(call.headers, "Content-Type");
  if (!type || type->find("x-www-form-urlencoded") == std::string::npos) return;
  if (call.body.find("Version=") == std::string::npos) {
    add_parameter(call.body, "Version", model.api_version());
  }
  if (model.name() != "sqs") return;
  if (call.path.size() > 1 && call.body.find("QueueUrl=") == std::string::npos) {
    add_parameter(call.body, "QueueUrl", "https://sqs." + cx.region + ".amazonaws.com" + call.path);
  }
  call.path = "/";
}

Result<std::string> read_stream(platform::Reply& reply) {
  std::string body = std::move(reply.body);
  if (!reply.stream) return body;
  if (reply.stream_length > kMaxAnswer) {
    return Error{&platform::kNotImplemented, "An answer of this size is too large here.", {}};
  }
  body.resize(reply.stream_length);
  std::size_t have = 0;
  while (have < body.size()) {
    const std::size_t n = TRY(reply.stream->read(body.data() + have, body.size() - have));
    if (n == 0) break;
    have += n;
  }
  body.resize(have);
  return body;
}

Result<wire::HttpOutput> run(const platform::Registry& registry, platform::Context& cx,
                             const wire::HttpInput& input, wire::Dialect& dialect) {
  const wire::Identified operation = TRY(wire::identify(dialect, input));
  dialect = operation.dialect;
  const std::string_view service = dialect.service.name(), name = operation.operation.name();
  const platform::Registry::Entry* row = registry.find(service, name);
  if (!row) {
    return platform::not_implemented(std::string(dialect.service.service_id()) + "." +
                                     std::string(name));
  }
  if (service.starts_with("dynamodb")) cx.request_id = random_upper_alnum(52);
  platform::Request request;
  request.input = TRY(wire::parse_input(operation, input));
  TRY(wire::validate(operation.operation, request.input));
  request.method = input.method;
  request.path = input.path;
  request.query = input.query;
  request.headers = &input.headers;
  BodyInMemory stream(input.body);
  if (operation.operation.streaming_input()) {
    request.stream = &stream;
  } else {
    request.body = input.body;
  }
  platform::Reply reply = TRY(row->operation->handler(row->state, cx, request));
  const std::string body = TRY(read_stream(reply));
  auto output = wire::serialise_output(operation, reply.output, body, cx.request_id);
  if (reply.status != 0) output.status = reply.status;
  const bool payload =
      operation.operation.payload_output() || operation.operation.streaming_output();
  if (!body.empty() && (!payload || output.body.empty())) output.body = body;
  for (auto& header : reply.headers) output.headers.push_back(std::move(header));
  return output;
}

}  // namespace

bool ServiceCalls::has(std::string_view service) const {
  const wire::ServiceModel model = model_of(service, {});
  if (!model) return false;
  const auto& entries = registry_.entries();
  return std::any_of(entries.begin(), entries.end(),
                     [&](const auto& entry) { return entry.service == model.name(); });
}

Result<Principal> ServiceCalls::assume(const platform::Context& cx, const std::string& role_arn) {
  const auto refuse = [&](std::string_view why) {
    return Error{&platform::kCannotAssumeRole, role_arn + ": " + std::string(why), {}};
  };
  const auto arn = parse_arn(role_arn);
  if (!arn || arn->service != "iam" || !arn->resource.starts_with("role/")) {
    return refuse("not the ARN of a role");
  }
  const std::string name = arn->resource.substr(arn->resource.rfind('/') + 1);
  platform::Context asking = cx;
  asking.account = arn->account;
  platform::Request request;
  request.input = Json::object({{"RoleName", name}});
  request.headers = nullptr;
  auto role = registry_.run("iam", "GetRole", asking, request);
  if (!role.ok()) return refuse(role.error().message);
  Principal principal;
  principal.kind = Principal::Kind::kRole;
  principal.account = arn->account;
  principal.arn =
      "arn:aws:sts::" + arn->account + ":assumed-role/" + name + "/BackplaneAssumeRoleSession";
  principal.user_id = role->output["Role"]["RoleId"].string_or("") + ":BackplaneAssumeRoleSession";
  return principal;
}

Result<ServiceAnswer> ServiceCalls::call(platform::Context& cx, const ServiceCall& request) {
  cx.caller = TRY(assume(cx, request.role_arn));
  cx.account = cx.caller.account;
  const wire::ServiceModel model = model_of(request.service, request.host_prefix);
  if (!model) return platform::not_implemented("The service " + request.service);
  ServiceCall call = request;
  if (!call.action.empty()) name_the_action(model, call);
  complete_form(cx, model, call);
  std::string host = request.service + "." + cx.region + ".amazonaws.com";
  if (!request.host_prefix.empty()) host = request.host_prefix + "." + host;
  set_header(call.headers, "Host", host);
  cx.host = host;

  const wire::HttpInput input{call.method, call.path, call.query, call.headers, call.body};
  wire::HostHint hint = wire::read_host(host);
  wire::Dialect dialect = wire::recognise(input, hint);
  auto output = run(registry_, cx, input, dialect);
  wire::HttpOutput answered = output.ok()
                                  ? std::move(output).value()
                                  : wire::serialise_error(dialect, output.error(), cx.request_id);
  return ServiceAnswer{answered.status, std::move(answered.headers), std::move(answered.body)};
}

}  // namespace fairlead::edge
