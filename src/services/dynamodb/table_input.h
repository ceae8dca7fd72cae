// Reading what CreateTable and UpdateTable are told about keys, indexes and throughput, with AWS's
// checks and wording.
#pragma once

#include "services/dynamodb/stream.h"
#include "services/dynamodb/table.h"

namespace fairlead::dynamodb {

// AttributeDefinitions in the order given; a name defined twice is refused.
Result<std::vector<KeyAttribute>> read_attribute_definitions(const Json& definitions);

enum class SchemaOf : std::uint8_t { kTable, kIndex };
Result<KeySchema> read_key_schema(const Json& schema, const std::vector<KeyAttribute>& attributes,
                                  SchemaOf what);

// One GlobalSecondaryIndex or LocalSecondaryIndex, or a Create of an update. `number` is left 0.
Result<Index> read_index(const Json& json, Index::Kind kind, const Table& table);

// ProvisionedThroughput of a table (`index` empty) or an index, against the billing mode.
Result<Throughput> read_throughput(const Json& json, const Table& table, std::string_view index);

// Every definition is used by some key, and no more: "Number of attributes in KeySchema …".
Status check_definitions_used(const Table& table);
Status check_index_count(const Table& table);

// StreamSpecification: the view type, or empty when streams are off or not spoken of.
Result<std::optional<StreamView>> read_stream_view(const Json& specification);
Json read_sse(const Json& specification, const Table& table);  // SSEDescription or null

}  // namespace fairlead::dynamodb
