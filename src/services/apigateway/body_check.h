// BodyCheck: what a route demands of the bodies of its messages (reference/websocket-api.md §12),
// compiled with its stage. Only messages of routes with a modelSelectionExpression pay for it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "lang/jsonschema/schema.h"
#include "lang/routing/selector.h"

namespace fairlead::apigateway {

class BodyCheck {
 public:
  // `route`: a route of the snapshot; null: it demands nothing. A model that is missing or broken
  // refuses every body.
  static std::shared_ptr<const BodyCheck> compile(const Json& snapshot, const Json& route);

  // Empty: the body may pass. Otherwise why not, for logs.
  std::optional<std::string> problem(std::string_view body) const;

 private:
  std::optional<routing::Selector> selector_;
  std::map<std::string, std::optional<jsonschema::Schema>, std::less<>> schemas_;  // by key
};

}  // namespace fairlead::apigateway
