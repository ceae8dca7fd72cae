// arn:partition:service:region:account:resource
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fairlead {

struct Arn {
  std::string partition, service, region, account, resource;
};

std::optional<Arn> parse_arn(std::string_view text);
std::string format_arn(std::string_view service, std::string_view region, std::string_view account,
                       std::string_view resource);  // in partition "aws"

}  // namespace fairlead
