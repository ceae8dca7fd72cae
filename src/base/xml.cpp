// XML by pugixml, which is not validating and never fetches anything; what it lets pass and we do
// not want (DOCTYPE, broken UTF-8, several roots, deep nesting) is refused here.
#include "base/xml.h"

#include <pugixml.hpp>

#include "base/utf8.h"

namespace fairlead {

const ErrorCode kInvalidXml{"MalformedXML", 400};

namespace {

constexpr std::size_t kMaxAttributes = 64;  // of one element; each is compared with all others

Error invalid(std::string message) { return Error{&kInvalidXml, std::move(message)}; }

std::string without_prefix(std::string_view name) {
  const auto colon = name.find(':');
  return std::string(colon == name.npos ? name : name.substr(colon + 1));
}

Status convert(const pugi::xml_node& from, XmlElement& into, int depth_left) {
  if (depth_left <= 0) return invalid("nesting too deep");
  into.name = without_prefix(from.name());
  for (const pugi::xml_attribute& attribute : from.attributes()) {
    if (into.attributes.size() == kMaxAttributes) return invalid("too many attributes");
    for (const auto& [name, value] : into.attributes) {
      if (name == attribute.name()) return invalid("attribute given twice: " + name);
    }
    into.attributes.emplace_back(attribute.name(), attribute.value());
  }
  for (const pugi::xml_node& node : from.children()) {
    if (node.type() == pugi::node_element) {
      Status status = convert(node, into.children.emplace_back(), depth_left - 1);
      if (!status.ok()) return status;
    } else if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
      into.text += node.value();
    }
  }
  return {};
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const {
  for (const XmlElement& element : children) {
    if (element.name == child_name) return &element;
  }
  return nullptr;
}

Result<XmlElement> parse_xml(std::string_view text, int max_depth) {
  if (!is_valid_utf8(text)) return invalid("invalid UTF-8");
  if (text.find('\0') != text.npos) return invalid("null character");
  pugi::xml_document document;
  const unsigned options = pugi::parse_default | pugi::parse_doctype | pugi::parse_ws_pcdata_single;
  const pugi::xml_parse_result parsed =
      document.load_buffer(text.data(), text.size(), options, pugi::encoding_utf8);
  if (!parsed) {
    return invalid(std::string(parsed.description()) + " at offset " +
                   std::to_string(parsed.offset));
  }
  pugi::xml_node root;
  for (const pugi::xml_node& node : document.children()) {
    if (node.type() == pugi::node_doctype) return invalid("DOCTYPE is not allowed");
    if (node.type() != pugi::node_element) continue;
    if (root) return invalid("more than one root element");
    root = node;
  }
  XmlElement element;
  TRY(convert(root, element, max_depth));
  return element;
}

std::string xml_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      case '\t':
      case '\n':
        out += c;
        break;
      default:
        // Also what XML 1.0 has no place for: S3 lists such keys in this form.
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "&#" + std::to_string(static_cast<int>(c)) + ';';
        } else {
          out += c;
        }
    }
  }
  return out;
}

}  // namespace fairlead
