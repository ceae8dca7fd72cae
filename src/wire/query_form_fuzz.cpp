// Query-protocol forms of any bytes: recognised, identified, parsed, validated.
#include <cstdint>

#include "wire/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fairlead::wire;
  const std::string_view form(reinterpret_cast<const char*>(data), size);
  const std::vector<HeaderPair> headers = {{"content-type", "application/x-www-form-urlencoded"}};
  for (const char* service : {"iam", "cloudformation", "sqs", "sns"}) {
    const ServiceModel model = Models::house().find_service(service);
    const HttpInput input{"POST", "/", "", headers, form};
    const auto call = identify(Dialect{model, Protocol::kQuery}, input);
    if (!call.ok()) continue;
    const auto parsed = parse_input(*call, input);
    if (parsed.ok()) (void)validate(call->operation, *parsed).ok();
  }
  return 0;
}
