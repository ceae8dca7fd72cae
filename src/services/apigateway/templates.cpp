// Parsing and choosing templates.
#include "services/apigateway/templates.h"

#include <cctype>

#include "services/apigateway/errors.h"
#include "services/apigateway/event_values.h"
#include "services/apigateway/integration_errors.h"

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

namespace {

std::string_view normal_key(std::string_view key) {
  if (key.starts_with("\\$")) key.remove_prefix(1);
  return key;
}

bool is_variable_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' ||
         c == '[' || c == ']';
}

Result<MappingTemplate> parse_template(const Json::Member& member) {
  MappingTemplate made;
  made.text = member.value.string_or("");
  if (!holds_vtl(made.text)) return made;
  auto parsed = vtl::parse(made.text);
  if (!parsed.ok()) return bad_template(member.key, parsed.error().message);
  made.parsed = std::move(parsed).value();
  made.is = MappingTemplate::Is::kComputed;
  return made;
}

}  // namespace

Result<TemplateChoice> TemplateChoice::compile(const Json& templates, const Json& expression) {
  const bool chooses = expression.is_string() && !expression.as_string().empty();
  const std::string text = chooses ? expression.as_string() : "\\$default";
  auto selector = routing::Selector::compile(text);
  if (!selector.ok()) return invalid_selection_expression(text, selector.error().message);
  TemplateChoice choice(std::move(selector).value());
  if (!choice.selector_.reads_only_body()) choice.parts_ = parts_of(text);
  for (const Json::Member& member : templates.members()) {
    MappingTemplate made = TRY(parse_template(member));
    choice.computes_ = choice.computes_ || made.is == MappingTemplate::Is::kComputed;
    choice.templates_.insert_or_assign(std::string(normal_key(member.key)), std::move(made));
  }
  choice.fallback_ = choice.find("$default");
  if (!chooses) {
    if (!choice.fallback_) choice.fallback_ = choice.find("application/json");
    if (!choice.fallback_ && choice.templates_.size() == 1) {
      choice.fallback_ = &choice.templates_.begin()->second;
    }
  }
  return choice;
}

// The expression has been checked: its braces are closed.
std::vector<TemplateChoice::Part> TemplateChoice::parts_of(std::string_view expression) {
  std::vector<Part> parts;
  std::string literal;
  const auto add = [&](std::string_view variable) {
    if (!literal.empty()) parts.push_back({std::move(literal), std::nullopt});
    literal.clear();
    // What is no source has no value.
    if (auto source = ParameterSource::read(variable)) parts.push_back({"", std::move(source)});
  };
  for (std::size_t at = 0; at < expression.size();) {
    if (expression.substr(at).starts_with("\\$")) {
      literal += '$';
      at += 2;
    } else if (expression[at] != '$') {
      literal += expression[at++];
    } else if (expression.substr(at).starts_with("${")) {
      const std::size_t close = std::min(expression.find('}', at), expression.size());
      add(expression.substr(at + 2, close - at - 2));
      at = close + 1;
    } else {
      std::size_t end = ++at;
      while (end < expression.size() && is_variable_char(expression[end])) ++end;
      add(expression.substr(at, end - at));
      at = end;
    }
  }
  parts.push_back({std::move(literal), std::nullopt});  // never empty: see parts_
  return parts;
}

const MappingTemplate* TemplateChoice::find(std::string_view key) const {
  const auto found = templates_.find(std::string(key));
  return found == templates_.end() ? nullptr : &found->second;
}

const MappingTemplate* TemplateChoice::pick(std::string_view message, std::string& scratch) const {
  if (templates_.empty()) return nullptr;
  if (const auto key = selector_.select(message, scratch)) {
    if (const MappingTemplate* found = find(normal_key(*key))) return found;
  }
  return fallback_;
}

const MappingTemplate* TemplateChoice::pick(EventValues& values) const {
  std::string scratch;
  if (parts_.empty()) return pick(values.body(), scratch);
  for (const Part& part : parts_) {
    scratch += part.source ? values.value(*part.source).value_or("") : part.literal;
  }
  const MappingTemplate* found = find(normal_key(scratch));
  return found ? found : fallback_;
}

}  // namespace fairlead::apigateway
