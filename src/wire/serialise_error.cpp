// Errors as each protocol's clients expect them.
// https://smithy.io/2.0/aws/protocols/, reference/clients-and-runtimes.md 2.7
#include "base/text.h"
#include "wire/response_headers.h"
#include "wire/xml_body.h"

namespace fairlead::wire {
namespace {

// The frameworks in front of every Coral service have namespaces of their own, which DynamoDB
// shows, and some of them write "Message" with a capital.
struct FrameworkError {
  std::string_view name, name_space;
  bool capital_message;
};
const FrameworkError kFrameworkErrors[] = {
    {"AccessDeniedException", "com.amazon.coral.service", true},
    {"ExpiredTokenException", "com.amazon.coral.service", false},
    {"IncompleteSignatureException", "com.amazon.coral.service", false},
    {"InternalFailure", "com.amazon.coral.service", false},
    {"InvalidSignatureException", "com.amazon.coral.service", false},
    {"MissingAuthenticationTokenException", "com.amazon.coral.service", false},
    {"SerializationException", "com.amazon.coral.service", true},
    {"ServiceUnavailableException", "com.amazon.coral.service", false},
    {"ThrottlingException", "com.amazon.coral.availability", false},
    {"UnknownOperationException", "com.amazon.coral.service", false},
    {"UnrecognizedClientException", "com.amazon.coral.service", false},
    {"ValidationException", "com.amazon.coral.validate", false},
};

const FrameworkError* framework_error(std::string_view name) {
  for (const FrameworkError& row : kFrameworkErrors) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

class ErrorWriter {
 public:
  ErrorWriter(const Dialect& dialect, const Error& error, std::string_view request_id)
      : dialect_(dialect), error_(error), request_id_(request_id) {
    name_ = error.code->name;
    if (dialect.service) shape_ = dialect.service.find_error(name_);
    code_ = error.code->wire_code != nullptr ? std::string_view(error.code->wire_code) : name_;
    if (error.code->wire_code == nullptr && shape_ && !shape_.error_code().empty()) {
      code_ = shape_.error_code();
    }
  }

  HttpOutput write() {
    out_.status = error_.code->http_status;
    add_request_id(out_, dialect_, request_id_);
    switch (dialect_.protocol) {
      case Protocol::kJson:
        json();
        break;
      case Protocol::kRestJson:
        rest_json();
        break;
      case Protocol::kQuery:
        wrapped_xml();
        break;
      case Protocol::kRestXml:
        dialect_.service&& dialect_.service.name() != "s3" ? wrapped_xml() : s3_xml();
    }
    return std::move(out_);
  }

 private:
  bool sender() const {
    return shape_ && shape_.error_status() != 0 && shape_.error_status() >= 500
               ? false
               : error_.code->http_status < 500;
  }

  // The model's spelling of "message", which varies even within a service.
  std::string_view message_name() const {
    for (std::size_t i = 0; shape_ && i < shape_.member_count(); ++i) {
      const std::string_view member = shape_.member(i).wire_name();
      if (equals_ignoring_case(member, "message")) return member;
    }
    const bool framework = dialect_.protocol == Protocol::kJson && !shape_;
    const FrameworkError* known = framework ? framework_error(name_) : nullptr;
    return known != nullptr && known->capital_message ? "Message" : "message";
  }

  std::string type_in_json() const {
    const std::string_view ours =
        dialect_.service ? dialect_.service.error_namespace() : std::string_view();
    if (ours.empty()) return std::string(name_);
    const FrameworkError* framework = shape_ ? nullptr : framework_error(name_);
    const std::string_view space = framework != nullptr ? framework->name_space : ours;
    return std::string(space) + "#" + std::string(name_);
  }

  // Members of `detail` that the model binds to headers go there; the others are appended to a
  // JSON object that is still open.
  void json_detail(std::string& body) {
    for (const Json::Member& member : error_.detail.members()) {
      const MemberModel known = shape_ ? shape_.find_member(member.key) : MemberModel();
      if (known && known.location() == Location::kHeader) {
        add_header(out_, known.wire_name(), header_text(known, member.value));
        continue;
      }
      if (body.size() > 1) body += ',';
      const bool renamed = known && dialect_.protocol == Protocol::kRestJson;
      append_json_string(body, renamed ? known.wire_name() : std::string_view(member.key));
      body += ':';
      append_json(body, member.value);
    }
  }

  void append_message(std::string& body) {
    if (error_.message.empty()) return;
    if (body.size() > 1) body += ',';
    append_json_string(body, message_name());
    body += ':';
    append_json_string(body, error_.message);
  }

  void json() {
    out_.headers.emplace_back("Content-Type", json_content_type(dialect_.service));
    out_.headers.emplace_back("x-amzn-ErrorType", name_);
    std::string& body = out_.body;
    body = "{\"__type\":";
    append_json_string(body, type_in_json());
    append_message(body);
    json_detail(body);
    body += '}';
    if (dialect_.service && (dialect_.query_mode || dialect_.service.query_compatible())) {
      const std::string fault = sender() ? ";Sender" : ";Receiver";
      add_header(out_, "x-amzn-query-error", std::string(code_) + fault);
    }
    add_crc32(out_, dialect_.service);
  }

  void rest_json() {
    out_.headers.emplace_back("Content-Type", "application/json");
    out_.headers.emplace_back("x-amzn-ErrorType", name_);
    std::string& body = out_.body;
    body = "{";
    // Lambda's errors say whose fault it was.
    if (shape_ && shape_.find_member("Type") && !error_.detail.has("Type")) {
      body += sender() ? R"("Type":"User")" : R"("Type":"Service")";
    }
    append_message(body);
    json_detail(body);
    body += '}';
  }

  void append_element(std::string_view name, std::string_view text) {
    out_.body.append("<").append(name).append(">").append(xml_escape(text));
    out_.body.append("</").append(name).append(">");
  }

  void xml_detail() {
    for (const Json::Member& member : error_.detail.members()) {
      const MemberModel known = shape_ ? shape_.find_member(member.key) : MemberModel();
      if (known) {
        write_xml_element(out_.body, dialect_.service, known.wire_name(), "", known.shape(),
                          member.value);
      } else if (member.value.is_number()) {
        append_element(member.key, member.value.number_text());
      } else if (member.value.is_array()) {
        for (const Json& each : member.value.items())
          append_element(member.key, each.string_or(""));
      } else {
        append_element(member.key, member.value.string_or(""));
      }
    }
  }

  void wrapped_xml() {
    out_.headers.emplace_back("Content-Type", "text/xml");
    const bool rest = dialect_.protocol == Protocol::kRestXml;
    if (rest) out_.body = "<?xml version=\"1.0\"?>\n";
    out_.body.append("<ErrorResponse xmlns=\"");
    if (dialect_.service) out_.body.append(xml_escape(dialect_.service.xml_namespace()));
    out_.body.append("\"><Error>");
    append_element("Type", sender() ? "Sender" : "Receiver");
    append_element("Code", code_);
    append_element("Message", error_.message);
    xml_detail();
    out_.body.append("</Error>");
    append_element("RequestId", request_id_);
    out_.body.append("</ErrorResponse>");
  }

  void s3_xml() {
    out_.headers.emplace_back("Content-Type", "application/xml");
    if (out_.status == 304) return;
    out_.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>";
    append_element("Code", code_);
    append_element("Message", error_.message);
    xml_detail();
    append_element("RequestId", request_id_);
    append_element("HostId", host_id(request_id_));
    out_.body.append("</Error>");
  }

  const Dialect& dialect_;
  const Error& error_;
  std::string_view request_id_, name_, code_;
  ShapeModel shape_;
  HttpOutput out_;
};

}  // namespace

HttpOutput serialise_error(const Dialect& dialect, const Error& error,
                           std::string_view request_id) {
  return ErrorWriter(dialect, error, request_id).write();
}

}  // namespace fairlead::wire
