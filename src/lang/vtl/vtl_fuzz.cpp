// Any template over any data: no crash, the same answer twice, never more output than allowed.
#include <cstdint>
#include <cstdlib>

#include "base/json_parse.h"
#include "lang/vtl/vtl.h"

namespace {

class Data : public fairlead::vtl::Scope {
 public:
  explicit Data(const fairlead::Json& json) : json_(json) {}
  fairlead::Result<fairlead::vtl::Value> find(std::string_view name) override {
    return fairlead::vtl::Value::from_json(json_[name]);
  }

 private:
  const fairlead::Json& json_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fairlead;
  static const Json kData = *parse_json(
      R"({"a":"text","b":[1,"two",{"c":null}],"m":{"k":"v","l":[1.5,true]},"n":7,"x":""})");
  const auto parsed = vtl::parse({reinterpret_cast<const char*>(data), size});
  if (!parsed.ok()) return 0;
  const vtl::Limits limits{.output_bytes = 4096, .memory_bytes = 1 << 20, .steps = 20000};
  Data first(kData);
  Data second(kData);
  const auto once = vtl::render(*parsed, first, limits);
  const auto twice = vtl::render(*parsed, second, limits);
  if (once.ok() != twice.ok()) std::abort();
  if (once.ok() && (*once != *twice || once->size() > limits.output_bytes)) std::abort();
  return 0;
}
