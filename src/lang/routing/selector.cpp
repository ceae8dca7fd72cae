// Compiling selection expressions, and asking them.
#include "lang/routing/selector.h"

#include "base/json_parse.h"
#include "base/text.h"
#include "lang/routing/java_text.h"

namespace fairlead::routing {

const ErrorCode kInvalidExpression{"BadRequestException", 400};

namespace {

constexpr std::size_t kMaxSteps = 64;

Error invalid(std::string what) { return Error{&kInvalidExpression, std::move(what), {}}; }

bool is_name(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u == '_' ||
         u == '-' || u >= 0x80;
}

// The end of a variable without braces that starts at `at`: names, joined by dots and brackets.
std::size_t end_of_variable(std::string_view text, std::size_t at) {
  for (;;) {
    while (at < text.size() && is_name(text[at])) ++at;
    if (at + 1 < text.size() && text[at] == '.' && is_name(text[at + 1])) {
      ++at;
      continue;
    }
    if (at < text.size() && text[at] == '[') {
      const std::size_t close = text.find(']', at);
      if (close == std::string_view::npos) return at;
      at = close + 1;
      continue;
    }
    return at;
  }
}

// `[0]`, `['name']` or `["name"]`; `text` starts at the bracket and loses it.
Result<PathStep> read_bracket(std::string_view& text) {
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos) return invalid("']' is missing");
  const std::string_view inside = trim(text.substr(1, close - 1));
  text.remove_prefix(close + 1);
  if (is_digits(inside) && inside.size() <= 9) {
    return PathStep{"", static_cast<std::size_t>(std::stoul(std::string(inside)))};
  }
  const bool quoted =
      inside.size() >= 2 && (inside[0] == '\'' || inside[0] == '"') && inside.back() == inside[0];
  if (!quoted) return invalid("only [number] and ['name'] are understood in brackets");
  return PathStep{std::string(inside.substr(1, inside.size() - 2))};
}

// What follows `request.body`: `.a.b[0]`.
Result<JsonPath> read_path(std::string_view text) {
  JsonPath path;
  while (!text.empty()) {
    if (path.size() == kMaxSteps) return invalid("the path is too long");
    if (text[0] == '[') {
      path.push_back(TRY(read_bracket(text)));
      continue;
    }
    if (text[0] != '.') return invalid("'.' or '[' is expected after a name");
    text.remove_prefix(1);
    const std::string_view name = text.substr(0, text.find_first_of(".["));
    if (name.empty()) return invalid("a name is missing after '.'");
    path.push_back(PathStep{std::string(name)});
    text.remove_prefix(name.size());
  }
  return path;
}

// One value as part of a key. A plain string is handed over as it stands in the message.
void append_value(std::string& out, std::string_view value) {
  if (value[0] == '"' && value.find('\\') == std::string_view::npos) {
    out += value.substr(1, value.size() - 2);
    return;
  }
  const auto parsed = parse_json(value);
  if (parsed.ok()) append_java_text(out, parsed.value());
}

}  // namespace

Result<Selector> Selector::compile(std::string_view expression) {
  constexpr std::string_view kBody = "request.body";
  Selector selector;
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) selector.parts_.push_back({Part::Kind::kLiteral, std::move(literal), {}});
    literal.clear();
  };
  for (std::size_t at = 0; at < expression.size();) {
    const char c = expression[at];
    if (c == '\\' && expression.substr(at, 2) == "\\$") {
      literal += '$';
      at += 2;
      continue;
    }
    const char next = at + 1 < expression.size() ? expression[at + 1] : '\0';
    if (c != '$' || (next != '{' && !is_name(next))) {
      literal += c;
      ++at;
      continue;
    }
    std::string_view variable;
    if (next == '{') {
      const std::size_t close = expression.find('}', at);
      if (close == std::string_view::npos) return invalid("'}' is missing");
      variable = trim(expression.substr(at + 2, close - at - 2));
      at = close + 1;
    } else {
      const std::size_t end = end_of_variable(expression, at + 1);
      variable = expression.substr(at + 1, end - at - 1);
      at = end;
    }
    end_literal();
    ++selector.variables_;
    Part part;
    part.kind = Part::Kind::kNothing;
    const std::string_view rest =
        variable.starts_with(kBody) ? variable.substr(kBody.size()) : std::string_view("?");
    if (rest.empty() || rest[0] == '.' || rest[0] == '[') {
      part.kind = Part::Kind::kBody;
      part.path = TRY(read_path(rest));
    }
    selector.parts_.push_back(std::move(part));
  }
  end_literal();
  if (selector.parts_.empty()) selector.parts_.emplace_back();
  return selector;
}

bool Selector::reads_only_body() const {
  for (const Part& part : parts_) {
    if (part.kind == Part::Kind::kNothing) return false;
  }
  return true;
}

std::optional<std::string_view> Selector::select(std::string_view text,
                                                 std::string& scratch) const {
  if (is_literal()) return literal();
  scratch.clear();
  bool proven = false;  // that the text is JSON
  for (const Part& part : parts_) {
    if (part.kind == Part::Kind::kLiteral) {
      scratch += part.text;
      continue;
    }
    if (part.kind == Part::Kind::kNothing) continue;
    std::string_view value;
    const Scan scan = find_value(text, part.path, value);
    if (scan == Scan::kNotJson) return std::nullopt;
    proven = true;
    if (scan == Scan::kMissing) continue;
    if (parts_.size() == 1 && value[0] == '"' && value.find('\\') == std::string_view::npos) {
      return value.substr(1, value.size() - 2);
    }
    append_value(scratch, value);
  }
  std::string_view ignored;
  if (!proven && find_value(text, {}, ignored) == Scan::kNotJson) return std::nullopt;
  return scratch;
}

}  // namespace fairlead::routing
