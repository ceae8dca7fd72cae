// One page of a Query or Scan: walk a range, filter, project, stop at Limit or at 1 MB.
#pragma once

#include "base/json.h"
#include "services/dynamodb/capacity.h"
#include "services/dynamodb/dynamodb.h"
#include "services/dynamodb/item_keys.h"
#include "services/dynamodb/request.h"

namespace fairlead::dynamodb {

// What Query and Scan are asked alike.
struct PageRequest {
  TablePointer table;
  const Index* index = nullptr;  // of `table`
  Expressions expressions;
  bool count_only = false;
  bool all_attributes = false;  // of a local index: fetched from the table
  Consistency consistency = Consistency::kEventual;
  std::size_t limit = SIZE_MAX;
  std::optional<Item> start;  // ExclusiveStartKey
};

struct PageRange {
  Bounds bounds;
  storage::Direction direction = storage::Direction::kForward;
};

// `filter` is "FilterExpression"; Query also reads its key condition. Everything is checked but
// what needs the range: see check_start_key.
enum class PageOf : std::uint8_t { kQuery, kScan };
Result<PageRequest> read_page_request(DynamoDb& service, const platform::Context& cx,
                                      const Json& input, PageOf what);

// The storage key of ExclusiveStartKey, checked against the schema.
Result<std::string> start_key(const PageRequest& request, PageOf what);

// Items, Count, ScannedCount, LastEvaluatedKey, ConsumedCapacity.
Result<Json> read_page(DynamoDb& service, const PageRequest& request, const PageRange& range,
                       const Json& input);

}  // namespace fairlead::dynamodb
