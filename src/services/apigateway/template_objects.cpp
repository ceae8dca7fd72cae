// $input and $util.
#include "services/apigateway/template_objects.h"

#include "base/base64.h"
#include "base/json_parse.h"
#include "base/text.h"
#include "base/utf8.h"
#include "lang/vtl/java_text.h"

namespace fairlead::apigateway {
namespace {

using vtl::Value;
using Arguments = std::span<const Value>;

Error cannot(std::string_view what) { return Error{&vtl::kRenderError, std::string(what), {}}; }

std::string text_at(Arguments arguments, std::size_t index) {
  return index < arguments.size() ? arguments[index].text() : std::string();
}

class Input : public vtl::Object {
 public:
  Input(EventValues& values, TemplateSide side) : values_(values), side_(side) {}

  Result<Value> property(std::string_view name) override {
    return name == "body" ? body() : Value();
  }

  Result<Value> call(std::string_view name, Arguments arguments) override {
    if (name == "getBody") return body();
    if (name == "path" || name == "json") {
      const auto path = jsonpath::JsonPath::parse(text_at(arguments, 0));
      if (!path.ok()) return cannot(path.error().message);
      return name == "path" ? value_at(*path) : json_at(*path);
    }
    if (name == "params") return arguments.empty() ? params() : param(text_at(arguments, 0));
    return Value();
  }

 private:
  bool is_answer() const { return side_ == TemplateSide::kResponse; }
  const Json& json() { return is_answer() ? values_.answer_json() : values_.body_json(); }

  Value body() {
    const std::string_view text = is_answer() ? values_.answer_body() : values_.body();
    return Value::string(text.empty() ? "{}" : std::string(text));
  }

  static Json all_at(const jsonpath::JsonPath& path, const Json& root) {
    Json::Array all;
    for (const Json* found : path.find(root)) all.push_back(*found);
    return Json(std::move(all));
  }
  Value value_at(const jsonpath::JsonPath& path) {
    if (json().is_null()) return Value();
    if (!path.is_definite()) return Value::from_json(all_at(path, json()));
    const Json* found = path.first(json());
    return found ? Value::from_json(*found) : Value();
  }
  Value json_at(const jsonpath::JsonPath& path) {
    if (json().is_null()) return Value::string("\"\"");
    if (!path.is_definite()) return Value::string(write_json(all_at(path, json())));
    const Json* found = path.first(json());
    return Value::string(found ? write_json(*found) : "\"\"");
  }

  static Value map_of(const GroupedValues& groups) {
    vtl::Map map;
    for (const auto& [name, values] : groups) map.put(name, Value::string(values.back()));
    return Value::map(std::move(map));
  }
  Value params() {
    vtl::Map all;
    all.put("path", Value::map(vtl::Map()));
    all.put("querystring", map_of(values_.query()));
    all.put("header", map_of(values_.headers()));
    return Value::map(std::move(all));
  }
  Value param(const std::string& name) {
    for (const auto& [key, values] : values_.query()) {
      if (key == name) return Value::string(values.back());
    }
    for (const auto& [key, values] : values_.headers()) {
      if (equals_ignoring_case(key, name)) return Value::string(values.back());
    }
    return Value::string("");
  }

  EventValues& values_;
  const TemplateSide side_;
};

// As Java's URLEncoder: a space is `+`, `~` is escaped and `*` is not.
std::string url_encode(std::string_view text) {
  std::string encoded;
  for (const char c : percent_encode(text, "* ")) {
    if (c == ' ') {
      encoded += '+';
    } else if (c == '~') {
      encoded += "%7E";
    } else {
      encoded += c;
    }
  }
  return encoded;
}

Result<Value> url_decode(std::string text) {
  for (char& c : text) {
    if (c == '+') c = ' ';
  }
  const auto decoded = percent_decode(text);
  if (!decoded) return cannot("$util.urlDecode: not URL-encoded");
  return Value::string(repair_utf8(*decoded));
}

class Util : public vtl::Object {
 public:
  Result<Value> call(std::string_view name, Arguments arguments) override {
    if (arguments.size() != 1) return Value();
    std::string text = arguments[0].text();
    if (name == "escapeJavaScript") return Value::string(escape_java_script(text));
    if (name == "urlEncode") return Value::string(url_encode(text));
    if (name == "urlDecode") return url_decode(std::move(text));
    if (name == "base64Encode") return Value::string(base64_encode(text));
    if (name == "base64Decode") {
      const auto decoded = base64_decode(text);
      if (!decoded) return cannot("$util.base64Decode: not base64");
      return Value::string(repair_utf8(*decoded));
    }
    if (name == "parseJson") {
      const auto parsed = parse_json(text);
      if (!parsed.ok()) return cannot("$util.parseJson: " + parsed.error().message);
      return Value::from_json(*parsed);
    }
    return Value();
  }
};

}  // namespace

std::string escape_java_script(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() + 16);
  for (const char16_t unit : vtl::to_utf16(text)) {
    switch (unit) {
      case '\b':
        out += "\\b";
        continue;
      case '\n':
        out += "\\n";
        continue;
      case '\t':
        out += "\\t";
        continue;
      case '\f':
        out += "\\f";
        continue;
      case '\r':
        out += "\\r";
        continue;
      default:
        break;
    }
    if (unit == '\'' || unit == '"' || unit == '\\' || unit == '/') out += '\\';
    if (unit >= 0x20 && unit <= 0x7F) {
      out += static_cast<char>(unit);
      continue;
    }
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHex[unit >> shift & 15];
  }
  return out;
}

Result<Value> TemplateScope::find(std::string_view name) {
  if (name == "input") return Value::object(std::make_shared<Input>(values_, side_));
  if (name == "util") return Value::object(std::make_shared<Util>());
  if (name == "context") return Value::from_json(values_.context());
  if (name == "stageVariables") return Value::from_json(values_.stage_variables());
  return Value();
}

}  // namespace fairlead::apigateway
