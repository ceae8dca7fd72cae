// Operations of Insights: queries, their results, single records, saved queries.
#pragma once

#include "base/result.h"
#include "platform/context.h"
#include "services/logs/logs.h"

namespace fairlead::logs {

using platform::Context;
Result<Json> start_query(Logs& logs, Context& cx, const Json& input);
Result<Json> get_query_results(Logs& logs, Context& cx, const Json& input);
Result<Json> stop_query(Logs& logs, Context& cx, const Json& input);
Result<Json> describe_queries(Logs& logs, Context& cx, const Json& input);
Result<Json> get_log_record(Logs& logs, Context& cx, const Json& input);
Result<Json> put_query_definition(Logs& logs, Context& cx, const Json& input);
Result<Json> describe_query_definitions(Logs& logs, Context& cx, const Json& input);
Result<Json> delete_query_definition(Logs& logs, Context& cx, const Json& input);

}  // namespace fairlead::logs
