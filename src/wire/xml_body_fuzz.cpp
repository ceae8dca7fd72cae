// XML bodies of any bytes for a handful of S3 operations; what is read is written again.
#include <cstdint>

#include "wire/protocol.h"
#include "wire/xml_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fairlead::wire;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const std::vector<HeaderPair> headers;
  for (const char* query : {"delete", "website", "lifecycle", "tagging", "acl", "notification"}) {
    const HttpInput input{std::string_view(query) == "delete" ? "POST" : "PUT", "/bkt", query,
                          headers, body};
    const auto call = identify(input);
    if (!call.ok()) continue;
    const auto parsed = parse_input(*call, input);
    if (!parsed.ok()) continue;
    (void)validate(call->operation, *parsed).ok();
    std::string out;
    write_xml_members(out, call->dialect.service, call->operation.input(), *parsed);
  }
  return 0;
}
