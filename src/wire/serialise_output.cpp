// An operation's output as a response, protocol by protocol.
#include <array>

#include "base/base64.h"
#include "base/hashes.h"
#include "base/text.h"
#include "wire/json_body.h"
#include "wire/response_headers.h"
#include "wire/scalars.h"
#include "wire/xml_body.h"

namespace fairlead::wire {
namespace {

constexpr std::string_view kXmlDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

class OutputWriter {
 public:
  OutputWriter(const Identified& call, const Json& output, std::string_view payload,
               std::string_view request_id)
      : call_(call),
        service_(call.operation.service()),
        shape_(call.operation.output()),
        output_(output),
        payload_(payload),
        request_id_(request_id) {}

  HttpOutput write() {
    out_.status = call_.operation.response_code();
    add_request_id(out_, call_.dialect, request_id_);
    switch (call_.dialect.protocol) {
      case Protocol::kJson:
        json();
        break;
      case Protocol::kQuery:
        query();
        break;
      default:
        rest();
    }
    return std::move(out_);
  }

 private:
  void json() {
    out_.headers.emplace_back("Content-Type", json_content_type(service_));
    if (shape_) write_json_body(out_.body, service_, shape_, object_or_empty());
    add_crc32(out_, service_);
  }

  void query() {
    const std::string name(call_.operation.name());
    out_.headers.emplace_back("Content-Type", "text/xml");
    std::string& body = out_.body;
    body.append("<").append(name).append("Response xmlns=\"");
    body.append(xml_escape(service_.xml_namespace())).append("\">");
    const std::string_view wrapper = call_.operation.result_wrapper();
    if (!wrapper.empty()) body.append("<").append(wrapper).append(">");
    if (shape_) write_xml_members(body, service_, shape_, output_);
    if (!wrapper.empty()) body.append("</").append(wrapper).append(">");
    body.append("<ResponseMetadata><RequestId>").append(xml_escape(request_id_));
    body.append("</RequestId></ResponseMetadata></").append(name).append("Response>");
  }

  void rest() {
    if (shape_) {
      for (std::size_t i = 0; i < shape_.member_count(); ++i) bound_member(shape_.member(i));
    }
    const MemberModel payload = shape_ ? shape_.payload() : MemberModel();
    if (payload && is_scalar(payload.shape())) {
      bytes_body(payload);
    } else if (payload) {
      structured_payload(payload);
    } else if (has_body_members()) {
      call_.dialect.protocol == Protocol::kRestXml ? xml_body() : rest_json_body();
    }
  }

  // A member in a header or in the status.
  void bound_member(const MemberModel& member) {
    if (member.in_answer_body()) return;
    const Json* value = output_.find(member.name());
    if (value == nullptr || value->is_null()) return;
    if (member.location() == Location::kStatusCode) {
      const auto status = static_cast<int>(value->int_or(out_.status));
      if (status >= 200 && status <= 599) out_.status = status;
    } else if (member.location() == Location::kHeader) {
      add_header(out_, member.wire_name(), header_text(member, *value));
    } else if (member.location() == Location::kHeaderMap) {
      for (const Json::Member& each : value->members()) {
        add_header(out_, std::string(member.wire_name()) + each.key, each.value.string_or(""));
      }
    }
  }

  bool has_header(std::string_view name) const {
    for (const HeaderPair& pair : out_.headers) {
      if (equals_ignoring_case(pair.first, name)) return true;
    }
    return false;
  }

  void add_content_type(std::string_view type) {
    if (!has_header("Content-Type")) out_.headers.emplace_back("Content-Type", type);
  }

  void bytes_body(const MemberModel& payload) {
    const Json* text = output_.find(payload.name());
    out_.body = text != nullptr && text->is_string() ? text->as_string() : std::string(payload_);
    const bool string = payload.shape().kind() == ShapeKind::kString;
    if (service_.name() == "lambda" || (string && service_.name() == "s3")) {
      add_content_type("application/json");
    } else if (service_.name() == "s3") {
      add_content_type("binary/octet-stream");
    } else if (!out_.body.empty() || payload.streaming()) {
      add_content_type(string ? "text/plain" : "application/octet-stream");
    }
  }

  void structured_payload(const MemberModel& payload) {
    const Json* value = output_.find(payload.name());
    if (value == nullptr || value->is_null()) return;
    const ShapeModel shape = payload.shape();
    if (call_.dialect.protocol == Protocol::kRestJson) {
      add_content_type("application/json");
      write_json_body(out_.body, service_, shape, *value);
      return;
    }
    std::string_view root = shape.location_name();
    if (payload.has_wire_name()) root = payload.wire_name();
    if (root.empty()) root = shape.name();
    add_content_type("application/xml");
    out_.body = kXmlDeclaration;
    const std::string_view own = payload.xml_namespace();
    write_xml_element(out_.body, service_, root, own.empty() ? service_.xml_namespace() : own,
                      shape, *value);
  }

  bool has_body_members() const {
    for (std::size_t i = 0; shape_ && i < shape_.member_count(); ++i) {
      if (shape_.member(i).in_answer_body()) return true;
    }
    // rest-json answers an empty structure as {}.
    const bool json = call_.dialect.protocol == Protocol::kRestJson;
    return shape_ && json && shape_.member_count() == 0 && out_.status != 204;
  }

  void rest_json_body() {
    add_content_type("application/json");
    write_json_body(out_.body, service_, shape_, object_or_empty());
  }

  void xml_body() {
    add_content_type(service_.name() == "s3" ? "application/xml" : "text/xml");
    out_.body = kXmlDeclaration;
    // The one S3 answer whose root element has the text itself.
    if (service_.name() == "s3" && call_.operation.name() == "GetBucketLocation") {
      out_.body.append("<LocationConstraint xmlns=\"").append(service_.xml_namespace());
      const std::string region = output_["LocationConstraint"].string_or("");
      out_.body.append(region.empty() ? "\"/>"
                                      : "\">" + xml_escape(region) + "</LocationConstraint>");
      return;
    }
    const std::string_view root =
        shape_.location_name().empty() ? shape_.name() : shape_.location_name();
    write_xml_element(out_.body, service_, root, service_.xml_namespace(), shape_, output_);
  }

  const Json& object_or_empty() const {
    static const Json kEmpty = Json::object();
    return output_.is_object() ? output_ : kEmpty;
  }

  const Identified& call_;
  ServiceModel service_;
  ShapeModel shape_;
  const Json& output_;
  std::string_view payload_, request_id_;
  HttpOutput out_;
};

}  // namespace

HttpOutput serialise_output(const Identified& call, const Json& output, std::string_view payload,
                            std::string_view request_id) {
  return OutputWriter(call, output, payload, request_id).write();
}

}  // namespace fairlead::wire
