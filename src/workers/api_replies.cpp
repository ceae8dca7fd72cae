// Small JSON bodies, as AWS's own Runtime API writes them.
#include "workers/api_replies.h"

#include <string_view>

namespace fairlead::workers {
namespace {

constexpr std::size_t kMaxErrorType = 128;

}  // namespace

void reply_json(net::Exchange& exchange, int status, const Json& body) {
  exchange.respond(status, {{"Content-Type", "application/json"}}, write_json(body));
}

void reply_accepted(net::Exchange& exchange) {
  reply_json(exchange, 202, Json::object({{"status", "OK"}}));
}

void reply_error(net::Exchange& exchange, int status, const char* type, const std::string& text) {
  reply_json(exchange, status, Json::object({{"errorMessage", text}, {"errorType", type}}));
}

void refuse_state(net::Exchange& exchange) {
  reply_error(exchange, 403, "InvalidStateTransition",
              "The runtime is not in a state in which it may ask for this");
}

std::string reported_error_type(const std::string* sent) {
  if (sent == nullptr || sent->size() > kMaxErrorType) return "Runtime.Unknown";
  for (const std::string_view prefix : {"Runtime.", "Function.", "Extension."}) {
    if (!std::string_view(*sent).starts_with(prefix)) continue;
    const std::string_view name = std::string_view(*sent).substr(prefix.size());
    if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') return *sent;
  }
  return "Runtime.Unknown";
}

}  // namespace fairlead::workers
