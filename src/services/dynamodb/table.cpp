// The table's record in the store and back.
#include "services/dynamodb/table.h"

#include <algorithm>

#include "base/arn.h"

namespace fairlead::dynamodb {

std::string Table::arn() const { return format_arn("dynamodb", region, account, "table/" + name); }

std::string Table::latest_stream_arn() const { return arn() + "/stream/" + stream_label; }

const Index* Table::index(std::string_view index_name) const {
  for (const Index& each : indexes) {
    if (each.name == index_name) return &each;
  }
  return nullptr;
}

const KeyAttribute* Table::attribute(std::string_view attribute_name) const {
  for (const KeyAttribute& each : attributes) {
    if (each.name == attribute_name) return &each;
  }
  return nullptr;
}

bool Table::projects(const Index& index, std::string_view attribute_name) const {
  if (index.projects == Index::Projects::kAll) return true;
  if (keys.has(attribute_name) || index.keys.has(attribute_name)) return true;
  return std::find(index.included.begin(), index.included.end(), attribute_name) !=
         index.included.end();
}

Table Table::next_version() const {
  Table next = *this;
  next.gate = std::make_shared<WriteGate>();
  return next;
}

namespace {

Json key_attribute(const KeyAttribute& key) {
  return Json::object({{"name", key.name}, {"type", type_name(key.type)}});
}

KeyAttribute read_key_attribute(const Json& json) {
  const std::string type = json["type"].string_or("S");
  return KeyAttribute{json["name"].string_or(""), type == "N"   ? Type::kN
                                                  : type == "B" ? Type::kB
                                                                : Type::kS};
}

Json key_schema(const KeySchema& keys) {
  Json json = Json::object({{"hash", key_attribute(keys.hash)}});
  if (keys.range) json.set("range", key_attribute(*keys.range));
  return json;
}

KeySchema read_key_schema(const Json& json) {
  KeySchema keys{read_key_attribute(json["hash"]), std::nullopt};
  if (json.has("range")) keys.range = read_key_attribute(json["range"]);
  return keys;
}

Json throughput(const Throughput& units) {
  return Json::object({{"read", units.read}, {"write", units.write}});
}

Throughput read_throughput(const Json& json) {
  return Throughput{json["read"].int_or(0), json["write"].int_or(0)};
}

Json index_record(const Index& index) {
  Json included = Json::array();
  for (const std::string& name : index.included) included.push_back(name);
  return Json::object({{"name", index.name},
                       {"local", index.kind == Index::Kind::kLocal},
                       {"keys", key_schema(index.keys)},
                       {"projects", static_cast<int>(index.projects)},
                       {"included", std::move(included)},
                       {"throughput", throughput(index.throughput)},
                       {"number", index.number}});
}

Index read_index(const Json& json) {
  Index index;
  index.name = json["name"].string_or("");
  index.kind = json["local"].bool_or(false) ? Index::Kind::kLocal : Index::Kind::kGlobal;
  index.keys = read_key_schema(json["keys"]);
  index.projects = static_cast<Index::Projects>(json["projects"].int_or(0));
  for (const Json& name : json["included"].items()) index.included.push_back(name.string_or(""));
  index.throughput = read_throughput(json["throughput"]);
  index.number = static_cast<std::uint32_t>(json["number"].int_or(0));
  return index;
}

}  // namespace

Json table_document(const Table& table) {
  Json attributes = Json::array(), indexes = Json::array();
  for (const KeyAttribute& key : table.attributes) attributes.push_back(key_attribute(key));
  for (const Index& index : table.indexes) indexes.push_back(index_record(index));
  return Json::object({{"account", table.account},
                       {"region", table.region},
                       {"name", table.name},
                       {"id", table.id},
                       {"number", std::to_string(table.number)},
                       {"created_ms", table.created_ms},
                       {"attributes", std::move(attributes)},
                       {"keys", key_schema(table.keys)},
                       {"indexes", std::move(indexes)},
                       {"next_index", table.next_index},
                       {"pay_per_request", table.pay_per_request},
                       {"pay_per_request_since_ms", table.pay_per_request_since_ms},
                       {"throughput", throughput(table.throughput)},
                       {"table_class", table.table_class},
                       {"table_class_since_ms", table.table_class_since_ms},
                       {"deletion_protection", table.deletion_protection},
                       {"sse", table.sse},
                       {"tags", table.tags},
                       {"ttl_attribute", table.ttl_attribute},
                       {"stream_label", table.stream_label},
                       {"stream_enabled", table.stream != nullptr}});
}

Table table_from_document(const Json& document) {
  Table table;
  table.account = document["account"].string_or("");
  table.region = document["region"].string_or("");
  table.name = document["name"].string_or("");
  table.id = document["id"].string_or("");
  table.number = std::stoull(document["number"].string_or("0"));
  table.created_ms = document["created_ms"].int_or(0);
  for (const Json& key : document["attributes"].items()) {
    table.attributes.push_back(read_key_attribute(key));
  }
  table.keys = read_key_schema(document["keys"]);
  for (const Json& index : document["indexes"].items()) table.indexes.push_back(read_index(index));
  table.next_index = static_cast<std::uint32_t>(document["next_index"].int_or(1));
  table.pay_per_request = document["pay_per_request"].bool_or(false);
  table.pay_per_request_since_ms = document["pay_per_request_since_ms"].int_or(0);
  table.throughput = read_throughput(document["throughput"]);
  table.table_class = document["table_class"].string_or("");
  table.table_class_since_ms = document["table_class_since_ms"].int_or(0);
  table.deletion_protection = document["deletion_protection"].bool_or(false);
  table.sse = document["sse"];
  table.tags = document["tags"].is_array() ? document["tags"] : Json::array();
  table.ttl_attribute = document["ttl_attribute"].string_or("");
  table.stream_label = document["stream_label"].string_or("");
  return table;
}

bool names_enabled_stream(const Json& document) {
  return document["stream_enabled"].bool_or(false);
}

}  // namespace fairlead::dynamodb
