// Choosing templates.
#include "services/apigateway/templates.h"

#include <cctype>

#include "platform/operation.h"
#include "services/apigateway/errors.h"

namespace fairlead::apigateway {

bool holds_vtl(std::string_view text) {
  static constexpr std::string_view kDirectives[] = {
      "#",   "*",       "[[",    "{",       "@",     "set",   "if",   "elseif",   "else",
      "end", "foreach", "macro", "include", "parse", "break", "stop", "evaluate", "define"};
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at + 1);
    if (text[at] == '$' && !rest.empty()) {
      const char next = rest[0];
      if (std::isalpha(static_cast<unsigned char>(next)) || next == '{' || next == '!' ||
          next == '_') {
        return true;
      }
    }
    if (text[at] != '#') continue;
    for (const std::string_view directive : kDirectives) {
      if (rest.starts_with(directive)) return true;
    }
  }
  return false;
}

Status check_mock_templates(const Json& templates, const Json& expression) {
  for (const Json::Member& member : templates.members()) {
    if (holds_vtl(member.value.string_or(""))) {
      return platform::not_implemented("VTL in a MOCK integration's templates");
    }
  }
  if (!expression.is_string()) return {};
  const auto selector = routing::Selector::compile(expression.as_string());
  if (!selector.ok()) {
    return invalid_selection_expression(expression.as_string(), selector.error().message);
  }
  if (!selector.value().reads_only_body()) {
    return platform::not_implemented("TemplateSelectionExpression " + expression.as_string());
  }
  return {};
}

namespace {
std::string normal_key(std::string_view key) {
  if (key.starts_with("\\$")) key.remove_prefix(1);
  return std::string(key);
}
}  // namespace

Result<TemplateChoice> TemplateChoice::compile(const Json& templates, const Json& expression) {
  const bool chooses = expression.is_string() && !expression.as_string().empty();
  TemplateChoice choice(
      TRY(routing::Selector::compile(chooses ? expression.as_string() : "\\$default")));
  for (const Json::Member& member : templates.members()) {
    choice.texts_.insert_or_assign(normal_key(member.key), member.value.string_or(""));
  }
  choice.fallback_ = choice.find("$default");
  if (!chooses) {
    if (!choice.fallback_) choice.fallback_ = choice.find("application/json");
    if (!choice.fallback_ && choice.texts_.size() == 1) {
      choice.fallback_ = &choice.texts_.begin()->second;
    }
  }
  return choice;
}

const std::string* TemplateChoice::find(const std::string& key) const {
  const auto found = texts_.find(key);
  return found == texts_.end() ? nullptr : &found->second;
}

const std::string* TemplateChoice::pick(std::string_view message, std::string& scratch) const {
  if (texts_.empty()) return nullptr;
  if (const auto key = selector_.select(message, scratch)) {
    if (const std::string* text = find(normal_key(*key))) return text;
  }
  return fallback_;
}

}  // namespace fairlead::apigateway
