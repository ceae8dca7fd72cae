// Models: what their operations take and refuse, and what they do to messages (§12).
#include "services/apigateway/test_house.h"

namespace fairlead::apigateway {
namespace {

class Models : public House {
 protected:
  Models() { make_api(); }

  std::string model(const std::string& name, const std::string& schema) {
    return run("CreateModel", Json::object({{"Name", name}, {"Schema", schema}}))["ModelId"]
        .string_or("");
  }
  std::string reference(const std::string& name) const {
    return "https://apigateway.amazonaws.com/restapis/" + api_id + "/models/" + name;
  }
  // A route that answers with "ok" when the body fits.
  void checked_route(const std::string& expression, Json models) {
    const std::string integration =
        mock(Json::object({{"$default", R"({"statusCode":200})"}}),
             Json::object({{"IntegrationResponseKey", "$default"},
                           {"ResponseTemplates", Json::object({{"$default", "ok"}})},
                           {"TemplateSelectionExpression", "\\$default"}}),
             Json::object({{"TemplateSelectionExpression", "\\$default"}}));
    const std::string id = route("$default", integration, Way::kTwo);
    run("UpdateRoute", Json::object({{"RouteId", id},
                                     {"ModelSelectionExpression", expression},
                                     {"RequestModels", std::move(models)}}));
  }
  std::string bad_body() const {
    return "{\"message\": \"Bad request body\", \"connectionId\":\"" + last_id +
           "\", \"messageId\":\"R\"}";
  }
  static std::string mask_message(std::string frame) {
    const std::size_t at = frame.find("\"messageId\":\"");
    if (at != std::string::npos) frame.replace(at + 13, 16, "R");
    return frame;
  }
};

TEST_F(Models, CreateReadChangeDelete) {
  const Json made = run("CreateModel", Json::object({{"Name", "Order"},
                                                     {"Description", "an order"},
                                                     {"Schema", R"({"type":"object"})"}}));
  EXPECT_EQ(made["ContentType"].string_or(""), "application/json");
  EXPECT_EQ(made["ModelId"].string_or("").size(), 6u);
  const Json named = Json::object({{"ModelId", made["ModelId"]}});
  EXPECT_EQ(run("GetModel", named), made);
  EXPECT_EQ(run("GetModels")["Items"].size(), 1u);
  Json change = named;
  change.set("Schema", R"({"type":"array"})");
  change.set("Description", "");
  const Json changed = run("UpdateModel", change);
  EXPECT_EQ(changed["Schema"].string_or(""), R"({"type":"array"})");
  EXPECT_FALSE(changed.has("Description"));
  EXPECT_EQ(run("GetModel", named), changed);
  run("DeleteModel", named);
  EXPECT_EQ(refused("GetModel", named), "404 NotFoundException Invalid Model identifier specified");
  EXPECT_EQ(refused("DeleteModel", named),
            "404 NotFoundException Invalid Model identifier specified");
}

TEST_F(Models, Refusals) {
  model("Order", "{}");
  const struct {
    const char *name, *schema, *words;
  } cases[] = {
      {"Order", "{}", "409 ConflictException Model name already exists for this API"},
      {"a b", "{}", "400 BadRequestException Model name must be alphanumeric: a b"},
      {"B", "nonsense",
       "400 BadRequestException Invalid model specified: Validation Result: warnings : [], errors "
       ": [Invalid model schema specified]"},
      {"B", R"({"$ref":"https://example.com/x"})",
       "400 BadRequestException Invalid model specified: Validation Result: warnings : [], errors "
       ": [Model reference must be in canonical form]"},
      {"B", R"({"nullable":true})",
       "400 BadRequestException Invalid model specified: Validation Result: warnings : [], errors "
       ": [Invalid model schema specified. Unsupported keyword(s): [\"nullable\"]]"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(refused("CreateModel", Json::object({{"Name", c.name}, {"Schema", c.schema}})),
              c.words);
  }
}

TEST_F(Models, OneInUseStays) {
  const std::string address = model("Address", R"({"type":"string"})");
  const std::string order =
      model("Order", R"({"properties":{"to":{"$ref":")" + reference("Address") + R"("}}})");
  checked_route("$request.body.kind", Json::object({{"order", "Order"}}));
  EXPECT_EQ(refused("DeleteModel", Json::object({{"ModelId", address}})),
            "409 ConflictException Cannot delete model 'Address', is referenced in model: Order");
  EXPECT_EQ(refused("DeleteModel", Json::object({{"ModelId", order}})),
            "409 ConflictException Cannot delete model 'Order', is referenced in route: $default");
}

TEST_F(Models, MessagesThatDoNotFit) {
  model("Address", R"({"type":"string","minLength":3})");
  model("Order",
        R"({"required":["to"],"properties":{"to":{"$ref":")" + reference("Address") + R"("}}})");
  model("Ping", R"({"maxProperties":1})");
  checked_route("$request.body.kind", Json::object({{"order", "Order"}, {"$default", "Ping"}}));
  deploy();
  const auto session = open();
  const auto say = [&](const char* text) {
    return mask_message(session->message(text).value_or("nothing"));
  };
  EXPECT_EQ(say(R"({"kind":"order","to":"Rome"})"), "ok");
  EXPECT_EQ(say(R"({"kind":"order","to":"R"})"), bad_body());
  EXPECT_EQ(say(R"({"kind":"order"})"), bad_body());
  EXPECT_EQ(say(R"({"kind":"ping"})"), "ok");
  EXPECT_EQ(say(R"({"kind":"ping","more":1})"), bad_body());
  EXPECT_EQ(say("{}"), "ok");
  EXPECT_EQ(say("not json"), bad_body());
  close(session);
}

TEST_F(Models, NoModelForTheKey) {
  model("Order", "{}");
  checked_route("$request.body.kind", Json::object({{"order", "Order"}}));
  deploy();
  const auto session = open();
  EXPECT_EQ(mask_message(session->message(R"({"kind":"other"})").value_or("")), bad_body());
  EXPECT_EQ(session->message(R"({"kind":"order"})").value_or(""), "ok");
  close(session);
}

TEST_F(Models, ADeploymentChecksThem) {
  checked_route("$request.body.kind", Json::object({{"order", "Missing"}}));
  EXPECT_EQ(refused("CreateDeployment"),
            "400 BadRequestException Invalid model identifier specified: Missing");
  run("UpdateApi", Json::object({{"DisableSchemaValidation", true}}));
  deploy();
  const auto session = open();
  EXPECT_EQ(mask_message(session->message(R"({"kind":"order"})").value_or("")), bad_body());
  close(session);
}

TEST_F(Models, Template) {
  const std::string id =
      model("Order", R"({"type":"object","properties":{"to":{"type":"string"},"n":{"type":
          "integer"},"paid":{"type":"boolean"},"any":{}}})");
  EXPECT_EQ(run("GetModelTemplate", Json::object({{"ModelId", id}}))["Value"].string_or(""),
            "#set($inputRoot = $input.path('$'))\n{\n  \"to\" : \"foo\",\n  \"n\" : 42,\n"
            "  \"paid\" : true,\n  \"any\" : { }\n}");
  const std::string list = model("List", R"({"type":"array","items":{"type":"integer"}})");
  EXPECT_EQ(run("GetModelTemplate", Json::object({{"ModelId", list}}))["Value"].string_or(""),
            "#set($inputRoot = $input.path('$'))\n[\n#foreach($elem in $inputRoot)\n  42\n"
            "#if($foreach.hasNext),#end\n#end\n]");
}

}  // namespace
}  // namespace fairlead::apigateway
