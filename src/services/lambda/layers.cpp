// PublishLayerVersion, GetLayerVersion, GetLayerVersionByArn, ListLayers, ListLayerVersions,
// DeleteLayerVersion.
#include <algorithm>

#include "base/ids.h"
#include "base/utf8.h"
#include "services/lambda/errors.h"
#include "services/lambda/operations.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kMaxListed = 50;
constexpr std::size_t kMaxRuntimes = 15;
constexpr std::size_t kMaxText = 256, kMaxLicense = 512;

Result<std::vector<std::string>> read_runtimes(const Json& list) {
  std::vector<std::string> runtimes;
  if (list.items().size() > kMaxRuntimes) {
    return violates(write_json(list), "compatibleRuntimes",
                    "Member must have length less than or equal to 15");
  }
  for (const Json& item : list.items()) {
    const std::string name = item.string_or("");
    if (!find_runtime(name)) {
      return violates(write_json(list), "compatibleRuntimes",
                      "Member must satisfy constraint: [Member must satisfy enum value set: [" +
                          known_runtimes_text() + "]]");
    }
    runtimes.push_back(name);
  }
  return runtimes;
}

Result<Layer> read_layer(const Context& cx, const Json& input) {
  Layer layer;
  layer.name = TRY(parse_layer_name(cx, input["LayerName"].string_or("")));
  layer.description = input["Description"].string_or("");
  layer.license = input["LicenseInfo"].string_or("");
  if (utf8_length(layer.description) > kMaxText) {
    return violates(layer.description, "description",
                    "Member must have length less than or equal to 256");
  }
  if (utf8_length(layer.license) > kMaxLicense) {
    return violates(layer.license, "licenseInfo",
                    "Member must have length less than or equal to 512");
  }
  layer.runtimes = TRY(read_runtimes(input["CompatibleRuntimes"]));
  for (const Json& item : input["CompatibleArchitectures"].items()) {
    layer.architectures.push_back(item.string_or(""));
  }
  return layer;
}

// The layer version that LayerName and VersionNumber name.
Result<LayerName> named(const Context& cx, const Json& input) {
  LayerName name = TRY(parse_layer_name(cx, input["LayerName"].string_or("")));
  const std::int64_t version = input["VersionNumber"].int_or(0);
  if (version < 1) return invalid_parameter("Layer Version Cannot be less than 1.");
  name.version = static_cast<std::uint64_t>(version);
  return name;
}

Result<Json> show(Lambda& lambda, const Context& cx, const LayerName& name) {
  const auto layer = TRY(lambda.layers().find(name));
  if (!layer) return layer_version_missing();
  return shown(*layer, lambda.links().make(cx, layer->blob, lambda.clock().now_ms()));
}

bool holds(const std::vector<std::string>& list, const std::string& wanted) {
  return wanted.empty() || std::find(list.begin(), list.end(), wanted) != list.end();
}

bool matches(const Layer& layer, const Json& input) {
  return holds(layer.runtimes, input["CompatibleRuntime"].string_or("")) &&
         holds(layer.architectures, input["CompatibleArchitecture"].string_or(""));
}

}  // namespace

Result<Json> publish_layer_version(Lambda& lambda, Context& cx, const Json& input) {
  Layer layer = TRY(read_layer(cx, input));
  const std::string zip = TRY(read_zip(lambda, cx, "PublishLayerVersion", input["Content"]));
  const Package package = TRY(lambda.code().accept_layer(zip));
  layer.sha256 = package.sha256;
  layer.blob = package.blob;
  layer.size = package.size;
  layer.unpacked = package.unpacked;
  layer.created_ms = lambda.clock().now_ms();
  layer.policy_revision = uuid_v4();
  const auto added = lambda.layers().add(std::move(layer));
  if (!added.ok()) {
    lambda.blobs().remove(package.blob);
    return added.error();
  }
  return shown(*added, lambda.links().make(cx, added->blob, lambda.clock().now_ms()));
}

Result<Json> get_layer_version(Lambda& lambda, Context& cx, const Json& input) {
  const LayerName name = TRY(named(cx, input));
  return show(lambda, cx, name);
}

Result<Json> get_layer_version_by_arn(Lambda& lambda, Context& cx, const Json& input) {
  const LayerName name = TRY(parse_layer_version_arn(input["Arn"].string_or("")));
  return show(lambda, cx, name);
}

Result<Json> list_layer_versions(Lambda& lambda, Context& cx, const Json& input) {
  const LayerName name = TRY(parse_layer_name(cx, input["LayerName"].string_or("")));
  Json all = Json::array();
  const auto versions = TRY(lambda.layers().versions(name));
  for (const Layer& layer : versions) {
    if (matches(layer, input)) all.push_back(shown_in_list(layer));
  }
  return listed(std::move(all), "LayerVersions", input, kMaxListed);
}

Result<Json> list_layers(Lambda& lambda, Context& cx, const Json& input) {
  Json all = Json::array();
  const auto layers = TRY(lambda.layers().all(cx.account, cx.region));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    // The newest version that matches: the last of those with this name.
    const Layer* latest = nullptr;
    const std::string& name = layers[i].name.name;
    for (; i < layers.size() && layers[i].name.name == name; ++i) {
      if (matches(layers[i], input)) latest = &layers[i];
    }
    --i;
    if (!latest) continue;
    all.push_back(Json::object({{"LayerName", name},
                                {"LayerArn", latest->name.arn()},
                                {"LatestMatchingVersion", shown_in_list(*latest)}}));
  }
  return listed(std::move(all), "Layers", input, kMaxListed);
}

// The zip stays: functions that have the layer go on with it, and what nobody names is swept away
// at the next start.
Result<Json> delete_layer_version(Lambda& lambda, Context& cx, const Json& input) {
  const LayerName name = TRY(named(cx, input));
  TRY(lambda.layers().remove(name));
  return Json::object();
}

}  // namespace fairlead::lambda
