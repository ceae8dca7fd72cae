// The AWS service models, read in place from the blob that is linked into the binary.
//
// A handle (ServiceModel, OperationModel, ShapeModel, MemberModel) is two pointers: copy it freely,
// keep it as long as its blob lives (the house's own blob: for ever). A default-made handle is
// empty and false; asking it anything else is a bug. Nothing is allocated and nothing is read
// before it is asked for. All names are as in botocore's service-2.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "wire/blob.h"

namespace fairlead::wire {

// kJson is both 1.0 and 1.1: see ServiceModel::json_version.
enum class Protocol : std::uint8_t { kJson, kQuery, kRestJson, kRestXml };
enum class ShapeKind : std::uint8_t {
  kStructure,
  kList,
  kMap,
  kString,
  kBlob,
  kBoolean,
  kInteger,
  kLong,
  kFloat,
  kDouble,
  kTimestamp
};
enum class Location : std::uint8_t { kBody, kHeader, kHeaderMap, kQuery, kUri, kStatusCode };
enum class TimestampFormat : std::uint8_t { kDefault, kUnixSeconds, kIso8601, kHttpDate };

template <class Record>
class ModelHandle {
 public:
  ModelHandle() = default;
  ModelHandle(const char* base, blob::Offset at)
      : base_(base), record_(blob::record_at<Record>(base, at)) {}
  explicit operator bool() const { return record_ != nullptr; }
  bool operator==(const ModelHandle& other) const { return record_ == other.record_; }
  const char* base() const { return base_; }
  const Record& record() const { return *record_; }

 protected:
  std::string_view text(blob::Offset at) const { return blob::text_at(base_, at); }
  bool flag(unsigned bit) const { return (record_->flags >> bit & 1u) != 0; }

  const char* base_ = nullptr;
  const Record* record_ = nullptr;
};

class MemberModel;
class ServiceModel;

class ShapeModel : public ModelHandle<blob::Shape> {
 public:
  using ModelHandle::ModelHandle;
  std::string_view name() const { return text(record_->name); }
  ShapeKind kind() const { return static_cast<ShapeKind>(record_->kind); }

  // Structures: members in the model's order.
  std::size_t member_count() const { return record_->member_count; }
  MemberModel member(std::size_t index) const;
  MemberModel find_member(std::string_view name) const;
  MemberModel find_wire_member(std::string_view wire_name) const;  // members in the body
  MemberModel payload() const;  // the member that is the whole body

  // Lists and maps. Names are those of the XML elements ("member", "entry" is never named).
  ShapeModel item() const { return {base_, record_->item}; }  // list items, map values
  ShapeModel key() const { return {base_, record_->key}; }
  std::string_view item_name() const { return text(record_->item_name); }  // or empty: the default
  std::string_view key_name() const { return text(record_->key_name); }    // or empty: "key"

  // Constraints: of a string its characters, of a list or map its items, of a number its value.
  std::optional<std::int64_t> min() const { return limit(0, record_->min); }
  std::optional<std::int64_t> max() const { return limit(1, record_->max); }
  std::string_view pattern() const { return text(record_->pattern); }
  std::string_view regex() const { return text(record_->regex); }  // for RE2; empty: not possible
  std::uint16_t pattern_index() const { return record_->pattern_index; }
  std::size_t enum_count() const { return record_->enum_count; }
  std::string_view enum_value(std::size_t index) const;

  bool flattened() const { return flag(2); }
  bool is_error() const { return flag(3); }  // "exception"
  bool sender_fault() const { return flag(4); }
  bool sensitive() const { return flag(5); }  // its value is never printed
  bool streaming() const { return flag(6); }
  bool same_as_json() const { return flag(7); }  // body JSON is written with the model's names
  bool document() const { return flag(8); }      // free-form JSON
  bool event_stream() const { return flag(9); }
  bool is_union() const { return flag(10); }
  bool boxed() const { return flag(11); }
  TimestampFormat timestamp() const { return static_cast<TimestampFormat>(record_->timestamp); }
  std::string_view location_name() const { return text(record_->location_name); }
  std::string_view xml_namespace() const { return text(record_->xml_namespace); }
  std::string_view xml_prefix() const { return text(record_->xml_prefix); }

  // Errors.
  std::string_view error_code() const { return text(record_->error_code); }  // or empty: the name
  int error_status() const { return record_->error_status; }                 // or 0

