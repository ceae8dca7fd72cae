// GetItem, PutItem, DeleteItem and UpdateItem: read what was asked, require the table and a fitting
// key, apply a pure change, reply.
#include "lang/dynamodb/apply.h"
#include "lang/dynamodb/compare.h"
#include "lang/dynamodb/value_json.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/item_keys.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/request.h"
#include "services/dynamodb/write.h"

namespace fairlead::dynamodb {

namespace {

Json null_if_empty(Item&& item) { return item.empty() ? Json() : write_item(std::move(item)); }

Status check_condition_holds(const Expressions& expressions, const Item* before,
                             const Json& input) {
  if (!expressions.condition || holds(*expressions.condition, before)) return {};
  const bool show = before != nullptr && wants_old_item_on_failure(input);
  return condition_failed(show ? write_item(*before) : Json());
}

Status check_returns_old_only(Returns returns) {
  if (returns == Returns::kNone || returns == Returns::kAllOld) return {};
  return validation("ReturnValues can only be ALL_OLD or NONE");
}

// Members of a write's reply beside Attributes.
void add_metrics(Json& reply, const Json& input, const Table& table, const Written& written,
                 const Item& key) {
  Json capacity = consumed_capacity(input["ReturnConsumedCapacity"], table, written.usage);
  if (!capacity.is_null()) reply.set("ConsumedCapacity", std::move(capacity));
  if (input["ReturnItemCollectionMetrics"].string_or("NONE") == "NONE") return;
  bool local = false;
  for (const Index& index : table.indexes) local = local || index.kind == Index::Kind::kLocal;
  if (!local) return;
  const std::string& name = table.keys.hash.name;
  Json range = Json::array({0, 1});  // gigabytes: an estimate, as AWS has it
  reply.set(
      "ItemCollectionMetrics",
      Json::object({{"ItemCollectionKey", Json::object({{name, write_value(*key.find(name))}})},
                    {"SizeEstimateRangeGB", std::move(range)}}));
}

void add_attributes(Json& reply, Json attributes) {
  if (!attributes.is_null()) reply.set("Attributes", std::move(attributes));
}

}  // namespace

Result<Json> get_item(DynamoDb& service, Context& cx, const Json& input) {
  const Expressions expressions = TRY(read_expressions(input, {"ProjectionExpression"}));
  const Item key = TRY(read_item(input["Key"]));
  const TablePointer table = TRY(service.tables().find(cx, input["TableName"].as_string()));
  TRY(check_key(*table, key));

  std::optional<Item> item = TRY(read_item_at(service.store(), item_key(*table, key)));
  const auto consistency =
      input["ConsistentRead"].bool_or(false) ? Consistency::kStrong : Consistency::kEventual;
  Usage usage;
  usage.table = read_units(item ? size_of(*item) : 0, consistency);
  Json reply = Json::object();
  if (item) {
    if (expressions.projection) item = project(*item, *expressions.projection);
    reply.set("Item", write_item(std::move(*item)));
  }
  Json capacity = consumed_capacity(input["ReturnConsumedCapacity"], *table, usage);
  if (!capacity.is_null()) reply.set("ConsumedCapacity", std::move(capacity));
  return reply;
}

Result<Json> put_item(DynamoDb& service, Context& cx, const Json& input) {
  const Expressions expressions = TRY(read_expressions(input, {"ConditionExpression"}));
  const Returns returns = read_returns(input);
  TRY(check_returns_old_only(returns));
  Item item = TRY(read_item(input["Item"]));
  if (size_of(item) > kMaxItemBytes) return item_too_large();

  const WriteTicket table =
      TRY(service.tables().open_for_write(cx, input["TableName"].as_string()));
  TRY(check_item_keys(*table, item));
  TRY(check_index_keys(*table, item, WrittenBy::kPut));
  const std::string key = item_key(*table, item);
  auto apply = [&](const Item* before) -> Result<Change> {
    TRY(check_condition_holds(expressions, before, input));
    return Change{std::move(item)};
  };
  Written written = TRY(update(service, *table, key, apply));

  Json reply = Json::object();
  if (returns == Returns::kAllOld && written.before) {
    add_attributes(reply, null_if_empty(std::move(*written.before)));
  }
  add_metrics(reply, input, *table, written, *written.after);
  return reply;
}

Result<Json> delete_item(DynamoDb& service, Context& cx, const Json& input) {
  const Expressions expressions = TRY(read_expressions(input, {"ConditionExpression"}));
  const Returns returns = read_returns(input);
  TRY(check_returns_old_only(returns));
  const Item key = TRY(read_item(input["Key"]));

  const WriteTicket table =
      TRY(service.tables().open_for_write(cx, input["TableName"].as_string()));
  TRY(check_key(*table, key));
  auto apply = [&](const Item* before) -> Result<Change> {
    TRY(check_condition_holds(expressions, before, input));
    return Change{};
  };
  Written written = TRY(update(service, *table, item_key(*table, key), apply));

  Json reply = Json::object();
  if (returns == Returns::kAllOld && written.before) {
    add_attributes(reply, null_if_empty(std::move(*written.before)));
  }
  add_metrics(reply, input, *table, written, key);
  return reply;
}

namespace {

Status check_keys_stay(const Table& table, const Expressions& expressions) {
  if (!expressions.update) return {};
  for (const UpdateAction& action : expressions.update->actions) {
    const std::string& name = action.path.front().name;
    if (table.keys.has(name)) return key_update(name);
  }
  return {};
}

bool only_removes(const Update& update) {
  for (const UpdateAction& action : update.actions) {
    if (action.kind == UpdateAction::Kind::kSet || action.kind == UpdateAction::Kind::kAdd) {
      return false;
    }
  }
  return true;
}

Result<Change> apply_update_item(const Table& table, const Item& key,
                                 const Expressions& expressions, const Json& input,
                                 const Item* before) {
  TRY(check_condition_holds(expressions, before, input));
  if (before == nullptr && input.has("AttributeUpdates") && only_removes(*expressions.update)) {
    return Change{};  // unlike an expression, this makes no item
  }
  const Item& start = before != nullptr ? *before : key;
  Item after = expressions.update ? TRY(apply_update(*expressions.update, start)) : start;
  if (depth_of(after) > kMaxNesting) return nesting_too_deep();
  if (size_of(after) > kMaxItemBytes) return item_to_update_too_large();
  TRY(check_index_keys(table, after, WrittenBy::kUpdate));
  return Change{std::move(after)};
}

Json updated_attributes(Returns returns, const Expressions& expressions, Written& written) {
  auto touched = [&](const std::optional<Item>& item) {
    if (!item || !expressions.update) return Json();
    return null_if_empty(project(*item, paths_of(*expressions.update)));
  };
  switch (returns) {
    case Returns::kNone:
      return Json();
    case Returns::kAllOld:
      return written.before ? null_if_empty(std::move(*written.before)) : Json();
    case Returns::kUpdatedOld:
      return touched(written.before);
    case Returns::kAllNew:
      return written.after ? null_if_empty(std::move(*written.after)) : Json();
    case Returns::kUpdatedNew:
      break;
  }
  return touched(written.after);
}

}  // namespace

Result<Json> update_item(DynamoDb& service, Context& cx, const Json& input) {
  const Expressions expressions =
      TRY(read_expressions(input, {"UpdateExpression", "ConditionExpression"}));
  const Item key = TRY(read_item(input["Key"]));

  const WriteTicket table =
      TRY(service.tables().open_for_write(cx, input["TableName"].as_string()));
  TRY(check_key(*table, key));
  TRY(check_keys_stay(*table, expressions));
  Written written = TRY(update(service, *table, item_key(*table, key), [&](const Item* before) {
    return apply_update_item(*table, key, expressions, input, before);
  }));

  Json reply = Json::object();
  add_attributes(reply, updated_attributes(read_returns(input), expressions, written));
  add_metrics(reply, input, *table, written, key);
  return reply;
}

}  // namespace fairlead::dynamodb
