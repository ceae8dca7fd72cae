// The words of API keys' and usage plans' errors.
#include "services/apigateway/rest_errors.h"

#include "services/apigateway/errors.h"

namespace fairlead::apigateway {

namespace {
Error not_found(std::string message) { return {&kNotFound, std::move(message), {}}; }
Error conflict(std::string message) { return {&kConflict, std::move(message), {}}; }
std::string place(std::string_view api_id, std::string_view stage) {
  return std::string(api_id) + ":" + std::string(stage);
}
}  // namespace

Error invalid_key_id() { return not_found("Invalid API Key identifier specified"); }
Error invalid_plan_id() { return not_found("Invalid Usage Plan ID specified"); }
Error key_exists() { return conflict("API Key already exists"); }
Error key_value_too_short() {
  return bad_request("API Key value should be at least 20 characters");
}
Error stage_not_found(std::string_view api_id, std::string_view stage) {
  return bad_request("API Stage not found: " + place(api_id, stage));
}
Error stage_listed_twice(std::string_view api_id, std::string_view stage) {
  return conflict("API Stage " + place(api_id, stage) + " is already in the usage plan");
}
Error plan_has_stages(std::string_view plan_id) {
  return bad_request("Cannot delete usage plan " + std::string(plan_id) +
                     ": remove its API stages first");
}
Error plan_key_exists() { return conflict("Usage Plan Key already exists"); }
Error key_not_in_plan() { return not_found("Invalid Usage Plan Key identifier specified"); }
Error key_type_unknown() { return bad_request("Usage plan key type must be API_KEY"); }
Error one_plan_for_each_stage(std::string_view key_id) {
  return conflict("API Key " + std::string(key_id) +
                  " is in another usage plan for one of these API stages");
}
Error bad_quota(std::string_view why) {
  return bad_request("Invalid usage plan quota: " + std::string(why));
}
Error bad_usage_dates() {
  return bad_request(
      "Usage dates must be YYYY-MM-DD, the first not after the last, within 90 days");
}
Error bad_position() { return bad_request("Invalid position or limit specified"); }

}  // namespace fairlead::apigateway
