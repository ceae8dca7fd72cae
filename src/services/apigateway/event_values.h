// EventValues: what parameter mappings, selection expressions and templates may ask about one event
// and, once there is one, about the backend's answer. Each part is made when it is first asked for.
// Of one fiber.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "services/apigateway/client_values.h"
#include "services/apigateway/integration_event.h"
#include "services/apigateway/parameter_source.h"

namespace fairlead::apigateway {

class EventValues {
 public:
  explicit EventValues(const IntegrationEvent& event) : event_(event) {}

  // Both outlive this.
  void set_answer(int status, const platform::HeaderList& headers, std::string_view body);

  std::string_view body() const { return event_.body; }
  std::string_view answer_body() const { return answer_body_; }
  // Null for a body that is not JSON, `{}` for an empty one.
  const Json& body_json();
  const Json& answer_json();
  const Json& context();  // $context
  const Json& stage_variables();
  const GroupedValues& headers();  // empty but on $connect
  const GroupedValues& query();

  // As text, whatever it is; nothing when it is not there.
  std::optional<std::string> value(const ParameterSource& source);

 private:
  const IntegrationEvent& event_;
  int status_ = 0;
  const platform::HeaderList* answer_headers_ = nullptr;
  std::string_view answer_body_;
  std::optional<Json> body_json_, answer_json_, context_, stage_variables_;
  std::optional<GroupedValues> headers_, query_;
};

// A JSON value as text: strings without quotes, all else compact.
std::string text_of_value(const Json& value);

}  // namespace fairlead::apigateway
