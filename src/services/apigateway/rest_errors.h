// What goes wrong around API keys and usage plans (REST version 1), in AWS's words where known.
#pragma once

#include <string_view>

#include "base/result.h"

namespace fairlead::apigateway {

Error invalid_key_id();
Error invalid_plan_id();
Error key_exists();
Error key_value_too_short();
Error stage_not_found(std::string_view api_id, std::string_view stage);
Error stage_listed_twice(std::string_view api_id, std::string_view stage);
Error plan_has_stages(std::string_view plan_id);
Error plan_key_exists();
Error key_not_in_plan();
Error key_type_unknown();
Error one_plan_for_each_stage(std::string_view key_id);
Error bad_quota(std::string_view why);
Error bad_usage_dates();
Error bad_position();

}  // namespace fairlead::apigateway
