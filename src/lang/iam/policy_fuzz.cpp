// Any document as a policy of each kind, asked about any resource: no crash, and no hang.
#include <algorithm>
#include <cstdint>

#include "base/json_parse.h"
#include "lang/iam/evaluate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fairlead;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = std::min(input.find('\n'), size);
  const auto document = parse_json(input.substr(0, cut));
  if (!document.ok()) return 0;
  iam::AccessRequest request;
  request.action = "s3:GetObject";
  request.resource = cut == size ? "" : input.substr(cut + 1);
  request.context.set("aws:username", request.resource);
  request.context.add("aws:TagKeys", "a");
  request.context.add("aws:TagKeys", request.resource);
  for (const auto kind :
       {iam::PolicyKind::kIdentity, iam::PolicyKind::kResource, iam::PolicyKind::kTrust}) {
    const auto policy = iam::Policy::read(*document, kind);
    if (policy.ok()) (void)iam::evaluate(*policy, request);
  }
  return 0;
}
