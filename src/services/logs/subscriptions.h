// Subscription filters: events of a group that match a pattern are sent to a function as they come.
//
// They stand in the group's document. A batch of events that is written to such a group leaves a
// row for each block (records.h, pending_key) in the same commit; delivery.cpp sends what the rows
// name and erases them. So an event is sent at least once, also when the server dies in between.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "platform/context.h"
#include "services/logs/logs.h"

namespace fairlead::logs {

// Notes the blocks for the group's subscriptions.
void put_pending(Logs& logs, storage::Batch& batch, const Json& group, const Json& stream,
                 const std::vector<std::string>& block_keys);

using platform::Context;
Result<Json> put_subscription_filter(Logs& logs, Context& cx, const Json& input);
Result<Json> describe_subscription_filters(Logs& logs, Context& cx, const Json& input);
Result<Json> delete_subscription_filter(Logs& logs, Context& cx, const Json& input);

}  // namespace fairlead::logs
