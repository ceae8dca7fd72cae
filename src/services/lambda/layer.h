// Layer: a version of a layer as it is stored and shown, and the names that lead to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "platform/context.h"

namespace fairlead::lambda {

struct LayerName {
  std::string account, region, name;
  std::uint64_t version = 0;  // 0: none was given

  std::string arn() const;  // without the version
  std::string version_arn() const;
};

// `layer` or `arn:aws:lambda:<region>:<account>:layer:<name>`. ValidationException,
// InvalidParameterValueException for another region.
Result<LayerName> parse_layer_name(const platform::Context& cx, std::string_view text);
// The ARN of a layer version. ValidationException.
Result<LayerName> parse_layer_version_arn(std::string_view arn);

struct Layer {
  LayerName name;
  std::string description, license;
  std::vector<std::string> runtimes, architectures;  // compatible; empty: not said
  std::string sha256, blob;
  std::uint64_t size = 0, unpacked = 0;
  std::int64_t created_ms = 0;
  Json policy = Json::array();
  std::string policy_revision;
};

Json to_document(const Layer& layer);
Result<Layer> layer_from_document(const Json& document);

Json shown_in_list(const Layer& layer);                       // the model's LayerVersionsListItem
Json shown(const Layer& layer, const std::string& location);  // GetLayerVersionResponse

}  // namespace fairlead::lambda
