// Which operation of its service a request means.
#include "base/text.h"
#include "wire/http_input.h"
#include "wire/route.h"
#include "wire/wire_errors.h"

namespace fairlead::wire {
namespace {

Result<Identified> by_target(const Dialect& dialect, const HttpInput& input) {
  const std::string_view target = header_or_empty(input, "x-amz-target");
  const std::size_t dot = target.rfind('.');
  Identified call{.dialect = dialect, .operation = {}, .labels = {}};
  if (dialect.service && dot != std::string_view::npos) {
    call.operation = dialect.service.find_operation(target.substr(dot + 1));
  }
  if (!call.operation) return unknown_operation(dialect);
  return call;
}

Result<Identified> by_action(const Dialect& dialect, const HttpInput& input) {
  const std::string_view action = query_action(input);
  if (action.empty()) return missing_action();
  Identified call{.dialect = dialect, .operation = {}, .labels = {}};
  call.operation = dialect.service.find_operation(action);
  if (!call.operation) return invalid_action(action, query_parameter(input, "Version"));
  return call;
}

Result<Identified> by_path(const Dialect& dialect, const HttpInput& input) {
  const bool s3 = dialect.service.name() == "s3";
  const bool form_upload =
      header_or_empty(input, "content-type").starts_with("multipart/form-data");
  if (s3 && input.method == "POST" && form_upload) return not_implemented_operation("PostObject");
  const Route route = find_route(dialect.service, input, dialect.bucket);
  if (route.outcome != RouteOutcome::kFound) {
    return s3 ? method_not_allowed(input.method) : unknown_operation(dialect);
  }
  return Identified{.dialect = dialect,
                    .operation = route.operation,
                    .labels = route.labels,
                    .label_count = route.label_count};
}

}  // namespace

Result<Identified> identify(const Dialect& dialect, const HttpInput& input) {
  if (dialect.protocol == Protocol::kJson) return by_target(dialect, input);
  if (!dialect.service) return unknown_operation(dialect);
  if (dialect.protocol == Protocol::kQuery) return by_action(dialect, input);
  return by_path(dialect, input);
}

Result<Identified> identify(const HttpInput& input) { return identify(recognise(input), input); }

}  // namespace fairlead::wire
