// Which template of a map a selection expression picks, and whether a template needs VTL.
// Reference: websocket-api.md §10.4 and §10.5.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "lang/routing/selector.h"

namespace fairlead::apigateway {

// A VTL reference or directive: such a template has to be rendered, which a later issue brings.
bool holds_vtl(std::string_view text);

// Whether a MOCK integration can use these: 501 for VTL and for selection by anything but the body,
// 400 for an expression that is none.
Status check_mock_templates(const Json& templates, const Json& expression);

class TemplateChoice {
 public:
  // `templates`: an object or null; `expression`: a string or null. `\$default` and `$default` are
  // the same key.
  static Result<TemplateChoice> compile(const Json& templates, const Json& expression);

  TemplateChoice(TemplateChoice&&) = default;
  TemplateChoice& operator=(TemplateChoice&&) = default;

  // Nothing when no template fits. Without an expression: `$default`, then `application/json`,
  // then the only one there is.
  const std::string* pick(std::string_view message, std::string& scratch) const;

  bool empty() const { return texts_.empty(); }
  bool is_fixed() const { return selector_.is_literal(); }  // the message does not matter

 private:
  explicit TemplateChoice(routing::Selector selector) : selector_(std::move(selector)) {}
  const std::string* find(const std::string& key) const;

  routing::Selector selector_;
  std::unordered_map<std::string, std::string> texts_;
  const std::string* fallback_ = nullptr;  // into texts_, whose nodes stay where they are
};

}  // namespace fairlead::apigateway
