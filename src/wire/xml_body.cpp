// Reading and writing XML by the model.
#include "wire/xml_body.h"

#include "base/clock.h"
#include "wire/scalars.h"
#include "wire/wire_errors.h"

namespace fairlead::wire {
namespace {

class XmlReader {
 public:
  explicit XmlReader(const ServiceModel& service) : service_(service) {}

  // parse_xml bounds the depth.
  Result<Json> read(const ShapeModel& shape, const XmlElement& element) {
    switch (shape.kind()) {
      case ShapeKind::kStructure:
        return structure(shape, element);
      case ShapeKind::kList:
        return list(shape, element);
      case ShapeKind::kMap:
        return map(shape, element);
      default:
        break;
    }
    auto value = read_scalar(shape, element.text);
    if (!value) return invalid(shape, element);
    return std::move(*value);
  }

 private:
  Error invalid(const ShapeModel& shape, const XmlElement& element) {
    return serialization_error(
        service_, element.name + " is not a valid " + std::string(type_name(shape)) + ".");
  }

  Result<Json> structure(const ShapeModel& shape, const XmlElement& element) {
    Json result = Json::object();
    for (const auto& [name, text] : element.attributes) {
      const MemberModel member = shape.find_wire_member(name);
      if (!member || !member.xml_attribute()) continue;
      auto value = read_scalar(member.shape(), text);
      if (!value) return invalid(member.shape(), element);
      result.set(member.name(), std::move(*value));
    }
    for (const XmlElement& child : element.children) {
      const MemberModel member = shape.find_wire_member(child.name);
      if (!member) continue;
      const ShapeModel target = member.shape();
      if (member.flattened() && target.kind() == ShapeKind::kList) {
        Json* have = result.find(member.name());
        if (have == nullptr) have = &result.set(member.name(), Json::array());
        have->push_back(TRY(read(target.item(), child)));
      } else if (member.flattened() && target.kind() == ShapeKind::kMap) {
        Json* have = result.find(member.name());
        if (have == nullptr) have = &result.set(member.name(), Json::object());
        TRY(entry(target, child, *have));
      } else {
        result.set(member.name(), TRY(read(target, child)));
      }
    }
    return result;
  }

  Result<Json> list(const ShapeModel& shape, const XmlElement& element) {
    Json result = Json::array();
    for (const XmlElement& child : element.children) {
      result.push_back(TRY(read(shape.item(), child)));
    }
    return result;
  }

  Status entry(const ShapeModel& shape, const XmlElement& element, Json& result) {
    const XmlElement* key = element.child(shape.key_name().empty() ? "key" : shape.key_name());
    const XmlElement* value =
        element.child(shape.item_name().empty() ? "value" : shape.item_name());
    if (key == nullptr || value == nullptr) return invalid(shape, element);
    result.set(key->text, TRY(read(shape.item(), *value)));
    return {};
  }

  Result<Json> map(const ShapeModel& shape, const XmlElement& element) {
    Json result = Json::object();
    for (const XmlElement& child : element.children) TRY(entry(shape, child, result));
    return result;
  }

  ServiceModel service_;
};

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out.append(" ").append(name).append("=\"").append(xml_escape(value)).append("\"");
}

void append_namespace(std::string& out, std::string_view prefix, std::string_view uri) {
  if (uri.empty()) return;
  append_attribute(out, prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix), uri);
}

class XmlWriter {
 public:
  XmlWriter(std::string& out, const ServiceModel& service)
      : out_(out), s3_(service && service.name() == "s3") {}

  // `extra` stands inside the start tag.
  void element(std::string_view name, std::string_view extra, const ShapeModel& shape,
               TimestampFormat format, const Json& value) {
    out_.append("<").append(name).append(extra);
    if (shape.kind() == ShapeKind::kStructure) attributes(shape, value);
    out_ += '>';
    switch (shape.kind()) {
      case ShapeKind::kStructure:
        members(shape, value);
        break;
      case ShapeKind::kList:
        items(item_name(shape, "member"), shape, value);
        break;
      case ShapeKind::kMap:
        entries("entry", shape, value);
        break;
      case ShapeKind::kTimestamp:
        out_ += timestamp(value, format);
        break;
      default:
        out_ += xml_escape(write_scalar(shape, value, format));
    }
    out_.append("</").append(name).append(">");
  }

