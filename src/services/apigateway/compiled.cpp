// Compiling a stage and its deployment.
#include "services/apigateway/compiled.h"

#include "base/limits.h"
#include "services/apigateway/authorization.h"
#include "services/apigateway/integration_uri.h"

namespace fairlead::apigateway {
namespace {

// Where only one of the two limits is given, the account's stands in for the other (§13.1).
constexpr double kAccountRate = 10'000, kAccountBurst = 5'000;

std::shared_ptr<TokenBucket> bucket_of(const Json& settings) {
  const auto rate = settings["ThrottlingRateLimit"].to_double();
  const auto burst = settings["ThrottlingBurstLimit"].to_double();
  if (!rate && !burst) return nullptr;
  return std::make_shared<TokenBucket>(rate.value_or(kAccountRate), burst.value_or(kAccountBurst));
}

const Json* find_integration(const Json& snapshot, const std::string& target) {
  constexpr std::string_view kPrefix = "integrations/";
  if (!target.starts_with(kPrefix)) return nullptr;
  const std::string_view id = std::string_view(target).substr(kPrefix.size());
  for (const Json& integration : snapshot["Integrations"].items()) {
    if (integration["IntegrationId"].string_or("") == id) return &integration;
  }
  return nullptr;
}

void break_target(CompiledRoute& route, std::string problem) {
  route.target = CompiledRoute::Target::kBroken;
  route.problem = std::move(problem);
}

void aim_at_lambda(CompiledRoute& route, const Json& integration, const Json& variables) {
  const std::string uri =
      fill_stage_variables(integration["IntegrationUri"].string_or(""), variables);
  auto function = function_of(uri);
  if (!function) return break_target(route, "the integration URI names no function: " + uri);
  if (integration["PayloadFormatVersion"].string_or("1.0") != "1.0") {
    return break_target(route, "payloadFormatVersion must be 1.0 on WebSocket APIs");
  }
  route.target = CompiledRoute::Target::kLambda;
  route.function_arn = std::move(*function);
  route.role_arn = integration["CredentialsArn"].string_or("");
}

void aim(CompiledRoute& route, const Json& document, const Json& snapshot, const Json& variables) {
  const std::string target = document["Target"].string_or("");
  if (target.empty()) return;
  const Json* integration = find_integration(snapshot, target);
  if (!integration) return break_target(route, "the route's target does not exist: " + target);
  route.timeout_ms = (*integration)["TimeoutInMillis"].int_or(limits::kIntegrationTimeoutMs);
  const std::string type = (*integration)["IntegrationType"].string_or("");
  if (type == "AWS_PROXY") return aim_at_lambda(route, *integration, variables);
  if (type == "MOCK") {
    auto mock = Mock::compile(*integration);
    if (!mock.ok()) return break_target(route, mock.error().message);
    route.target = CompiledRoute::Target::kMock;
    route.mock = std::move(mock).value();
    if (route.mock) return;
  }
  auto mapped = MappedIntegration::compile(*integration, variables);
  if (!mapped.ok()) return break_target(route, mapped.error().message);
  route.target = CompiledRoute::Target::kMapped;
  route.mapped = std::move(mapped).value();
  route.function_arn = route.mapped->function_arn;
  route.role_arn = route.mapped->role_arn;
}

std::vector<RequiredParameter> required_of(const Json& parameters) {
  using Place = RequiredParameter::Place;
  static constexpr std::pair<std::string_view, Place> kSources[] = {
      {"route.request.header.", Place::kHeader},
      {"route.request.querystring.", Place::kQuery},
  };
  std::vector<RequiredParameter> required;
  for (const Json::Member& member : parameters.members()) {
    if (!member.value["Required"].bool_or(false)) continue;
    for (const auto& [prefix, place] : kSources) {
      if (member.key.starts_with(prefix)) {
        required.push_back({place, member.key.substr(prefix.size())});
      }
    }
  }
  return required;
}

bool is_two_way(const Json& route) {
  for (const Json& response : route["RouteResponses"].items()) {
    if (response["RouteResponseKey"].string_or("") == "$default") return true;
  }
  return false;
}

}  // namespace

std::shared_ptr<const CompiledStage> compile_stage(const StageOwner& owner, const Json& stage,
                                                   const Json& snapshot) {
  auto compiled = std::make_shared<CompiledStage>();
  compiled->account = owner.account;
  compiled->region = owner.region;
  compiled->api_id = owner.api_id;
  compiled->stage = stage["StageName"].string_or("");
  compiled->deployment_id = stage["DeploymentId"].string_or("");
  compiled->endpoint_disabled = snapshot["Api"]["DisableExecuteApiEndpoint"].bool_or(false);
  const Json& variables = stage["StageVariables"];
  if (!variables.empty()) compiled->stage_variables = write_json(variables);

  const std::string source = "arn:aws:execute-api:" + owner.region + ":" + owner.account + ":" +
                             owner.api_id + "/" + compiled->stage + "/";
  const auto stage_bucket = bucket_of(stage["DefaultRouteSettings"]);
  for (const Json& document : snapshot["Routes"].items()) {
    CompiledRoute route;
    route.key = document["RouteKey"].string_or("");
    route.source_arn = source + route.key;
    if (is_two_way(document)) route.reply = CompiledRoute::Reply::kBody;
    if (route.key == "$connect") {
      route.required = required_of(document["RequestParameters"]);
      compiled->authorization = compile_authorization(owner, document, snapshot, variables);
    }
    route.body_check = BodyCheck::compile(snapshot, document);
    route.throttle = bucket_of(stage["RouteSettings"][route.key]);
    if (!route.throttle) route.throttle = stage_bucket;
    aim(route, document, snapshot, variables);
    std::string key = route.key;
    compiled->routes.insert_or_assign(std::move(key), std::move(route));
  }
  const auto named = [&](std::string_view key) -> const CompiledRoute* {
    const auto found = compiled->routes.find(key);
    return found == compiled->routes.end() ? nullptr : &found->second;
  };
  compiled->connect = named("$connect");
  compiled->connect_throttle = compiled->connect ? compiled->connect->throttle : stage_bucket;
  compiled->disconnect = named("$disconnect");
  compiled->fallback = named("$default");
  auto selector =
      routing::Selector::compile(snapshot["Api"]["RouteSelectionExpression"].string_or(""));
  if (selector.ok()) {
    compiled->selector = std::make_shared<const routing::Selector>(std::move(selector).value());
  }
  return compiled;
}

const CompiledRoute* CompiledStage::route_of(std::string_view message, std::string& scratch) const {
  if (!selector) return fallback;
  const auto key = selector->select(message, scratch);
  // A client cannot call $connect by its name.
  if (!key || key->starts_with('$')) return fallback;
  const auto found = routes.find(*key);
  return found == routes.end() ? fallback : &found->second;
}

}  // namespace fairlead::apigateway
