// Saved queries: kept for people and consoles, never run by themselves.
#include "base/ids.h"
#include "lang/logs/query.h"
#include "services/logs/errors.h"
#include "services/logs/insights.h"
#include "services/logs/paging.h"
#include "services/logs/records.h"
#include "storage/documents.h"

namespace fairlead::logs {

Result<Json> put_query_definition(Logs& logs, Context& cx, const Json& input) {
  if (input["queryLanguage"].string_or("CWLI") != "CWLI") {
    return platform::not_implemented("PutQueryDefinition with queryLanguage " +
                                     input["queryLanguage"].string_or(""));
  }
  TRY(Query::parse(input["queryString"].string_or("")));
  std::string id = input["queryDefinitionId"].string_or("");
  if (!id.empty()) {
    const std::string key = query_definition_key(cx.account, cx.region, id);
    if (!TRY(storage::get_document(logs.store(), key))) return no_such_query_definition();
  } else {
    id = uuid_v4();
  }
  Json document = Json::object({{"queryLanguage", "CWLI"},
                                {"queryDefinitionId", id},
                                {"name", input["name"]},
                                {"queryString", input["queryString"]},
                                {"lastModified", cx.now_ms}});
  if (input.has("logGroupNames")) document.set("logGroupNames", input["logGroupNames"]);
  storage::Batch batch;
  storage::put_document(batch, query_definition_key(cx.account, cx.region, id), document);
  TRY(logs.store().commit(std::move(batch)));
  return Json::object({{"queryDefinitionId", id}});
}

Result<Json> describe_query_definitions(Logs& logs, Context& cx, const Json& input) {
  const std::string prefix = input["queryDefinitionNamePrefix"].string_or("");
  Json all = Json::array();
  for (const auto& [key, document] : TRY(storage::list_documents(
           logs.store(), query_definition_key(cx.account, cx.region, "")))) {
    if (document["name"].string_or("").starts_with(prefix)) all.push_back(document);
  }
  Json paging = input;
  if (const Json* most = input.find("maxResults")) paging.set("limit", *most);
  return page_of("queryDefinitions", all, paging, 1000);
}

Result<Json> delete_query_definition(Logs& logs, Context& cx, const Json& input) {
  const std::string key =
      query_definition_key(cx.account, cx.region, input["queryDefinitionId"].as_string());
  if (!TRY(storage::get_document(logs.store(), key))) return no_such_query_definition();
  storage::Batch batch;
  batch.erase(storage::Family::kMeta, key);
  TRY(logs.store().commit(std::move(batch)));
  return Json::object({{"success", true}});
}

}  // namespace fairlead::logs
