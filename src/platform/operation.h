// The operation table: one row for each AWS operation that a service implements.
//
// Dispatch, IAM action and resource, throttling class, metrics, the access log, `fairlead
// operations` and the coverage page are all derived from the rows. What the model has and no row
// names answers 501 NotImplemented with its name.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "platform/context.h"

namespace fairlead::platform {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// Bytes that come in pieces, pulled by whoever needs them. `read` parks; 0 means the end.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  virtual Result<std::size_t> read(char* into, std::size_t n) = 0;
};

struct Request {
  Json input;        // the operation's input, with the model's member names; validated
  std::string body;  // raw bytes of a payload blob that is not streamed (Invoke, PostToConnection)
  BodyReader* stream = nullptr;          // a streaming body (S3 PutObject), not yet read
  std::string_view method, path, query;  // as on the wire
  const HeaderList* headers = nullptr;   // as on the wire; never null for requests from the edge
};

struct Reply {
  Json output;                         // the operation's output, with the model's member names
  std::string body;                    // a payload blob
  std::unique_ptr<BodyReader> stream;  // a streaming payload of `stream_length` bytes
  std::uint64_t stream_length = 0;
  int status = 0;      // 0: the model's response code
  HeaderList headers;  // beside those that the model makes of `output`
};

enum class OperationKind { kRead, kWrite };

// The ARN that the permission is about; "*" where AWS has no resource-level permission.
using ResourceOf = std::string (*)(const Context& cx, const Json& input);
using Handler = Result<Reply> (*)(void* service, Context& cx, Request& request);

struct Operation {
  const char* name;        // "PutItem"
  const char* permission;  // "dynamodb:PutItem"
  ResourceOf resource;
  OperationKind kind;
  Handler handler;
  std::size_t max_body = 1024 * 1024;  // bytes; ignored by streaming operations
};

inline std::string any_resource(const Context&, const Json&) { return "*"; }

namespace detail {
template <class F>
struct HandlerOf;
template <class S>
struct HandlerOf<Result<Json> (*)(S&, Context&, const Json&)> {
  using Service = S;
};
template <class S>
struct HandlerOf<Result<Reply> (*)(S&, Context&, Request&)> {
  using Service = S;
};
}  // namespace detail

// Row entries: json<put_item> for `Result<Json> put_item(Service&, Context&, const Json& input)`,
// raw<put_object> for `Result<Reply> put_object(Service&, Context&, Request&)`.
template <auto kFunction>
inline constexpr Handler json = [](void* service, Context& cx, Request& request) -> Result<Reply> {
  using Service = typename detail::HandlerOf<decltype(kFunction)>::Service;
  auto output = kFunction(*static_cast<Service*>(service), cx, request.input);
  if (!output.ok()) return std::move(output).error();
  Reply reply;
  reply.output = std::move(output).value();
  return reply;
};
template <auto kFunction>
inline constexpr Handler raw = [](void* service, Context& cx, Request& request) -> Result<Reply> {
  using Service = typename detail::HandlerOf<decltype(kFunction)>::Service;
  return kFunction(*static_cast<Service*>(service), cx, request);
};

// Every service's rows, filled by wiring before the first request and constant from then on.
class Registry {
 public:
  struct Entry {
    std::string_view service;  // botocore's folder name: "dynamodb"
    const Operation* operation = nullptr;
    void* state = nullptr;
  };

  // `rows` are static; `state` (the service object) outlives the registry.
  void add(std::string_view service, std::span<const Operation> rows, void* state);
  const Entry* find(std::string_view service, std::string_view operation) const;
  const std::vector<Entry>& entries() const { return entries_; }  // sorted by service and name

  // For tests and for calls between rooms through the table: finds the row and calls its handler.
  Result<Reply> run(std::string_view service, std::string_view operation, Context& cx,
                    Request& request) const;

 private:
  std::vector<Entry> entries_;
};

extern const ErrorCode kNotImplemented;        // 501
Error not_implemented(std::string_view what);  // "<what> is not implemented by Fairlead yet."

}  // namespace fairlead::platform
