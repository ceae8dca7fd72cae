// What API Gateway gives to templates: $input, $context, $util and $stageVariables
// (reference/websocket-api.md §11).
#pragma once

#include "lang/vtl/vtl.h"
#include "services/apigateway/event_values.h"

namespace fairlead::apigateway {

// Which body $input is about: the client's message, or the backend's answer.
enum class TemplateSide { kRequest, kResponse };

class TemplateScope : public vtl::Scope {
 public:
  TemplateScope(EventValues& values, TemplateSide side) : values_(values), side_(side) {}
  Result<vtl::Value> find(std::string_view name) override;

 private:
  EventValues& values_;
  const TemplateSide side_;
};

// $util.escapeJavaScript: quotes, slashes and backslashes get a backslash, what is not ASCII
// becomes \uXXXX.
std::string escape_java_script(std::string_view text);

}  // namespace fairlead::apigateway