  void members(const ShapeModel& shape, const Json& value) {
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const MemberModel member = shape.member(i);
      if (!member.in_answer_body() || member.xml_attribute()) continue;
      const Json* found = value.find(member.name());
      if (found != nullptr && !found->is_null()) one_member(member, *found);
    }
  }

 private:
  static std::string_view item_name(const ShapeModel& shape, std::string_view otherwise) {
    return shape.item_name().empty() ? otherwise : shape.item_name();
  }

  void attributes(const ShapeModel& shape, const Json& value) {
    append_namespace(out_, shape.xml_prefix(), shape.xml_namespace());
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const MemberModel member = shape.member(i);
      const Json* found = member.xml_attribute() ? value.find(member.name()) : nullptr;
      if (found == nullptr || found->is_null()) continue;
      append_attribute(out_, member.wire_name(),
                       write_scalar(member.shape(), *found, member.timestamp()));
    }
  }

  void one_member(const MemberModel& member, const Json& value) {
    const ShapeModel shape = member.shape();
    if (member.flattened() && shape.kind() == ShapeKind::kList) {
      items(member.wire_name(), shape, value);
    } else if (member.flattened() && shape.kind() == ShapeKind::kMap) {
      entries(member.wire_name(), shape, value);
    } else {
      std::string extra;
      // A structure writes its shape's namespace by itself.
      const bool own = shape.kind() == ShapeKind::kStructure && !shape.xml_namespace().empty();
      if (!own) append_namespace(extra, member.xml_prefix(), member.xml_namespace());
      element(member.wire_name(), extra, shape, member.timestamp(), value);
    }
  }

  void items(std::string_view name, const ShapeModel& shape, const Json& value) {
    const ShapeModel item = shape.item();
    for (const Json& each : value.items()) element(name, "", item, item.timestamp(), each);
  }

  void entries(std::string_view name, const ShapeModel& shape, const Json& value) {
    const std::string_view key = shape.key_name().empty() ? "key" : shape.key_name();
    for (const Json::Member& member : value.members()) {
      out_.append("<").append(name).append("><").append(key).append(">");
      out_.append(xml_escape(member.key)).append("</").append(key).append(">");
      element(item_name(shape, "value"), "", shape.item(), shape.item().timestamp(), member.value);
      out_.append("</").append(name).append(">");
    }
  }

  std::string timestamp(const Json& value, TimestampFormat format) {
    const bool iso = format == TimestampFormat::kDefault || format == TimestampFormat::kIso8601;
    // S3 always writes milliseconds.
    if (s3_ && iso && value.is_number()) return iso8601_millis(timestamp_ms(value));
    return write_timestamp(value, format);
  }

  std::string& out_;
  bool s3_;
};

}  // namespace

Result<Json> parse_xml_body(const ServiceModel& service, const ShapeModel& shape,
                            std::string_view body) {
  auto root = parse_xml(body);
  if (!root.ok()) return serialization_error(service, root.error().message);
  return XmlReader(service).read(shape, *root);
}

void write_xml_element(std::string& out, const ServiceModel& service, std::string_view name,
                       std::string_view name_space, const ShapeModel& shape, const Json& value) {
  std::string extra;
  const bool own = shape.kind() == ShapeKind::kStructure && !shape.xml_namespace().empty();
  if (!own) append_namespace(extra, "", name_space);
  XmlWriter(out, service).element(name, extra, shape, shape.timestamp(), value);
}

void write_xml_members(std::string& out, const ServiceModel& service, const ShapeModel& shape,
                       const Json& value) {
  XmlWriter(out, service).members(shape, value);
}

}  // namespace fairlead::wire
