// Models and their references.
#include "services/apigateway/model_schemas.h"

#include <map>

#include "base/json_parse.h"
#include "services/apigateway/errors.h"

namespace fairlead::apigateway {

namespace {

constexpr std::string_view kReferences = "https://apigateway.amazonaws.com/restapis/";

const Json* find_model(const Json& models, std::string_view name) {
  for (const Json& model : models.items()) {
    if (model["Name"].string_or("") == name) return &model;
  }
  return nullptr;
}

Result<Json> parse_schema(std::string_view text) {
  auto schema = parse_json(text);
  if (!schema.ok() || !schema->is_object()) return invalid_model("Invalid model schema specified");
  return schema;
}

}  // namespace

std::string_view model_of_reference(std::string_view uri, std::string_view api_id) {
  if (!uri.starts_with(kReferences)) return {};
  uri.remove_prefix(kReferences.size());
  if (!uri.starts_with(api_id)) return {};
  uri.remove_prefix(api_id.size());
  constexpr std::string_view kFolder = "/models/";
  return uri.starts_with(kFolder) ? uri.substr(kFolder.size()) : std::string_view();
}

Status check_schema(std::string_view text, std::string_view api_id) {
  const Json schema = TRY(parse_schema(text));
  static const Json kAnySchema = Json::object();
  bool canonical = true;
  const auto documents = [&](std::string_view uri) -> const Json* {
    if (!model_of_reference(uri, api_id).empty()) return &kAnySchema;
    canonical = false;
    return nullptr;
  };
  const auto compiled = jsonschema::Schema::compile(schema, documents);
  if (compiled.ok()) return {};
  if (!canonical) return invalid_model("Model reference must be in canonical form");
  return invalid_model("Invalid model schema specified. " + compiled.error().message);
}

Result<jsonschema::Schema> compile_model(const Json& models, std::string_view api_id,
                                         std::string_view name) {
  const Json* model = find_model(models, name);
  if (!model) return unknown_model(name);
  const Json root = TRY(parse_schema((*model)["Schema"].string_or("")));
  std::map<std::string, Json, std::less<>> parsed;
  const auto documents = [&](std::string_view uri) -> const Json* {
    const std::string_view other = model_of_reference(uri, api_id);
    if (other.empty()) return nullptr;
    if (other == name) return &root;
    if (const auto found = parsed.find(other); found != parsed.end()) return &found->second;
    const Json* document = find_model(models, other);
    if (!document) return nullptr;
    auto schema = parse_schema((*document)["Schema"].string_or(""));
    if (!schema.ok()) return nullptr;
    return &parsed.emplace(other, std::move(schema).value()).first->second;
  };
  auto compiled = jsonschema::Schema::compile(root, documents);
  if (!compiled.ok()) {
    return invalid_model("Invalid model schema specified. " + compiled.error().message);
  }
  return compiled;
}

Status check_request_models(const Json& snapshot) {
  const std::string api_id = snapshot["Api"]["ApiId"].string_or("");
  for (const Json& route : snapshot["Routes"].items()) {
    if (route["ModelSelectionExpression"].string_or("").empty()) continue;
    for (const Json::Member& model : route["RequestModels"].members()) {
      TRY(compile_model(snapshot["Models"], api_id, model.value.string_or("")));
    }
  }
  return {};
}

}  // namespace fairlead::apigateway
