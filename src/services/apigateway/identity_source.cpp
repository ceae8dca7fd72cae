// Reading identity sources.
#include "services/apigateway/identity_source.h"

#include <utility>

namespace fairlead::apigateway {

std::optional<IdentitySource> IdentitySource::read(std::string_view expression) {
  static constexpr std::pair<std::string_view, Place> kPlaces[] = {
      {"route.request.header.", Place::kHeader},
      {"route.request.querystring.", Place::kQuery},
      {"context.", Place::kContext},
      {"stageVariables.", Place::kStageVariable},
  };
  for (const auto& [prefix, place] : kPlaces) {
    if (!expression.starts_with(prefix) || expression.size() == prefix.size()) continue;
    return IdentitySource{place, std::string(expression.substr(prefix.size()))};
  }
  return std::nullopt;
}

}  // namespace fairlead::apigateway
