// ARNs: five colons, the rest is the resource.
#include "base/arn.h"

namespace fairlead {

std::optional<Arn> parse_arn(std::string_view text) {
  if (!text.starts_with("arn:")) return std::nullopt;
  text.remove_prefix(4);
  Arn arn;
  for (std::string* field : {&arn.partition, &arn.service, &arn.region, &arn.account}) {
    const auto colon = text.find(':');
    if (colon == text.npos) return std::nullopt;
    field->assign(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  if (arn.partition.empty() || arn.service.empty() || text.empty()) return std::nullopt;
  arn.resource.assign(text);
  return arn;
}

std::string format_arn(std::string_view service, std::string_view region, std::string_view account,
                       std::string_view resource) {
  std::string out = "arn:aws";
  for (const std::string_view field : {service, region, account, resource}) {
    out.append(1, ':').append(field);
  }
  return out;
}

}  // namespace fairlead
