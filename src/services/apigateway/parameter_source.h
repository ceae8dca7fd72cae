// ParameterSource: where a parameter mapping or a selection expression takes a value from, e.g.
// `route.request.body.user.id`, `integration.response.header.X`, `context.stage`, `'literal'`
// (reference/websocket-api.md §10.3 and §10.5). Read once, when a stage is compiled.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lang/jsonpath/jsonpath.h"

namespace fairlead::apigateway {

struct ParameterSource {
  enum class From {
    kLiteral,
    kBody,
    kHeader,
    kQuery,
    kMultiHeader,
    kMultiQuery,
    kStageVariable,
    kContext,
    kAnswerStatus,
    kAnswerHeader,
    kAnswerMultiHeader,
    kAnswerBody,
  };
  From from = From::kLiteral;
  std::string name;                        // or the literal
  std::optional<jsonpath::JsonPath> path;  // into a body or the context; none: the whole body

  // Nothing when the expression names no source. `route.` may be left out, as selection
  // expressions do.
  static std::optional<ParameterSource> read(std::string_view expression);
  bool is_of_answer() const { return from >= From::kAnswerStatus; }
};

struct ParameterMapping {
  enum class Into { kHeader, kQuery, kPath } into;
  std::string name;
  ParameterSource source;
};
using ParameterMappings = std::vector<ParameterMapping>;

// `integration.request.{header|querystring|path}.{name}` from anything that is known before the
// call; 400 for anything else.
Result<ParameterMappings> read_request_parameters(const Json& parameters);
// `route.response.header.{name}` from anything.
Result<ParameterMappings> read_response_parameters(const Json& parameters);

}  // namespace fairlead::apigateway
