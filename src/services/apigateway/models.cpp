// Models (reference/websocket-api.md §12): what bodies of messages have to look like.
#include <algorithm>

#include "base/json_parse.h"
#include "services/apigateway/catalog.h"
#include "services/apigateway/change.h"
#include "services/apigateway/errors.h"
#include "services/apigateway/fields.h"
#include "services/apigateway/model_schemas.h"
#include "services/apigateway/operations.h"

namespace fairlead::apigateway {
namespace {

bool is_alphanumeric(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

Status check_model(const Change& change, const Json& model) {
  TRY(check_lengths(model, {{"Name", 1, 128},
                            {"ContentType", 1, 256},
                            {"Description", 0, 1024},
                            {"Schema", 0, 32'768}}));
  const std::string name = text_of(model, "Name");
  if (!is_alphanumeric(name)) return bad_model_name(name);
  TRY(check_schema(text_of(model, "Schema"), change.api_id()));
  for (const Json& other : TRY(change.all(kModels))) {
    if (text_of(other, "Name") == name && other["ModelId"] != model["ModelId"]) {
      return model_name_taken();
    }
  }
  return {};
}

// Routes and other models name a model; whoever is named must stay under its name.
Status check_unused(const Change& change, const std::string& name) {
  for (const Json& route : TRY(change.all(kRoutes))) {
    for (const Json::Member& used : route["RequestModels"].members()) {
      if (used.value.string_or("") == name) {
        return model_in_use(name, "route", text_of(route, "RouteKey"));
      }
    }
  }
  const std::string reference = change.api_id() + "/models/" + name;
  for (const Json& other : TRY(change.all(kModels))) {
    const std::string schema = text_of(other, "Schema");
    const std::string other_name = text_of(other, "Name");
    for (const char* end : {"\"", "#"}) {
      if (other_name != name && schema.find(reference + end) != std::string::npos) {
        return model_in_use(name, "model", other_name);
      }
    }
  }
  return {};
}

}  // namespace

Result<Json> create_model(Parts& parts, Context& cx, const Json& input) {
  Change change = TRY(Change::begin(parts, cx, input));
  Json model = Json::object({{"ContentType", "application/json"}});
  copy_members(input, model, {"ContentType", "Description", "Name", "Schema"});
  model.set("ModelId", TRY(change.new_id(kModels)));
  TRY(check_model(change, model));
  change.put(kModels, model);
  TRY(change.commit_and_deploy());
  return model;
}

Result<Json> update_model(Parts& parts, Context& cx, const Json& input) {
  Change change = TRY(Change::begin(parts, cx, input));
  Json model = TRY(change.require(kModels, text_of(input, "ModelId")));
  const std::string name = text_of(model, "Name");
  copy_members(input, model, {"ContentType", "Name", "Schema"});
  copy_or_clear(input, model, {"Description"});
  TRY(check_model(change, model));
  if (text_of(model, "Name") != name) TRY(check_unused(change, name));
  change.put(kModels, model);
  TRY(change.commit_and_deploy());
  return model;
}

Result<Json> delete_model(Parts& parts, Context& cx, const Json& input) {
  const std::string id = text_of(input, "ModelId");
  Change change = TRY(Change::begin(parts, cx, input));
  const Json model = TRY(change.require(kModels, id));
  TRY(check_unused(change, text_of(model, "Name")));
  change.erase(kModels, id);
  TRY(change.commit_and_deploy());
  return Json();
}

Result<Json> get_model_template(Parts& parts, Context& cx, const Json& input) {
  const Json model = TRY(read_resource(parts.store, cx, input, kModels));
  const auto schema = parse_json(text_of(model, "Schema"));
  return Json::object({{"Value", template_of_schema(schema.ok() ? *schema : Json::object())}});
}

}  // namespace fairlead::apigateway
