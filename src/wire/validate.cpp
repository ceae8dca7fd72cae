// The walker that holds an input against its model: wrong types end the walk at once with
// SerializationException, broken constraints are collected and reported together.
#include <cmath>

#include "base/utf8.h"
#include "wire/patterns.h"
#include "wire/scalars.h"
#include "wire/type_errors.h"
#include "wire/violations.h"
#include "wire/wire_errors.h"

namespace fairlead::wire {
namespace {

// Depth is bounded by the parsers; this guards inputs that were built in the process.
constexpr int kMaxInputDepth = 256;

class Walker {
 public:
  Walker(const ServiceModel& service, const MemberModel& payload)
      : service_(service), payload_(payload) {}

  Status structure(const ShapeModel& shape, const Json& value, const Path* path) {
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const MemberModel member = shape.member(i);
      if (!member.required() || is_payload_of_bytes(shape, member)) continue;
      const Json* found = value.find(member.name());
      if (found == nullptr || found->is_null()) {
        const Path at{path, member.name()};
        violations_.add(at, ShapeModel(), Json(), "Member must not be null");
      }
    }
    for (const Json::Member& entry : value.members()) {
      const MemberModel member = shape.find_member(entry.key);
      if (!member || entry.value.is_null()) continue;
      const Path at{path, member.name()};
      const std::size_t before = violations_.count();
      TRY(any(member.shape(), entry.value, &at, Place::kField));
      if (path == nullptr && member == payload_) payload_broken_ = violations_.count() > before;
    }
    return {};
  }

  Status finish() {
    if (!sentence_.empty()) return validation_error(service_, sentence_);
    if (violations_.count() == 0) return {};
    // S3 holds a body against its schema, and says no more than that.
    if (payload_broken_ && service_.name() == "s3") return serialization_error(service_, "");
    return validation_error(service_, violations_.message());
  }

 private:
  static bool is_payload_of_bytes(const ShapeModel& shape, const MemberModel& member) {
    return shape.payload() == member && is_scalar(member.shape());
  }

  Status any(const ShapeModel& shape, const Json& value, const Path* path, Place place) {
    if (const char* end = wrong_type_tail(shape, value)) {
      return serialization_error(service_, type_error(service_, shape, value, place, end));
    }
    if (shape.document()) return {};
    if (path->depth() > kMaxInputDepth) {
      return serialization_error(service_, "The input is nested too deeply.");
    }
    switch (shape.kind()) {
      case ShapeKind::kStructure:
        return structure(shape, value, path);
      case ShapeKind::kList:
        return list(shape, value, path);
      case ShapeKind::kMap:
        return map(shape, value, path);
      case ShapeKind::kBlob:
        return blob_value(shape, value, path);
      default:
        break;
    }
    if (broken_constraint(shape, value)) {
      const std::size_t before = violations_.count();
      violations_.add_each(*path, shape, value);
      const bool one = violations_.count() == before + 1 && sentence_.empty();
      if (one && value.is_string() && !matches_pattern(shape, value.as_string())) {
        sentence_ = own_pattern_sentence(service_, shape, *path);
      }
    }
    return {};
  }

  Status blob_value(const ShapeModel& shape, const Json& value, const Path* path) {
    if (const std::string fault = base64_fault(value.as_string()); !fault.empty()) {
      return serialization_error(service_, fault);
    }
    if (broken_constraint(shape, value)) violations_.add_each(*path, shape, value);
    return {};
  }

  Status list(const ShapeModel& shape, const Json& value, const Path* path) {
    if (broken_constraint(shape, value)) violations_.add_each(*path, shape, value);
    const ShapeModel item = shape.item();
    const bool scalar = is_scalar(item);
    std::size_t number = 0;
    bool reported = false;
    for (const Json& each : value.items()) {
      ++number;
      if (each.is_null()) continue;
      if (scalar) {
        TRY(element(item, each, path));
        if (!reported && broken_constraint(item, each)) {
          violations_.add_element(*path, shape, value, "Member must satisfy constraint: ", item);
          reported = true;
        }
        continue;
      }
      const Path at_number{path, {}, number};
      const Path at{&at_number, "member"};
      TRY(any(item, each, &at, Place::kElement));
    }
    return {};
  }

  // The type of a scalar in a list or a map; its constraints are reported by the container.
  Status element(const ShapeModel& shape, const Json& value, const Path*) {
    if (const char* end = wrong_type_tail(shape, value)) {
      return serialization_error(service_,
                                 type_error(service_, shape, value, Place::kElement, end));
    }
    if (shape.kind() == ShapeKind::kBlob) {
      if (const std::string fault = base64_fault(value.as_string()); !fault.empty()) {
        return serialization_error(service_, fault);
      }
    }
    return {};
  }

  Status map(const ShapeModel& shape, const Json& value, const Path* path) {
    if (broken_constraint(shape, value)) violations_.add_each(*path, shape, value);
    const ShapeModel key = shape.key(), item = shape.item();
    const bool scalar = is_scalar(item);
    bool key_reported = false, value_reported = false;
    for (const Json::Member& entry : value.members()) {
      if (!key_reported && broken_text(key, entry.key)) {
        violations_.add_element(*path, shape, value, "Map keys must satisfy constraint: ", key);
        key_reported = true;
      }
      if (entry.value.is_null()) continue;
      if (scalar) {
        TRY(element(item, entry.value, path));
        if (!value_reported && broken_constraint(item, entry.value)) {
          violations_.add_element(*path, shape, value, "Map value must satisfy constraint: ", item);
          value_reported = true;
        }
        continue;
      }
      const Path at_key{path, entry.key, 0, Path::Spelling::kAsIs};
      const Path at{&at_key, "member"};
      TRY(any(item, entry.value, &at, Place::kElement));
    }
    return {};
  }

  ServiceModel service_;
  MemberModel payload_;
  bool payload_broken_ = false;
  std::string sentence_;  // a service's own, in place of the list
  Violations violations_;
};

}  // namespace

Status validate(const OperationModel& operation, const Json& input) {
  const ShapeModel shape = operation.input();
  if (!shape) return {};
  Walker walker(operation.service(), shape.payload());
  if (!input.is_object() && !input.is_null()) {
    return serialization_error(operation.service(), "Unexpected value type in payload");
  }
  TRY(walker.structure(shape, input, nullptr));
  return walker.finish();
}

}  // namespace fairlead::wire
