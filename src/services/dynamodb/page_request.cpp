// Reading what Query and Scan are asked alike: index, Select, projection, consistency, start.
#include "lang/dynamodb/value_json.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/page.h"

namespace fairlead::dynamodb {

namespace {

// Select against projection and index, before the table is looked at.
Status check_select(const Json& input) {
  const std::string select = input["Select"].string_or("");
  if (select.empty()) return {};
  const bool attributes = input.has("AttributesToGet");
  const bool projection = input.has("ProjectionExpression") || attributes;
  if (select == "SPECIFIC_ATTRIBUTES") {
    if (projection) return {};
    return validation(
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
        "SPECIFIC_ATTRIBUTES");
  }
  if (select == "ALL_PROJECTED_ATTRIBUTES" && !input.has("IndexName")) {
    return invalid_parameter(
        "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  }
  if (projection) {
    return validation(std::string("Cannot specify the ") +
                      (attributes ? "AttributesToGet" : "ProjectionExpression") +
                      " when choosing to get " + select);
  }
  return {};
}

std::string unprojected(const PageRequest& request) {
  std::string names;
  if (!request.expressions.projection) return names;
  for (const Path& path : request.expressions.projection->paths) {
    if (request.table->projects(*request.index, path.front().name)) continue;
    names += (names.empty() ? "" : ", ") + path.front().name;
  }
  return names;
}

// What an index can give: a global index only what it projects, a local one fetches the rest.
Status check_index(const Json& input, PageRequest& request) {
  const Index& index = *request.index;
  const bool all = input["Select"].string_or("") == "ALL_ATTRIBUTES";
  const bool narrow = index.projects != Index::Projects::kAll;
  const std::string missing = unprojected(request);
  if (index.kind == Index::Kind::kGlobal) {
    if (request.consistency == Consistency::kStrong) return consistent_read_on_global_index();
    if (all && narrow) {
      return invalid_parameter(
          "Select type ALL_ATTRIBUTES is not supported for global secondary index " + index.name +
          " because its projection type is not ALL");
    }
    if (!missing.empty()) {
      return invalid_parameter("Global secondary index " + index.name + " does not project [" +
                               missing + "]");
    }
    return {};
  }
  request.all_attributes = narrow && (all || !missing.empty());
  return {};
}

}  // namespace

Result<PageRequest> read_page_request(DynamoDb& service, const platform::Context& cx,
                                      const Json& input, PageOf what) {
  PageRequest request;
  TRY(check_select(input));
  if (what == PageOf::kQuery) {
    request.expressions = TRY(read_expressions(
        input, {"ProjectionExpression", "FilterExpression", "KeyConditionExpression"}));
  } else {
    request.expressions =
        TRY(read_expressions(input, {"ProjectionExpression", "FilterExpression"}));
  }
  if (what == PageOf::kQuery && !request.expressions.key_condition) {
    return validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.");
  }
  if (input.has("ExclusiveStartKey")) {
    auto start = read_item(input["ExclusiveStartKey"]);
    if (!start.ok()) return invalid_start_key(start.error().message);
    request.start = std::move(start).value();
  }
  if (input.has("Limit")) request.limit = static_cast<std::size_t>(input["Limit"].int_or(1));
  if (input["ConsistentRead"].bool_or(false)) request.consistency = Consistency::kStrong;
  request.count_only = input["Select"].string_or("") == "COUNT";

  request.table = TRY(service.tables().find(cx, input["TableName"].string_or("")));
  if (input.has("IndexName")) {
    const std::string name = input["IndexName"].string_or("");
    request.index = request.table->index(name);
    if (request.index == nullptr) return no_such_index(name);
    TRY(check_index(input, request));
  }
  return request;
}

}  // namespace fairlead::dynamodb
