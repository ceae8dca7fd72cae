// Walking a page. Bounded by Limit, by 1 MB of items and so by time, whatever the filter drops.
#include "services/dynamodb/page.h"

#include "lang/dynamodb/apply.h"
#include "lang/dynamodb/compare.h"
#include "lang/dynamodb/value_json.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/item_format.h"
#include "services/dynamodb/write.h"

namespace fairlead::dynamodb {

namespace {

constexpr std::size_t kPageBytes = 1024 * 1024;

// Reads one page; a class so that each step stays small.
class PageReader {
 public:
  PageReader(DynamoDb& service, const PageRequest& request)
      : service_(service), request_(request) {}

  Status walk(const PageRange& range) {
    const auto family =
        request_.index != nullptr ? storage::Family::kIndexes : storage::Family::kItems;
    auto cursor =
        service_.store().range(family, range.bounds.from, range.bounds.to, range.direction);
    for (; cursor->valid(); cursor->next()) {
      Item item = TRY(decode_item(cursor->value()));
      bytes_ += size_of(item);
      ++scanned_;
      const bool full = scanned_ >= request_.limit || bytes_ >= kPageBytes;
      if (full) last_ = key_attributes(*request_.table, request_.index, item);
      TRY(take(std::move(item)));
      if (full) return {};
    }
    return cursor->status();
  }

  Json reply(const Json& input) {
    Json reply = Json::object();
    if (!request_.count_only) reply.set("Items", Json(std::move(items_)));
    reply.set("Count", count_);
    reply.set("ScannedCount", scanned_);
    if (last_) reply.set("LastEvaluatedKey", write_item(std::move(*last_)));
    Usage usage;
    const double units = read_units(bytes_, request_.consistency);
    usage.table = request_.index == nullptr ? units : fetched_;
    if (request_.index != nullptr) usage.indexes.push_back({request_.index, units});
    Json capacity = consumed_capacity(input["ReturnConsumedCapacity"], *request_.table, usage);
    if (!capacity.is_null()) reply.set("ConsumedCapacity", std::move(capacity));
    return reply;
  }

 private:
  Status take(Item item) {
    if (request_.all_attributes) {
      auto whole = TRY(read_item_at(service_.store(), item_key(*request_.table, item)));
      if (!whole) return {};  // deleted since the cursor was opened
      fetched_ += read_units(size_of(*whole), request_.consistency);
      item = std::move(*whole);
    }
    const Expressions& expressions = request_.expressions;
    if (expressions.condition && !holds(*expressions.condition, &item)) return {};
    ++count_;
    if (request_.count_only) return {};
    if (expressions.projection) {
      items_.push_back(write_item(project(item, *expressions.projection)));
    } else {
      items_.push_back(write_item(std::move(item)));
    }
    return {};
  }

  DynamoDb& service_;
  const PageRequest& request_;
  Json::Array items_;
  std::size_t count_ = 0, scanned_ = 0, bytes_ = 0;
  double fetched_ = 0;  // units spent on the table behind a local index
  std::optional<Item> last_;
};

}  // namespace

Result<std::string> start_key(const PageRequest& request, PageOf what) {
  const Table& table = *request.table;
  const Item& start = *request.start;
  const Item keys = key_attributes(table, request.index, start);
  std::size_t wanted = table.keys.range ? 2 : 1;
  auto fits = [&](const KeySchema& schema) {
    for (const KeyAttribute* key : {&schema.hash, schema.range_or_null()}) {
      const AttributeValue* value = key != nullptr ? start.find(key->name) : nullptr;
      if (key != nullptr && (value == nullptr || value->type() != key->type)) return false;
    }
    return true;
  };
  if (request.index != nullptr) {
    for (const KeyAttribute* key :
         {&request.index->keys.hash, request.index->keys.range_or_null()}) {
      if (key != nullptr && !table.keys.has(key->name)) ++wanted;
    }
  }
  if (start.size() != wanted || keys.size() != wanted) {
    return invalid_start_key(
        what == PageOf::kQuery ? "" : "The provided key element does not match the schema");
  }
  if (!fits(table.keys) || (request.index != nullptr && !fits(request.index->keys))) {
    return invalid_start_key("The provided key element does not match the schema");
  }
  if (request.index == nullptr) return item_key(table, start);
  auto key = index_key(table, *request.index, start);
  if (!key) return invalid_start_key("");
  return std::move(*key);
}

Result<Json> read_page(DynamoDb& service, const PageRequest& request, const PageRange& range,
                       const Json& input) {
  PageReader reader(service, request);
  TRY(reader.walk(range));
  return reader.reply(input);
}

}  // namespace fairlead::dynamodb
