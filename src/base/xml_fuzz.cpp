// Whatever parses has sound names and text that survives escaping.
#include <cstdint>

#include "base/utf8.h"
#include "base/xml.h"

namespace {

void visit(const fairlead::XmlElement& element) {
  const auto again = fairlead::parse_xml("<t>x" + fairlead::xml_escape(element.text) + "</t>");
  if (fairlead::is_valid_utf8(element.text)) CHECK(again.ok() && again->text == 'x' + element.text);
  for (const auto& child : element.children) visit(child);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto root = fairlead::parse_xml({reinterpret_cast<const char*>(data), size});
  if (root.ok()) visit(*root);
  return 0;
}
