// Reading sources and mappings.
#include "services/apigateway/parameter_source.h"

#include <cctype>
#include <utility>

#include "services/apigateway/errors.h"

namespace fairlead::apigateway {
namespace {

using From = ParameterSource::From;
using Into = ParameterMapping::Into;

constexpr std::pair<std::string_view, From> kPrefixes[] = {
    {"request.header.", From::kHeader},
    {"request.querystring.", From::kQuery},
    {"request.multivalueheader.", From::kMultiHeader},
    {"request.multivaluequerystring.", From::kMultiQuery},
    {"stageVariables.", From::kStageVariable},
    {"integration.response.header.", From::kAnswerHeader},
    {"integration.response.multivalueheader.", From::kAnswerMultiHeader},
};
constexpr std::pair<std::string_view, From> kWithPath[] = {
    {"request.body", From::kBody},
    {"integration.response.body", From::kAnswerBody},
    {"context", From::kContext},
};

bool is_name(std::string_view text) {
  for (const char c : text) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '_' && c != '$' &&
        c != '-') {
      return false;
    }
  }
  return !text.empty();
}

Result<ParameterMapping> read_mapping(const Json::Member& parameter, std::string_view prefix,
                                      Into into) {
  ParameterMapping mapping{into, parameter.key.substr(prefix.size()), {}};
  if (!is_name(mapping.name)) return invalid_mapping_expression(parameter.key);
  const std::string value = parameter.value.string_or("");
  auto source = value.starts_with("request.") ? std::nullopt : ParameterSource::read(value);
  if (!source) return invalid_mapping_expression(value);
  mapping.source = std::move(*source);
  return mapping;
}

}  // namespace

std::optional<ParameterSource> ParameterSource::read(std::string_view expression) {
  ParameterSource source;
  if (expression.size() >= 2 && expression.front() == '\'' && expression.back() == '\'') {
    source.name = expression.substr(1, expression.size() - 2);
    return source;
  }
  if (expression.starts_with("route.request.")) expression.remove_prefix(6);
  if (expression == "integration.response.statuscode") {
    source.from = From::kAnswerStatus;
    return source;
  }
  for (const auto& [prefix, from] : kPrefixes) {
    if (!expression.starts_with(prefix) || !is_name(expression.substr(prefix.size()))) continue;
    source.from = from;
    source.name = expression.substr(prefix.size());
    return source;
  }
  for (const auto& [prefix, from] : kWithPath) {
    if (!expression.starts_with(prefix)) continue;
    std::string_view rest = expression.substr(prefix.size());
    source.from = from;
    if (rest.empty()) return from == From::kContext ? std::nullopt : std::optional(source);
    if (rest.front() != '.' && rest.front() != '[') return std::nullopt;
    if (rest.starts_with(".$")) rest.remove_prefix(1);
    auto path = jsonpath::JsonPath::parse(rest);
    if (!path.ok()) return std::nullopt;
    source.path = std::move(path).value();
    return source;
  }
  return std::nullopt;
}

Result<ParameterMappings> read_request_parameters(const Json& parameters) {
  static constexpr std::pair<std::string_view, Into> kTargets[] = {
      {"integration.request.header.", Into::kHeader},
      {"integration.request.querystring.", Into::kQuery},
      {"integration.request.path.", Into::kPath}};
  ParameterMappings mappings;
  for (const Json::Member& parameter : parameters.members()) {
    const std::size_t before = mappings.size();
    for (const auto& [prefix, into] : kTargets) {
      if (!parameter.key.starts_with(prefix)) continue;
      mappings.push_back(TRY(read_mapping(parameter, prefix, into)));
      if (mappings.back().source.is_of_answer()) {
        return invalid_mapping_expression(parameter.value.string_or(""));
      }
    }
    if (mappings.size() == before) return invalid_mapping_expression(parameter.key);
  }
  return mappings;
}

Result<ParameterMappings> read_response_parameters(const Json& parameters) {
  constexpr std::string_view kTarget = "route.response.header.";
  ParameterMappings mappings;
  for (const Json::Member& parameter : parameters.members()) {
    if (!parameter.key.starts_with(kTarget)) return invalid_mapping_expression(parameter.key);
    mappings.push_back(TRY(read_mapping(parameter, kTarget, Into::kHeader)));
  }
  return mappings;
}

}  // namespace fairlead::apigateway
