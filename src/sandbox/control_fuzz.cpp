// Any bytes as a message between server and sandbox: refused, or the same bytes when packed again,
// and then a plan or not.
#include <cstdlib>
#include <string_view>

#include "sandbox/plan.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto message = fairlead::sandbox::unpack(bytes);
  if (!message) return 0;
  if (fairlead::sandbox::pack(*message) != bytes) std::abort();
  (void)fairlead::sandbox::to_plan(*message);
  (void)fairlead::sandbox::to_attach_plan(*message);
  return 0;
}
