// AWS's protocols: request bytes to an operation and its input, output and errors to bytes.
//
//   const Dialect dialect = recognise(http);                // which service, which protocol
//   Identified call = TRY(identify(dialect, http));         // which operation
//   Json input = TRY(parse_input(call, http));              // the model's member names
//   TRY(validate(call.operation, input));                   // every violation in AWS's words
//   … HttpOutput out = serialise_output(call, output, payload, request_id);
//   … HttpOutput out = serialise_error(dialect, error, request_id);
//
// Json conventions, both ways: members have the model's names (PascalCase for apigatewayv2,
// whatever the wire calls them); blobs are base64 text; timestamps are numbers of epoch seconds;
// header maps (x-amz-meta-*) are objects; a payload that is a blob or a stream is NOT in Json (the
// caller keeps the body); a payload that is a string or a structure is. JSON members that the model
// does not know stay as they came; unknown query parameters and XML elements are dropped.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "wire/model.h"

namespace fairlead::wire {

using HeaderPair = std::pair<std::string, std::string>;

// A request as it came; all views live as long as the request. `path` and `query` are raw (not
// decoded, without '?').
struct HttpInput {
  std::string_view method, path, query;
  const std::vector<HeaderPair>& headers;
  std::string_view body;

  // The first header of this name (ASCII case ignored), or nullptr.
  const std::string* header(std::string_view name) const;
};

struct HttpOutput {
  int status = 200;
  std::vector<HeaderPair> headers;  // without Content-Length, Date and Connection
  std::string body;
};

// What a Host header says. Understands amazonaws.com names and `<bucket>.s3.…` also under other
// domains ("bkt.s3.localhost:4566", "bkt.localhost"). Views into `host`; empty where it says
// nothing.
struct HostHint {
  std::string_view endpoint;  // an endpoint prefix: "dynamodb", "streams.dynamodb", "s3"
  std::string_view bucket;    // virtual-hosted S3
  std::string_view region;
  std::string_view account;  // <account>.ddb.<region>.amazonaws.com
};
HostHint read_host(std::string_view host);

// The service and the protocol that a request speaks.
struct Dialect {
  ServiceModel service;
  Protocol protocol = Protocol::kRestXml;
  bool query_mode = false;  // x-amzn-query-mode: errors carry x-amzn-query-error
  bool needs_body = false;  // the action is in the form body: read it, then recognise again
  std::string_view bucket;  // S3: from the host
};

// Never fails: S3 is what remains (path or virtual-host style). Looks at X-Amz-Target, Action and
// Version, the signing scope, the host and the first path segment. Without a body, a POST form is
// recognised by scope or host alone; where the body is needed `needs_body` says so.
Dialect recognise(const HttpInput& input, const HostHint& host,
                  const Models& models = Models::house());
Dialect recognise(const HttpInput& input, const Models& models = Models::house());

struct Identified {
  Dialect dialect;
  OperationModel operation;
  // What the path's labels matched, raw, in the template's order (S3: the bucket first, also when
  // it came with the host).
  std::array<std::string_view, 8> labels;
  std::size_t label_count = 0;
};

// UnknownOperationException, InvalidAction, MissingAction, MethodNotAllowed …: what the service
// answers when it knows no such operation.
Result<Identified> identify(const Dialect& dialect, const HttpInput& input);
Result<Identified> identify(const HttpInput& input);  // recognise and identify

// SerializationException, MalformedXML, MalformedInput…: the body or a parameter cannot be read as
// the model's type. For streaming and payload operations the body is not looked at. Bounded: depth
// 128 in JSON, 64 in XML and query; 20,000 query parameters.
Result<Json> parse_input(const Identified& call, const HttpInput& input);

// Every violated constraint in one Error, at most ten: "2 validation errors detected: …". The code
// is the service's own (ValidationException, ValidationError, InvalidParameterException …). A value
// of a wrong JSON type is SerializationException.
Status validate(const OperationModel& operation, const Json& input);

// `payload` is the body of a blob or streaming payload; ignored elsewhere. A streaming output may
// leave it empty and send the body behind the head. Output members that the model does not know
// are written as they are (JSON protocols) or left out.
HttpOutput serialise_output(const Identified& call, const Json& output, std::string_view payload,
                            std::string_view request_id);

// Status from the error's code; names, namespaces, faults and headers from the model where it
// knows the error; `detail` members become members of the body (headers where the model says so).
HttpOutput serialise_error(const Dialect& dialect, const Error& error, std::string_view request_id);

}  // namespace fairlead::wire
