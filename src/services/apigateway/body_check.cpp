// Choosing a body's model and asking it.
#include "services/apigateway/body_check.h"

#include "base/json_parse.h"
#include "services/apigateway/model_schemas.h"

namespace fairlead::apigateway {

std::shared_ptr<const BodyCheck> BodyCheck::compile(const Json& snapshot, const Json& route) {
  const std::string expression = route["ModelSelectionExpression"].string_or("");
  if (expression.empty()) return nullptr;
  auto check = std::make_shared<BodyCheck>();
  if (auto selector = routing::Selector::compile(expression); selector.ok()) {
    check->selector_ = std::move(selector).value();
  }
  const std::string api_id = snapshot["Api"]["ApiId"].string_or("");
  for (const Json::Member& model : route["RequestModels"].members()) {
    auto schema = compile_model(snapshot["Models"], api_id, model.value.string_or(""));
    check->schemas_[model.key] =
        schema.ok() ? std::optional(std::move(schema).value()) : std::nullopt;
  }
  return check;
}

std::optional<std::string> BodyCheck::problem(std::string_view body) const {
  std::string scratch;
  const auto key = selector_ ? selector_->select(body, scratch) : std::nullopt;
  auto found = schemas_.find(key.value_or(""));
  if (found == schemas_.end()) found = schemas_.find("$default");
  if (found == schemas_.end()) return "no model for the key " + std::string(key.value_or(""));
  if (!found->second) return "the model for the key " + found->first + " cannot be used";
  const auto value = parse_json(body);
  if (!value.ok()) return "the body is not JSON: " + value.error().message;
  return found->second->problem(*value);
}

}  // namespace fairlead::apigateway
