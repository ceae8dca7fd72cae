// The templates of an integration or of one of its responses: parsed when the stage is compiled,
// and which of them a selection expression picks (reference/websocket-api.md §10.4 and §10.5).
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "lang/routing/selector.h"
#include "lang/vtl/vtl.h"
#include "services/apigateway/parameter_source.h"

namespace fairlead::apigateway {

class EventValues;  // event_values.h

// A VTL reference or directive: such a template has to be rendered.
bool holds_vtl(std::string_view text);

struct MappingTemplate {
  std::string text;
  vtl::Template parsed;
  enum class Is { kText, kComputed } is = Is::kText;  // kText: `text` is what it gives
};

class TemplateChoice {
 public:
  // `templates`: an object or null; `expression`: a string or null. `\$default` and `$default` are
  // the same key. 400 for what cannot be parsed.
  static Result<TemplateChoice> compile(const Json& templates, const Json& expression);

  TemplateChoice(TemplateChoice&&) = default;
  TemplateChoice& operator=(TemplateChoice&&) = default;

  // Nothing when no template fits. Without an expression: `$default`, then `application/json`,
  // then the only one there is. This one knows nothing but the message: see is_simple().
  const MappingTemplate* pick(std::string_view message, std::string& scratch) const;
  const MappingTemplate* pick(EventValues& values) const;

  bool empty() const { return templates_.empty(); }
  bool is_fixed() const { return parts_.empty() && selector_.is_literal(); }  // always the same
  // No template computes, and the message alone decides which is picked.
  bool is_simple() const { return parts_.empty() && !computes_; }
  const auto& all() const { return templates_; }

 private:
  struct Part {
    std::string literal;
    std::optional<ParameterSource> source;
  };
  explicit TemplateChoice(routing::Selector selector) : selector_(std::move(selector)) {}
  static std::vector<Part> parts_of(std::string_view expression);
  const MappingTemplate* find(std::string_view key) const;

  routing::Selector selector_;
  std::vector<Part> parts_;  // of an expression that reads more than the message; else empty
  std::unordered_map<std::string, MappingTemplate> templates_;
  const MappingTemplate* fallback_ = nullptr;  // into templates_, whose nodes stay where they are
  bool computes_ = false;
};

}  // namespace fairlead::apigateway
