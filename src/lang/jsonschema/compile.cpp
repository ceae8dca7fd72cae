// From a schema's document to its nodes. References are followed here, once: a reference to what
// is being compiled already becomes a pointer back.
#include <re2/re2.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "lang/jsonschema/canonical.h"
#include "lang/jsonschema/program.h"
#include "lang/jsonschema/schema.h"

namespace fairlead::jsonschema {

const ErrorCode kInvalidSchema{"InvalidSchema", 400};

namespace {

constexpr int kDeepest = 64;
constexpr std::size_t kMostNodes = 10'000;

Error invalid(std::string what) { return Error{&kInvalidSchema, std::move(what), {}}; }

Error bad_keyword(std::string_view keyword) {
  return invalid("keyword \"" + std::string(keyword) + "\" has an invalid value");
}

Result<std::vector<std::string>> read_names(const Json& list, std::string_view keyword) {
  if (!list.is_array() || list.empty()) return bad_keyword(keyword);
  std::vector<std::string> names;
  for (const Json& name : list.items()) {
    if (!name.is_string()) return bad_keyword(keyword);
    names.push_back(name.as_string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<Expression> read_expression(const std::string& text) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(1 << 20);
  auto compiled = std::make_shared<const re2::RE2>(text, options);
  if (!compiled->ok()) return invalid("the regular expression " + text + " cannot be used");
  return Expression{text, std::move(compiled)};
}

Format format_of(std::string_view name) {
  static constexpr std::pair<std::string_view, Format> kFormats[] = {
      {"date-time", Format::kDateTime}, {"email", Format::kEmail}, {"hostname", Format::kHostname},
      {"ipv4", Format::kIpv4},          {"ipv6", Format::kIpv6},   {"uri", Format::kUri}};
  for (const auto& [known, format] : kFormats) {
    if (known == name) return format;
  }
  return Format::kNone;
}

class Compiler {
 public:
  Compiler(const Json& root, const Schema::Documents& documents)
      : root_(root), documents_(documents) {}

  Result<Program> run() {
    TRY(schema(root_, root_, 0));
    return std::move(program_);
  }

 private:
  Result<int> schema(const Json& document, const Json& at, int depth);
  Result<int> reference(const Json& document, const Json& value, int depth);
  Result<std::vector<int>> schemas(const Json& document, const Json& at, std::string_view keyword,
                                   int depth);
  Status general(const Json& document, const Json& at, Node& node, int depth);
  Status combined(const Json& document, const Json& at, Node& node, int depth);
  Status numbers(const Json& at, Node& node);
  Status strings(const Json& at, Node& node);
  Status arrays(const Json& document, const Json& at, Node& node, int depth);
  Status objects(const Json& document, const Json& at, Node& node, int depth);
  Status dependencies(const Json& document, const Json& at, Node& node, int depth);
  Result<int> schema_or_bool(const Json& document, const Json& at, int depth);

  const Json& root_;
  const Schema::Documents& documents_;
  Program program_;
  std::map<const Json*, int> seen_;
};

Result<std::optional<std::size_t>> count(const Json& at, std::string_view keyword) {
  const Json* value = at.find(keyword);
  if (!value) return std::optional<std::size_t>();
  const auto number = value->to_int64();
  if (!number || *number < 0) return bad_keyword(keyword);
  return std::optional<std::size_t>(static_cast<std::size_t>(*number));
}

Result<int> Compiler::schema(const Json& document, const Json& at, int depth) {
  if (!at.is_object()) return invalid("a schema must be an object");
  if (depth > kDeepest) return invalid("the schema nests too deep");
  if (const auto found = seen_.find(&at); found != seen_.end()) return found->second;
  if (program_.nodes.size() >= kMostNodes) return invalid("the schema is too large");
  const int index = static_cast<int>(program_.nodes.size());
  seen_.emplace(&at, index);
  program_.nodes.emplace_back();
  Node node;  // compiled apart: the vector moves while it grows
  if (const Json* ref = at.find("$ref")) {
    node.reference = TRY(reference(document, *ref, depth + 1));
  } else {
    TRY(general(document, at, node, depth + 1));
  }
  program_.nodes[static_cast<std::size_t>(index)] = std::move(node);
  return index;
}

// "#/definitions/a~1b": a JSON pointer (RFC 6901), percent-encoded. Null: leads nowhere.
const Json* follow(const Json& document, std::string_view fragment) {
  const Json* at = &document;
  const auto decoded = percent_decode(fragment);
  if (!decoded) return nullptr;
  if (decoded->empty()) return at;
  if (decoded->front() != '/') return nullptr;
  for (const std::string_view escaped : split(std::string_view(*decoded).substr(1), '/')) {
    std::string name;
    for (std::size_t i = 0; i < escaped.size(); ++i) {
      if (escaped[i] == '~' && i + 1 < escaped.size()) {
        name += escaped[++i] == '1' ? '/' : '~';
      } else {
        name += escaped[i];
      }
    }
    if (at->is_array() && is_digits(name) && name.size() < 6) {
      const std::size_t index = std::stoul(name);
      if (index >= at->size()) return nullptr;
      at = &at->items()[index];
    } else {
      at = at->find(name);
    }
    if (!at) return nullptr;
  }
  return at;
}

Result<int> Compiler::reference(const Json& document, const Json& value, int depth) {
  if (!value.is_string()) return bad_keyword("$ref");
  const std::string& uri = value.as_string();
  const std::size_t hash = uri.find('#');
  const std::string_view address = std::string_view(uri).substr(0, hash);
  const Json* found = &document;
  if (!address.empty()) found = documents_ ? documents_(address) : nullptr;
  if (!found) return invalid("unknown reference " + uri);
  const Json* target =
      hash == std::string::npos ? found : follow(*found, std::string_view(uri).substr(hash + 1));
  if (!target) return invalid("unknown reference " + uri);
  return schema(*found, *target, depth);
}

Result<std::vector<int>> Compiler::schemas(const Json& document, const Json& at,
                                           std::string_view keyword, int depth) {
  std::vector<int> all;
  const Json* list = at.find(keyword);
  if (!list) return all;
  if (!list->is_array() || list->empty()) return bad_keyword(keyword);
  for (const Json& item : list->items()) all.push_back(TRY(schema(document, item, depth)));
  return all;
}

Status Compiler::general(const Json& document, const Json& at, Node& node, int depth) {
  for (const std::string_view later :
       {"const", "contains", "if", "then", "else", "propertyNames", "nullable", "discriminator",
        "dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems",
        "prefixItems"}) {
    if (at.has(later)) return invalid("Unsupported keyword(s): [\"" + std::string(later) + "\"]");
  }
  if (const Json* type = at.find("type")) {
    node.types = type->is_string() ? std::vector<std::string>{type->as_string()}
                                   : TRY(read_names(*type, "type"));
    for (const std::string& name : node.types) {
      const std::string_view known[] = {"array",  "boolean", "integer", "null",
                                        "number", "object",  "string"};
      if (std::find(std::begin(known), std::end(known), name) == std::end(known)) {
        return bad_keyword("type");
      }
    }
  }
  if (const Json* values = at.find("enum")) {
    if (!values->is_array() || values->empty()) return bad_keyword("enum");
    node.has_values = true;
    node.values_text = write_json(*values);
    for (const Json& value : values->items()) node.values.push_back(canonical(value));
    std::sort(node.values.begin(), node.values.end());
  }
  TRY(combined(document, at, node, depth));
  TRY(numbers(at, node));
  TRY(strings(at, node));
  TRY(arrays(document, at, node, depth));
  return objects(document, at, node, depth);
}

Status Compiler::combined(const Json& document, const Json& at, Node& node, int depth) {
  node.all_of = TRY(schemas(document, at, "allOf", depth));
  node.any_of = TRY(schemas(document, at, "anyOf", depth));
  node.one_of = TRY(schemas(document, at, "oneOf", depth));
  if (const Json* negated = at.find("not")) {
    node.negated = TRY(schema(document, *negated, depth));
  }
  // Definitions are schemas even when nothing refers to them.
  if (const Json* definitions = at.find("definitions")) {
    if (!definitions->is_object()) return bad_keyword("definitions");
    for (const Json::Member& member : definitions->members()) {
      TRY(schema(document, member.value, depth));
    }
  }
  return {};
}

Status Compiler::numbers(const Json& at, Node& node) {
  const auto limit = [&](std::string_view keyword, std::optional<Decimal>& into,
                         std::string& text) -> Status {
    const Json* value = at.find(keyword);
    if (!value) return {};
    if (!value->is_number()) return bad_keyword(keyword);
    text = value->number_text();
    into = Decimal::read(text);
    return {};
  };
  TRY(limit("minimum", node.minimum, node.minimum_text));
  TRY(limit("maximum", node.maximum, node.maximum_text));
  TRY(limit("multipleOf", node.multiple_of, node.multiple_text));
  if (node.multiple_of &&
      (*node.multiple_of <= Decimal() || node.multiple_of->digits() > Decimal::kDivisorDigits)) {
    return bad_keyword("multipleOf");
  }
  for (const std::string_view keyword : {"exclusiveMinimum", "exclusiveMaximum"}) {
    const Json* value = at.find(keyword);
    if (value && !value->is_bool()) return bad_keyword(keyword);
  }
  node.exclusive_minimum = at["exclusiveMinimum"].bool_or(false);
  node.exclusive_maximum = at["exclusiveMaximum"].bool_or(false);
  return {};
}

Status Compiler::strings(const Json& at, Node& node) {
  node.min_length = TRY(count(at, "minLength"));
  node.max_length = TRY(count(at, "maxLength"));
  if (const Json* pattern = at.find("pattern")) {
    if (!pattern->is_string()) return bad_keyword("pattern");
    node.pattern = TRY(read_expression(pattern->as_string()));
  }
  if (const Json* format = at.find("format")) {
    if (!format->is_string()) return bad_keyword("format");
    node.format = format_of(format->as_string());
  }
  return {};
}

Result<int> Compiler::schema_or_bool(const Json& document, const Json& at, int depth) {
  if (at.is_bool()) return at.as_bool() ? kAnything : kForbidden;
  return schema(document, at, depth);
}

Status Compiler::arrays(const Json& document, const Json& at, Node& node, int depth) {
  node.min_items = TRY(count(at, "minItems"));
  node.max_items = TRY(count(at, "maxItems"));
  if (const Json* unique = at.find("uniqueItems")) {
    if (!unique->is_bool()) return bad_keyword("uniqueItems");
    node.unique_items = unique->as_bool();
  }
  const Json* items = at.find("items");
  if (!items) return {};
  if (!items->is_array()) {
    node.items = TRY(schema(document, *items, depth));
    return {};
  }
  for (const Json& item : items->items()) {
    node.tuple.push_back(TRY(schema(document, item, depth)));
  }
  if (const Json* more = at.find("additionalItems")) {
    node.items = TRY(schema_or_bool(document, *more, depth));
  }
  return {};
}

Status Compiler::objects(const Json& document, const Json& at, Node& node, int depth) {
  node.min_properties = TRY(count(at, "minProperties"));
  node.max_properties = TRY(count(at, "maxProperties"));
  if (const Json* required = at.find("required")) {
    node.required = TRY(read_names(*required, "required"));
  }
  for (const std::string_view keyword : {"properties", "patternProperties"}) {
    const Json* properties = at.find(keyword);
    if (!properties) continue;
    if (!properties->is_object()) return bad_keyword(keyword);
    for (const Json::Member& member : properties->members()) {
      const int index = TRY(schema(document, member.value, depth));
      if (keyword == "properties") {
        node.properties.emplace_back(member.key, index);
      } else {
        node.pattern_properties.emplace_back(TRY(read_expression(member.key)), index);
      }
    }
  }
  std::sort(node.properties.begin(), node.properties.end());
  if (const Json* more = at.find("additionalProperties")) {
    node.additional_properties = TRY(schema_or_bool(document, *more, depth));
  }
  return dependencies(document, at, node, depth);
}

Status Compiler::dependencies(const Json& document, const Json& at, Node& node, int depth) {
  const Json* all = at.find("dependencies");
  if (!all) return {};
  if (!all->is_object()) return bad_keyword("dependencies");
  for (const Json::Member& member : all->members()) {
    Node::Dependency dependency;
    dependency.property = member.key;
    if (member.value.is_array()) {
      dependency.required = TRY(read_names(member.value, "dependencies"));
    } else {
      dependency.schema = TRY(schema(document, member.value, depth));
    }
    node.dependencies.push_back(std::move(dependency));
  }
  return {};
}

}  // namespace

Result<Schema> Schema::compile(const Json& document, const Documents& documents) {
  Schema schema;
  schema.program_ = std::make_shared<const Program>(TRY(Compiler(document, documents).run()));
  return schema;
}

}  // namespace fairlead::jsonschema
