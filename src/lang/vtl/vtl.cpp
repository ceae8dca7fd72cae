// The two doors: parse and render.
#include "lang/vtl/vtl.h"

#include "lang/vtl/parser.h"
#include "lang/vtl/renderer.h"

namespace fairlead::vtl {
namespace {

// The names that `#macro(name …)` gives: a macro may be called before the place that defines it.
void find_macros(Parsing& parsing) {
  const std::string_view text = parsing.program.source;
  for (std::size_t at = 0; (at = text.find("macro", at)) != text.npos;) {
    const bool directive = at > 0 && (text[at - 1] == '#' || text[at - 1] == '{');
    at += 5;
    if (!directive) continue;
    std::size_t begin = std::min(text.find_first_not_of("} \t\r\n", at), text.size());
    if (begin == text.size() || text[begin] != '(') continue;
    begin = std::min(text.find_first_not_of(" \t\r\n", begin + 1), text.size());
    const std::size_t end = std::min(text.find_first_of(" \t\r\n,)$#", begin), text.size());
    const std::string_view name = text.substr(begin, end - begin);
    const auto next = static_cast<std::uint32_t>(parsing.program.macros.size());
    if (!name.empty() && parsing.macros.try_emplace(name, next).second) {
      parsing.program.macros.emplace_back().name = name;
    }
  }
}

}  // namespace

bool Template::mentions(std::string_view root) const {
  return program_ && program_->slot_of(root).has_value();
}

Result<Template> parse(std::string_view text) {
  if (text.size() > kMaxTemplateBytes) {
    return parse_error({}, "a template of more than 300 KiB");
  }
  auto program = std::make_shared<Program>();
  program->source = text;
  Parsing parsing(*program);
  find_macros(parsing);
  if (!Parser(parsing, program->source, 0).parse_all(program->body)) {
    return parse_error(position_in(program->source, parsing.failed_at), parsing.what);
  }
  return Template(std::move(program));
}

Result<std::string> render(const Template& parsed, Scope& scope, const Limits& limits) {
  if (!parsed.program_) return std::string();
  return Renderer(*parsed.program_, scope, limits).run();
}

}  // namespace fairlead::vtl
