// How the Runtime API and the Extensions API word their answers.
#pragma once

#include <string>

#include "base/json.h"
#include "net/http_server.h"

namespace fairlead::workers {

void reply_json(net::Exchange& exchange, int status, const Json& body);
void reply_accepted(net::Exchange& exchange);  // 202 {"status":"OK"}
void reply_error(net::Exchange& exchange, int status, const char* type, const std::string& text);
// 403: asked for in a state in which it cannot be had.
void refuse_state(net::Exchange& exchange);

// The type of an error that somebody reports in a header or trailer: "Runtime.Name",
// "Function.Name" or "Extension.Name"; anything else is not taken over.
std::string reported_error_type(const std::string* sent);

}  // namespace fairlead::workers
