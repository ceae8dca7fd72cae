// https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersion.html
#include "services/lambda/layer.h"

#include <algorithm>

#include "base/arn.h"
#include "base/clock.h"
#include "base/text.h"
#include "services/lambda/errors.h"
#include "services/lambda/record_keys.h"
#include "storage/store.h"

namespace fairlead::lambda {
namespace {

constexpr std::size_t kMaxName = 140;

bool is_layer_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

Error no_layer_name(std::string_view text) {
  return violates(text, "layerName",
                  "Member must satisfy regular expression pattern: "
                  "(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+)|"
                  "[a-zA-Z0-9-_]+");
}

// arn:aws:lambda:<region>:<account>:layer:<name>[:<version>]
bool take_arn(std::string_view text, LayerName& into) {
  const auto arn = parse_arn(text);
  if (!arn || arn->service != "lambda" || arn->account.size() != 12 || !is_digits(arn->account)) {
    return false;
  }
  const auto pieces = split(arn->resource, ':');
  if (pieces.size() < 2 || pieces.size() > 3 || pieces[0] != "layer") return false;
  if (!is_layer_name(pieces[1])) return false;
  into = {arn->account, arn->region, std::string(pieces[1]), 0};
  if (pieces.size() == 3) {
    const auto version = version_number(pieces[2]);
    if (!version) return false;
    into.version = *version;
  }
  return true;
}

Json texts(const std::vector<std::string>& list) {
  Json json = Json::array();
  for (const std::string& text : list) json.push_back(text);
  return json;
}

std::vector<std::string> texts_of(const Json& json) {
  std::vector<std::string> list;
  for (const Json& text : json.items()) list.push_back(text.string_or(""));
  return list;
}

std::string date_of(const Layer& layer) {
  std::string date = iso8601_millis(layer.created_ms);
  date.pop_back();
  return date + "+0000";
}

}  // namespace

std::string LayerName::arn() const {
  return format_arn("lambda", region, account, "layer:" + name);
}
std::string LayerName::version_arn() const { return arn() + ":" + std::to_string(version); }

Result<LayerName> parse_layer_name(const platform::Context& cx, std::string_view text) {
  LayerName name{cx.account, cx.region, std::string(text), 0};
  if (is_layer_name(text)) return name;
  if (!take_arn(text, name) || name.version != 0) return no_layer_name(text);
  if (name.region != cx.region) return wrong_layer_region(cx.region);
  return name;
}

Result<LayerName> parse_layer_version_arn(std::string_view arn) {
  LayerName name;
  if (!take_arn(arn, name) || name.version == 0) return no_layer_version_arn(arn);
  return name;
}

Json to_document(const Layer& l) {
  return Json::object({
      {"account", l.name.account},
      {"region", l.name.region},
      {"name", l.name.name},
      {"version", l.name.version},
      {"description", l.description},
      {"license", l.license},
      {"runtimes", texts(l.runtimes)},
      {"architectures", texts(l.architectures)},
      {"sha256", l.sha256},
      {"blob", l.blob},
      {"size", l.size},
      {"unpacked", l.unpacked},
      {"createdMs", l.created_ms},
      {"policy", l.policy},
      {"policyRevision", l.policy_revision},
  });
}

Result<Layer> layer_from_document(const Json& document) {
  Layer l;
  const auto text = [&](std::string_view key) { return document[key].string_or(""); };
  const auto number = [&](std::string_view key) {
    return static_cast<std::uint64_t>(document[key].int_or(0));
  };
  l.name = {text("account"), text("region"), text("name"), number("version")};
  l.description = text("description");
  l.license = text("license");
  l.runtimes = texts_of(document["runtimes"]);
  l.architectures = texts_of(document["architectures"]);
  l.sha256 = text("sha256");
  l.blob = text("blob");
  l.size = number("size");
  l.unpacked = number("unpacked");
  l.created_ms = document["createdMs"].int_or(0);
  if (document["policy"].is_array()) l.policy = document["policy"];
  l.policy_revision = text("policyRevision");
  if (l.name.version == 0 || l.blob.empty()) {
    return Error{&storage::kStoreDamaged, "A layer's record lacks its version or its code.", {}};
  }
  return l;
}

Json shown_in_list(const Layer& l) {
  Json json = Json::object({
      {"LayerVersionArn", l.name.version_arn()},
      {"Version", l.name.version},
      {"Description", l.description},
      {"CreatedDate", date_of(l)},
  });
  if (!l.runtimes.empty()) json.set("CompatibleRuntimes", texts(l.runtimes));
  if (!l.license.empty()) json.set("LicenseInfo", l.license);
  if (!l.architectures.empty()) json.set("CompatibleArchitectures", texts(l.architectures));
  return json;
}

Json shown(const Layer& l, const std::string& location) {
  Json json = shown_in_list(l);
  json.set("LayerArn", l.name.arn());
  json.set("Content",
           Json::object({{"Location", location}, {"CodeSha256", l.sha256}, {"CodeSize", l.size}}));
  return json;
}

}  // namespace fairlead::lambda
