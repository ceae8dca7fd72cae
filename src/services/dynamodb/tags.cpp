// TagResource, UntagResource, ListTagsOfResource.
#include "services/dynamodb/tags.h"

#include "base/arn.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/operations.h"

namespace fairlead::dynamodb {

namespace {

constexpr std::size_t kMaxTags = 50;
constexpr std::string_view kTable = "table/";

Json* find_tag(Json& tags, const std::string& key) {
  for (Json& tag : tags.items()) {
    if (tag["Key"].string_or("") == key) return &tag;
  }
  return nullptr;
}

// The table that an ARN names, looked up in the ARN's account and region.
Result<TablePointer> table_of(DynamoDb& service, const Context& cx, const std::string& text) {
  auto arn = parse_arn(text);
  if (!arn || arn->service != "dynamodb" || !arn->resource.starts_with(kTable)) {
    return validation("Invalid TableArn: Invalid ResourceArn provided as input " + text);
  }
  if (arn->account != cx.account || arn->region != cx.region) return resource_not_found(text);
  TablePointer table =
      TRY(service.tables().look_up(arn->account, arn->region, arn->resource.substr(kTable.size())));
  if (!table) return resource_not_found(text);
  return table;
}

}  // namespace

Result<Json> merge_tags(Json tags, const Json& added) {
  if (!tags.is_array()) tags = Json::array();
  std::vector<std::string> seen;
  for (const Json& tag : added.items()) {
    const std::string key = tag["Key"].string_or("");
    if (key.starts_with("aws:")) {
      return validation(
          "One or more parameter values are not valid. Tag keys starting with aws: "
          "are reserved for system use");
    }
    for (const std::string& each : seen) {
      if (each == key) {
        return validation("One or more parameter values are not valid. Duplicate tag key: " + key);
      }
    }
    seen.push_back(key);
    Json record = Json::object({{"Key", key}, {"Value", tag["Value"].string_or("")}});
    if (Json* old = find_tag(tags, key)) {
      *old = std::move(record);
    } else {
      tags.push_back(std::move(record));
    }
  }
  if (tags.size() > kMaxTags) {
    return validation("One or more parameter values were invalid: Too many tags: " +
                      std::to_string(tags.size()) + ". The limit is 50");
  }
  return tags;
}

Result<Json> tag_resource(DynamoDb& service, Context& cx, const Json& input) {
  const TablePointer table = TRY(table_of(service, cx, input["ResourceArn"].string_or("")));
  auto change = [&](Table& next) -> Status {
    next.tags = TRY(merge_tags(next.tags, input["Tags"]));
    return {};
  };
  TRY(service.tables().change(cx, table->name, change));
  return Json::object();
}

Result<Json> untag_resource(DynamoDb& service, Context& cx, const Json& input) {
  const TablePointer table = TRY(table_of(service, cx, input["ResourceArn"].string_or("")));
  auto change = [&](Table& next) -> Status {
    Json left = Json::array();
    for (const Json& tag : next.tags.items()) {
      bool gone = false;
      for (const Json& key : input["TagKeys"].items()) gone = gone || key == tag["Key"];
      if (!gone) left.push_back(tag);
    }
    next.tags = std::move(left);
    return {};
  };
  TRY(service.tables().change(cx, table->name, change));
  return Json::object();
}

// At most 50 tags: one page.
Result<Json> list_tags_of_resource(DynamoDb& service, Context& cx, const Json& input) {
  const TablePointer table = TRY(table_of(service, cx, input["ResourceArn"].string_or("")));
  return Json::object({{"Tags", table->tags}});
}

}  // namespace fairlead::dynamodb
