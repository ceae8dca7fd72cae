// Query: one partition, in the order of its sort key.
#include "services/dynamodb/errors.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/page.h"

namespace fairlead::dynamodb {

namespace {

// `key` and everything that continues it.
std::string past(const std::string& key) { return storage::after_prefix(key); }

// The keys that the condition admits. Key parts are self-delimiting, so [part, past(part)) is
// exactly the items with that sort key.
Bounds bounds_of(const PageRequest& request, const KeyCondition& condition) {
  using Range = KeyCondition::Range;
  const std::string partition = partition_prefix(*request.table, request.index, condition.hash);
  auto at = [&](const AttributeValue& value) {
    std::string key = partition;
    append_key_part(key, value);
    return key;
  };
  switch (condition.range) {
    case Range::kAll:
      return {partition, past(partition)};
    case Range::kEqual:
      return {at(condition.low), past(at(condition.low))};
    case Range::kLess:
      return {partition, at(condition.low)};
    case Range::kLessEqual:
      return {partition, past(at(condition.low))};
    case Range::kGreater:
      return {past(at(condition.low)), past(partition)};
    case Range::kGreaterEqual:
      return {at(condition.low), past(partition)};
    case Range::kBetween:
      return {at(condition.low), past(at(condition.high))};
    case Range::kBeginsWith:
      break;
  }
  std::string prefix = partition;
  append_key_part_prefix(prefix, condition.low);
  return {prefix, past(prefix)};
}

// A filter may not look at the keys that the key condition is for.
Status check_filter(std::string_view where, const Node& node, const KeySchema& keys) {
  if (node.kind == NodeKind::kPath && keys.has(node.path.front().name)) {
    return validation(std::string(where) +
                      " can only contain non-primary key attributes: Primary key attribute: " +
                      node.path.front().name);
  }
  for (const Node& operand : node.operands) TRY(check_filter(where, operand, keys));
  return {};
}

Status start_after(const PageRequest& request, PageRange& range) {
  const std::string key = TRY(start_key(request, PageOf::kQuery));
  const std::string after = key + '\0';
  if (key < range.bounds.from || key >= range.bounds.to) {
    return validation(
        "The provided starting key is outside query boundaries based on provided conditions");
  }
  if (range.direction == storage::Direction::kForward) {
    range.bounds.from = after;
  } else {
    range.bounds.to = key;
  }
  return {};
}

}  // namespace

Result<Json> query(DynamoDb& service, Context& cx, const Json& input) {
  const PageRequest request = TRY(read_page_request(service, cx, input, PageOf::kQuery));
  const KeySchema& keys = request.index != nullptr ? request.index->keys : request.table->keys;
  const KeyCondition condition =
      TRY(key_condition(*request.expressions.key_condition, keys.hash, keys.range_or_null()));
  if (request.expressions.condition) {
    const char* where = input.has("QueryFilter") ? "QueryFilter" : "Filter Expression";
    TRY(check_filter(where, *request.expressions.condition, keys));
  }

  PageRange range{bounds_of(request, condition)};
  if (!input["ScanIndexForward"].bool_or(true)) range.direction = storage::Direction::kBackward;
  if (range.bounds.from >= range.bounds.to) range.bounds.to = range.bounds.from;
  if (request.start) TRY(start_after(request, range));
  return read_page(service, request, range, input);
}

}  // namespace fairlead::dynamodb
