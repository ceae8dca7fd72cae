// XML in and out: a small tree read by pugixml, and a writer for responses.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace fairlead {

extern const ErrorCode kInvalidXml;

struct XmlElement {
  std::string name;                                             // without its namespace prefix
  std::vector<std::pair<std::string, std::string>> attributes;  // names with their prefix
  std::string text;  // all character data directly inside, joined
  std::vector<XmlElement> children;

  const XmlElement* child(std::string_view child_name) const;  // the first, or nullptr
};

// Refuses DOCTYPE, nesting beyond `max_depth` and more than 64 attributes of an element.
Result<XmlElement> parse_xml(std::string_view text, int max_depth = 64);

std::string xml_escape(std::string_view text);  // for text and for attribute values

}  // namespace fairlead
