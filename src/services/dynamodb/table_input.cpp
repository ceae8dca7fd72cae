// The checks of table and index definitions, in the order in which AWS makes them.
#include "services/dynamodb/table_input.h"

#include <algorithm>

#include "base/arn.h"
#include "platform/operation.h"
#include "services/dynamodb/errors.h"

namespace fairlead::dynamodb {

namespace {

constexpr std::int64_t kMaxUnits = 1'000'000'000'000;
constexpr std::size_t kMaxLocalIndexes = 5, kMaxGlobalIndexes = 20;
constexpr std::size_t kMaxIncluded = 100;  // NonKeyAttributes of all indexes together

const KeyAttribute* find(const std::vector<KeyAttribute>& attributes, const std::string& name) {
  for (const KeyAttribute& each : attributes) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

std::string names_of(const std::vector<KeyAttribute>& attributes) {
  std::string out;
  for (const KeyAttribute& each : attributes) out += (out.empty() ? "" : ", ") + each.name;
  return "[" + out + "]";
}

std::string names_of(const Json& schema) {
  std::string out;
  for (const Json& each : schema.items()) {
    out += (out.empty() ? "" : ", ") + each["AttributeName"].string_or("");
  }
  return "[" + out + "]";
}

Status check_units(std::int64_t units, std::string_view name) {
  if (units <= kMaxUnits) return {};
  return validation("Given value " + std::to_string(units) + " for " + std::string(name) +
                    " is out of bounds");
}

Status read_projection(const Json& json, Index& index) {
  const std::string type = json["ProjectionType"].string_or("");
  const Json& names = json["NonKeyAttributes"];
  if (type.empty()) return invalid_parameter("Unknown ProjectionType: null");
  if (type == "INCLUDE") {
    if (names.items().empty()) {
      return invalid_parameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
    }
    index.projects = Index::Projects::kInclude;
    for (const Json& name : names.items()) index.included.push_back(name.string_or(""));
    return {};
  }
  if (names.is_array()) {
    return invalid_parameter("ProjectionType is " + type + ", but NonKeyAttributes is specified");
  }
  index.projects = type == "ALL" ? Index::Projects::kAll : Index::Projects::kKeysOnly;
  return {};
}

Status check_local(const Index& index, const Table& table) {
  if (!table.keys.range) {
    return invalid_parameter(
        "Table KeySchema does not have a range key, which is required when specifying a "
        "LocalSecondaryIndex");
  }
  if (!index.keys.range) {
    return invalid_parameter("Index KeySchema does not have a range key for index: " + index.name);
  }
  if (index.keys.hash.name != table.keys.hash.name) {
    return invalid_parameter(
        "Index KeySchema does not have the same leading hash key as table KeySchema for index: " +
        index.name + ". index hash key: " + index.keys.hash.name +
        ", table hash key: " + table.keys.hash.name);
  }
  return {};
}

}  // namespace

Result<std::vector<KeyAttribute>> read_attribute_definitions(const Json& definitions) {
  std::vector<KeyAttribute> attributes;
  for (const Json& json : definitions.items()) {
    const std::string name = json["AttributeName"].string_or("");
    const std::string type = json["AttributeType"].string_or("S");
    if (find(attributes, name) != nullptr) {
      return invalid_parameter("Duplicate AttributeName in AttributeDefinitions: " + name);
    }
    attributes.push_back(KeyAttribute{name, type == "N"   ? Type::kN
                                            : type == "B" ? Type::kB
                                                          : Type::kS});
  }
  return attributes;
}

Result<KeySchema> read_key_schema(const Json& schema, const std::vector<KeyAttribute>& attributes,
                                  SchemaOf what) {
  std::vector<const KeyAttribute*> keys;
  for (const Json& json : schema.items()) {
    const KeyAttribute* key = find(attributes, json["AttributeName"].string_or(""));
    if (key == nullptr && what == SchemaOf::kTable && schema.size() == 2) {
      return validation("Invalid KeySchema: Some index key attribute have no definition");
    }
    if (key == nullptr) {
      return invalid_parameter(
          "Some index key attributes are not defined in AttributeDefinitions. Keys: " +
          names_of(schema) + ", AttributeDefinitions: " + names_of(attributes));
    }
    keys.push_back(key);
  }
  if (keys.size() == 2 && keys[0] == keys[1]) {
    return validation(
        "Both the Hash Key and the Range Key element in the KeySchema have the same name");
  }
  if (schema.items()[0]["KeyType"].string_or("") != "HASH") {
    return validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (keys.size() == 2 && schema.items()[1]["KeyType"].string_or("") != "RANGE") {
    return validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  KeySchema read{*keys[0], std::nullopt};
  if (keys.size() == 2) read.range = *keys[1];
  return read;
}

Result<Index> read_index(const Json& json, Index::Kind kind, const Table& table) {
  Index index;
  index.kind = kind;
  index.name = json["IndexName"].string_or("");
  index.keys = TRY(read_key_schema(json["KeySchema"], table.attributes, SchemaOf::kIndex));
  if (kind == Index::Kind::kLocal) TRY(check_local(index, table));
  TRY(read_projection(json["Projection"], index));
  if (table.index(index.name) != nullptr) {
    return invalid_parameter("Duplicate index name: " + index.name);
  }
  if (kind == Index::Kind::kGlobal) {
    index.throughput = TRY(read_throughput(json["ProvisionedThroughput"], table, index.name));
  }
  return index;
}

Result<Throughput> read_throughput(const Json& json, const Table& table, std::string_view index) {
  if (json.is_null()) {
    if (table.pay_per_request) return Throughput{};
    if (index.empty()) {
      return invalid_parameter(
          "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
          "PROVISIONED");
    }
    return invalid_parameter("ProvisionedThroughput must be specified for index: " +
                             std::string(index));
  }
  if (table.pay_per_request) {
    if (index.empty()) {
      return invalid_parameter(
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
          "PAY_PER_REQUEST");
    }
    return invalid_parameter("ProvisionedThroughput should not be specified for index: " +
                             std::string(index) + " when BillingMode is PAY_PER_REQUEST");
  }
  const Throughput units{json["ReadCapacityUnits"].int_or(0), json["WriteCapacityUnits"].int_or(0)};
  const std::string suffix = index.empty() ? "" : " for index " + std::string(index);
  TRY(check_units(units.read, "ReadCapacityUnits" + suffix));
  TRY(check_units(units.write, "WriteCapacityUnits" + suffix));
  return units;
}

Status check_definitions_used(const Table& table) {
  for (const KeyAttribute& attribute : table.attributes) {
    bool used = table.keys.has(attribute.name);
    for (const Index& index : table.indexes) used = used || index.keys.has(attribute.name);
    if (used) continue;
    if (table.indexes.empty()) {
      return invalid_parameter(
          "Number of attributes in KeySchema does not exactly match number of attributes defined "
          "in AttributeDefinitions");
    }
    std::vector<std::string> keys;
    auto take = [&](const KeySchema& schema) {
      for (const KeyAttribute* key : {&schema.hash, schema.range_or_null()}) {
        if (key == nullptr || std::find(keys.begin(), keys.end(), key->name) != keys.end())
          continue;
        keys.push_back(key->name);
      }
    };
    take(table.keys);
    for (const Index& index : table.indexes) take(index.keys);
    std::string names;
    for (const std::string& key : keys) names += (names.empty() ? "" : ", ") + key;
    return invalid_parameter("Some AttributeDefinitions are not used. AttributeDefinitions: " +
                             names_of(table.attributes) + ", keys used: [" + names + "]");
  }
  return {};
}

Status check_index_count(const Table& table) {
  std::size_t global = 0, local = 0, included = 0;
  for (const Index& index : table.indexes) {
    ++(index.kind == Index::Kind::kGlobal ? global : local);
    included += index.included.size();
  }
  if (local > kMaxLocalIndexes) {
    return invalid_parameter("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
  }
  if (global > kMaxGlobalIndexes) {
    return invalid_parameter("GlobalSecondaryIndex count exceeds the per-table limit of 20");
  }
  if (included > kMaxIncluded) {
    return invalid_parameter("Number of NonKeyAttributes exceeds per-table limit of 100");
  }
  return {};
}

Result<std::optional<StreamView>> read_stream_view(const Json& specification) {
  const std::string view = specification["StreamViewType"].string_or("");
  if (!specification["StreamEnabled"].bool_or(false)) {
    if (view.empty()) return std::optional<StreamView>();
    return invalid_parameter("StreamViewType should not be specified when StreamEnabled is false");
  }
  if (view.empty()) {
    return invalid_parameter("StreamViewType is required when StreamEnabled is true");
  }
  return read_view(view);  // the model knows the names
}

Json read_sse(const Json& specification, const Table& table) {
  if (!specification["Enabled"].bool_or(false)) return Json();
  const std::string key = specification["KMSMasterKeyId"].string_or("");
  const std::string arn =
      key.starts_with("arn:")
          ? key
          : format_arn("kms", table.region, table.account,
                       key.empty() ? "alias/aws/dynamodb"
                                   : (key.starts_with("alias/") ? key : "key/" + key));
  return Json::object({{"Status", "ENABLED"}, {"SSEType", "KMS"}, {"KMSMasterKeyArn", arn}});
}

}  // namespace fairlead::dynamodb
