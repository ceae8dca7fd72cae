// What a function's settings name beyond themselves: its layers and its dead-letter target.
#include <algorithm>

#include "base/limits.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"
#include "services/lambda/policy.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kMaxLayers = 5;

// Layers of other accounts must say so in their policy.
Status permit_layer(const Context& cx, const LayerName& name, const std::optional<Layer>& layer) {
  if (name.account == cx.account) return {};
  PolicyQuestion question;
  question.caller_arn = cx.caller.arn;
  question.caller_account = cx.account;
  if (layer && policy_allows(layer->policy, "lambda:GetLayerVersion", question)) return {};
  return layer_not_permitted(cx.caller.arn, name.version_arn());
}

}  // namespace

Result<std::vector<LayerUse>> find_layers(Lambda& lambda, Context& cx, const Json& arns) {
  if (arns.items().size() > kMaxLayers) return too_many_layers();
  std::vector<LayerUse> uses;
  std::vector<LayerName> names;
  for (const Json& item : arns.items()) {
    const std::string arn = item.string_or("");
    const LayerName name = TRY(parse_layer_version_arn(arn));
    if (name.region != cx.region) return wrong_layer_region(cx.region);
    const auto twin = std::find_if(names.begin(), names.end(), [&](const LayerName& other) {
      return other.arn() == name.arn();
    });
    if (twin != names.end()) return layer_twice(twin->version_arn(), arn);
    const auto layer = TRY(lambda.layers().find(name));
    TRY(permit_layer(cx, name, layer));
    if (!layer) return layer_missing(arn);
    uses.push_back({arn, layer->sha256, layer->blob, layer->size, layer->unpacked});
    names.push_back(name);
  }
  return uses;
}

Status check_unpacked_size(const Function& function) {
  std::uint64_t bytes = function.code_unpacked;
  for (const LayerUse& layer : function.layers) bytes += layer.unpacked;
  if (bytes > limits::kMaxLambdaUnzipped) return code_and_layers_too_large(bytes);
  return {};
}

Status check_dead_letter(Lambda& lambda, const std::string& arn) {
  if (arn.empty()) return {};
  if (lambda.targets() && lambda.targets()->find(arn)) return {};
  return platform::not_implemented("DeadLetterConfig with TargetArn " + arn);
}

}  // namespace fairlead::lambda
