// The models of an API as schemas (reference/websocket-api.md §12). Models refer to each other by
// https://apigateway.amazonaws.com/restapis/{apiId}/models/{Name}.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "lang/jsonschema/schema.h"

namespace fairlead::apigateway {

// The name in a model's reference; empty: it is no reference to a model of this API.
std::string_view model_of_reference(std::string_view uri, std::string_view api_id);

// The schema text of one model on its way in: JSON, draft 4, references in canonical form. Models
// that do not exist (yet) may be referred to.
Status check_schema(std::string_view text, std::string_view api_id);

// The schema of the model `name` among `models` (documents, an array). 400 when it or a model it
// refers to is missing or broken.
Result<jsonschema::Schema> compile_model(const Json& models, std::string_view api_id,
                                         std::string_view name);

// What a deployment checks: that every route which validates has models that work.
Status check_request_models(const Json& snapshot);

// The mapping template that GetModelTemplate makes of a schema: an example of what it describes.
std::string template_of_schema(const Json& schema);

}  // namespace fairlead::apigateway
