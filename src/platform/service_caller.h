// ServiceCaller: an operation of one of the house's own AWS services, called as a role by another
// service (API Gateway's AWS integrations, later Step Functions' tasks). Implemented by the edge,
// which knows the protocols, over the operation table.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/context.h"
#include "platform/operation.h"

namespace fairlead::platform {

struct ServiceCall {
  std::string service;      // as in endpoint names and integration URIs: "dynamodb", "sqs"
  std::string host_prefix;  // what stands before it: "streams" of streams.dynamodb, a bucket
  // "PutItem": the protocol's target header or Action parameter are added. Empty: method, path,
  // headers and body say which operation is meant.
  std::string action;
  std::string method = "POST";
  std::string path = "/", query;  // raw
  HeaderList headers;
  std::string body;
  std::string role_arn;
};

struct ServiceAnswer {
  int status = 0;
  HeaderList headers;
  std::string body;
};

inline constexpr ErrorCode kCannotAssumeRole{"CannotAssumeRole", 500};

class ServiceCaller {
 public:
  virtual ~ServiceCaller() = default;
  virtual bool has(std::string_view service) const = 0;  // some operation of it is implemented
  // Answers whatever the service answers, its errors too, as they would be on the wire. `cx` says
  // the region and until when. Error: the role does not exist (kCannotAssumeRole). Parks.
  virtual Result<ServiceAnswer> call(Context& cx, const ServiceCall& request) = 0;
};

}  // namespace fairlead::platform