 private:
  std::optional<std::int64_t> limit(unsigned bit, std::int64_t value) const {
    return flag(bit) ? std::optional(value) : std::nullopt;
  }
};

class MemberModel : public ModelHandle<blob::Member> {
 public:
  MemberModel() = default;
  MemberModel(const char* base, const blob::Member* record) { base_ = base, record_ = record; }
  std::string_view name() const { return text(record_->name); }
  std::string_view wire_name() const { return text(record_->wire_name); }  // locationName or name
  ShapeModel shape() const { return {base_, record_->shape}; }
  Location location() const { return static_cast<Location>(record_->location); }
  TimestampFormat timestamp() const {  // the member's own, or its shape's
    return static_cast<TimestampFormat>(record_->timestamp);
  }
  bool required() const { return flag(0); }
  bool flattened() const { return flag(1); }  // the member or its shape
  bool xml_attribute() const { return flag(2); }
  bool idempotency_token() const { return flag(3); }
  bool streaming() const { return flag(4); }
  bool json_value() const { return flag(5); }     // JSON inside a string, base64 in a header
  bool has_wire_name() const { return flag(6); }  // the model names one
  // In an answer, labels and query parameters are body members like any other.
  bool in_answer_body() const {
    return location() == Location::kBody || location() == Location::kQuery ||
           location() == Location::kUri;
  }
  std::string_view xml_namespace() const { return text(record_->xml_namespace); }
  std::string_view xml_prefix() const { return text(record_->xml_prefix); }
};

class OperationModel : public ModelHandle<blob::Operation> {
 public:
  using ModelHandle::ModelHandle;
  std::string_view name() const { return text(record_->name); }
  std::string_view method() const { return text(record_->method); }
  std::string_view uri() const { return text(record_->uri); }  // "/{Bucket}/{Key+}?acl"
  std::string_view host_prefix() const { return text(record_->host_prefix); }
  std::string_view result_wrapper() const { return text(record_->result_wrapper); }
  std::string_view input_root() const { return text(record_->input_root); }  // XML root element
  std::string_view input_namespace() const { return text(record_->input_namespace); }
  int response_code() const { return record_->response_code; }
  ServiceModel service() const;
  ShapeModel input() const { return {base_, record_->input}; }    // empty: no input
  ShapeModel output() const { return {base_, record_->output}; }  // empty: no output
  std::size_t error_count() const { return record_->error_count; }
  ShapeModel error(std::size_t index) const;

  bool deprecated() const { return flag(0); }
  bool anonymous() const { return flag(1); }        // authtype none: no signature wanted
  bool streaming_input() const { return flag(2); }  // the body is bytes of any length
  bool streaming_output() const { return flag(3); }
  bool payload_input() const { return flag(4); }  // the body is one blob or string member
  bool payload_output() const { return flag(5); }
  bool from_overlay() const { return flag(6); }  // not in botocore's model but in ours
};

class ServiceModel : public ModelHandle<blob::Service> {
 public:
  using ModelHandle::ModelHandle;
  std::string_view name() const { return text(record_->name); }  // botocore's folder: "dynamodb"
  std::string_view service_id() const { return text(record_->service_id); }  // "DynamoDB"
  Protocol protocol() const { return static_cast<Protocol>(record_->protocol); }
  // Also of query services that speak JSON as well (sqs, cloudwatch): "1.0".
  std::string_view json_version() const { return text(record_->json_version); }
  std::string_view target_prefix() const { return text(record_->target_prefix); }
  std::string_view signing_name() const { return text(record_->signing_name); }
  std::string_view endpoint_prefix() const { return text(record_->endpoint_prefix); }
  std::string_view api_version() const { return text(record_->api_version); }
  std::string_view xml_namespace() const { return text(record_->xml_namespace); }
  // In front of '#' in a JSON body's `__type`; empty: the bare name.
  std::string_view error_namespace() const { return text(record_->error_namespace); }
  bool query_compatible() const { return flag(0); }  // answers x-amzn-query-error

  std::size_t operation_count() const { return record_->operation_count; }
  OperationModel operation(std::size_t index) const;  // sorted by name
  OperationModel find_operation(std::string_view name) const;
  ShapeModel find_error(std::string_view name) const;  // "ResourceNotFoundException"
};

class Models {
 public:
  static const Models& house();  // what the build compiled; CHECKs its version
  // A blob of one's own (tests). Refuses a wrong magic, version, size or checksum. The bytes are
  // not copied and must be aligned to 8.
  static Result<Models> open(std::string_view blob);

  std::size_t service_count() const { return header().service_count; }
  ServiceModel service(std::size_t index) const;
  std::size_t pattern_count() const { return header().pattern_count; }
  ServiceModel find_service(std::string_view name) const;             // "apigatewayv2"
  ServiceModel find_by_target(std::string_view target_prefix) const;  // "DynamoDB_20120810"
  // apigateway and apigatewayv2 share one signing name: the first is given.
  ServiceModel find_by_signing_name(std::string_view signing_name) const;
  ServiceModel find_by_endpoint(std::string_view endpoint_prefix) const;  // "streams.dynamodb"
  ServiceModel find_by_api_version(std::string_view version) const;       // query services only

 private:
  explicit Models(const char* base) : base_(base) {}
  const blob::Header& header() const { return *reinterpret_cast<const blob::Header*>(base_); }
  const char* base_;
};

}  // namespace fairlead::wire
