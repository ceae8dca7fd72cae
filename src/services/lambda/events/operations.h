// The handlers of the operations of events/, grouped by the file that holds them.
#pragma once

#include "platform/operation.h"
#include "services/lambda/events/events.h"

namespace fairlead::lambda::events {

using platform::Context;

// invoke_config_operations.cpp
Result<Json> put_function_event_invoke_config(Events&, Context&, const Json& input);
Result<Json> update_function_event_invoke_config(Events&, Context&, const Json& input);
Result<Json> get_function_event_invoke_config(Events&, Context&, const Json& input);
Result<Json> delete_function_event_invoke_config(Events&, Context&, const Json& input);
Result<Json> list_function_event_invoke_configs(Events&, Context&, const Json& input);

// mapping_operations.cpp
Result<Json> create_event_source_mapping(Events&, Context&, const Json& input);
Result<Json> get_event_source_mapping(Events&, Context&, const Json& input);
Result<Json> list_event_source_mappings(Events&, Context&, const Json& input);
Result<Json> update_event_source_mapping(Events&, Context&, const Json& input);
Result<Json> delete_event_source_mapping(Events&, Context&, const Json& input);

// url_operations.cpp
Result<Json> create_function_url_config(Events&, Context&, const Json& input);
Result<Json> get_function_url_config(Events&, Context&, const Json& input);
Result<Json> update_function_url_config(Events&, Context&, const Json& input);
Result<Json> delete_function_url_config(Events&, Context&, const Json& input);
Result<Json> list_function_url_configs(Events&, Context&, const Json& input);

// The name that FunctionName and Qualifier members give.
Result<FunctionName> named(const Context& cx, const Json& input);
// One page of `all` under `member`, with NextMarker. `most`: AWS's bound of MaxItems.
Result<Json> page_of_list(const Json& input, const char* member, const Json& all, std::size_t most);
// A time as the model's Date: seconds since 1970.
Json seconds(std::int64_t ms);

}  // namespace fairlead::lambda::events
