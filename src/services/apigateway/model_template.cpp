// GetModelTemplate: a mapping template that makes an example of what a schema describes.
#include "services/apigateway/model_schemas.h"

namespace fairlead::apigateway {

namespace {

constexpr int kDeepest = 16;

std::string indent(int depth) { return std::string(static_cast<std::size_t>(depth) * 2, ' '); }

std::string type_of(const Json& schema) {
  const Json& type = schema["type"];
  if (type.is_string()) return type.as_string();
  if (type.is_array() && !type.empty()) return type.items().front().string_or("");
  return schema.has("properties") ? "object" : schema.has("items") ? "array" : "object";
}

void append(std::string& out, const Json& schema, int depth);

void append_object(std::string& out, const Json& schema, int depth) {
  const Json& properties = schema["properties"];
  if (properties.empty() || depth >= kDeepest) {
    out += "{ }";
    return;
  }
  out += "{\n";
  bool first = true;
  for (const Json::Member& member : properties.members()) {
    if (!first) out += ",\n";
    first = false;
    out += indent(depth + 1);
    append_json_string(out, member.key);
    out += " : ";
    append(out, member.value, depth + 1);
  }
  out += "\n" + indent(depth) + "}";
}

void append_array(std::string& out, const Json& schema, int depth) {
  out += "[\n";
  out += "#foreach($elem in $inputRoot)\n" + indent(depth + 1);
  const Json& items = schema["items"];
  append(out, items.is_array() && !items.empty() ? items.items().front() : items, depth + 1);
  out += "\n#if($foreach.hasNext),#end\n#end\n" + indent(depth) + "]";
}

void append(std::string& out, const Json& schema, int depth) {
  const std::string type = type_of(schema);
  if (type == "object") return append_object(out, schema, depth);
  if (type == "array" && depth < kDeepest) return append_array(out, schema, depth);
  if (type == "array") out += "[ ]";
  if (type == "string") out += "\"foo\"";
  if (type == "integer" || type == "number") out += "42";
  if (type == "boolean") out += "true";
  if (type == "null") out += "null";
}

}  // namespace

std::string template_of_schema(const Json& schema) {
  std::string out = "#set($inputRoot = $input.path('$'))\n";
  append(out, schema, 0);
  return out;
}

}  // namespace fairlead::apigateway
