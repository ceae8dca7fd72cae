// JSON bodies by the model.
#include "wire/json_body.h"

#include <algorithm>

#include "base/json_parse.h"
#include "wire/scalars.h"
#include "wire/wire_errors.h"

namespace fairlead::wire {
namespace {

// Query services that also speak JSON (sqs, cloudwatch) use the model's own names there.
bool uses_wire_names(const ServiceModel& service) { return service.protocol() != Protocol::kQuery; }

// What a member that came under `key` is called in the model, if it belongs into a body at all.
MemberModel body_member(const ShapeModel& shape, bool wire_names, std::string_view key) {
  return wire_names ? shape.find_wire_member(key) : shape.find_member(key);
}

void adopt_structure(const ShapeModel& shape, bool wire_names, Json& value) {
  Json::Object& members = value.members();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    Json::Member& member = members[i];
    if (const MemberModel known = body_member(shape, wire_names, member.key)) {
      if (member.value.is_null() && !known.shape().document()) continue;
      if (member.key != known.name()) member.key = known.name();
      const ShapeModel target = known.shape();
      if (target.kind() == ShapeKind::kTimestamp && member.value.is_string()) {
        if (auto time = read_timestamp(member.value.as_string())) member.value = std::move(*time);
      } else {
        adopt_json(target, wire_names, member.value);
      }
    } else if (shape.find_member(member.key)) {
      continue;  // the name of a member that travels elsewhere or is called otherwise
    }
    if (kept != i) members[kept] = std::move(member);
    ++kept;
  }
  members.resize(kept);
}

void write_members(std::string& out, const ServiceModel& service, const ShapeModel& shape,
                   const Json& value);

void write_timestamp_json(std::string& out, TimestampFormat format, const Json& value) {
  const bool as_number =
      format == TimestampFormat::kDefault || format == TimestampFormat::kUnixSeconds;
  if (as_number || !value.is_number()) {
    append_json(out, value);
  } else {
    append_json_string(out, write_timestamp(value, format));
  }
}

void write_value(std::string& out, const ServiceModel& service, const ShapeModel& shape,
                 TimestampFormat format, const Json& value) {
  if (!shape || shape.same_as_json() || value.is_null()) return append_json(out, value);
  switch (shape.kind()) {
    case ShapeKind::kTimestamp:
      return write_timestamp_json(out, format, value);
    case ShapeKind::kStructure:
      return write_members(out, service, shape, value);
    case ShapeKind::kList: {
      out += '[';
      for (const Json& item : value.items()) {
        if (out.back() != '[') out += ',';
        write_value(out, service, shape.item(), shape.item().timestamp(), item);
      }
      out += ']';
      return;
    }
    case ShapeKind::kMap: {
      const std::size_t start = out.size();
      out += '{';
      for (const Json::Member& member : value.members()) {
        if (out.size() != start + 1) out += ',';
        append_json_string(out, member.key);
        out += ':';
        write_value(out, service, shape.item(), shape.item().timestamp(), member.value);
      }
      out += '}';
      return;
    }
    default:
      append_json(out, value);
  }
}

void write_members(std::string& out, const ServiceModel& service, const ShapeModel& shape,
                   const Json& value) {
  if (!value.is_object()) return append_json(out, value);
  const bool wire_names = uses_wire_names(service);
  const std::size_t start = out.size();
  out += '{';
  for (const Json::Member& member : value.members()) {
    const MemberModel known = shape.find_member(member.key);
    if (member.value.is_null() || (known && !known.in_answer_body())) continue;
    if (out.size() != start + 1) out += ',';
    append_json_string(out, known && wire_names ? known.wire_name() : std::string_view(member.key));
    out += ':';
    if (known) {
      write_value(out, service, known.shape(), known.timestamp(), member.value);
    } else {
      append_json(out, member.value);
    }
  }
  out += '}';
}

}  // namespace

void adopt_json(const ShapeModel& shape, bool wire_names, Json& value) {
  if (shape.document()) return;
  if (shape.kind() == ShapeKind::kStructure && value.is_object()) {
    adopt_structure(shape, wire_names, value);
  } else if (shape.kind() == ShapeKind::kList && value.is_array()) {
    const ShapeModel item = shape.item();
    for (Json& element : value.items()) {
      if (item.kind() == ShapeKind::kTimestamp && element.is_string()) {
        if (auto time = read_timestamp(element.as_string())) element = std::move(*time);
      } else if (!is_scalar(item)) {
        adopt_json(item, wire_names, element);
      }
    }
  } else if (shape.kind() == ShapeKind::kMap && value.is_object()) {
    const ShapeModel item = shape.item();
    for (Json::Member& member : value.members()) {
      if (item.kind() == ShapeKind::kTimestamp && member.value.is_string()) {
        if (auto time = read_timestamp(member.value.as_string())) member.value = std::move(*time);
      } else if (!is_scalar(item)) {
        adopt_json(item, wire_names, member.value);
      }
    }
  }
}

Result<Json> parse_json_body(const ServiceModel& service, const ShapeModel& shape,
                             std::string_view body) {
  if (body.empty()) return Json::object();
  auto parsed = parse_json(body);
  // AWS answers unreadable JSON with a bare SerializationException.
  if (!parsed.ok()) return serialization_error(service, "");
  Json value = std::move(parsed).value();
  if (value.is_null()) return Json::object();
  const bool structure = !shape || (shape.kind() == ShapeKind::kStructure && !shape.document());
  if (structure && !value.is_object()) {
    return serialization_error(service, value.is_array() ? "Unexpected list element type"
                                                         : "Unexpected value type in payload");
  }
  // Most bodies of DynamoDB need no work at all.
  const bool as_it_stands = shape && shape.same_as_json() && body.find("null") == body.npos;
  if (shape && !as_it_stands) adopt_json(shape, uses_wire_names(service), value);
  return value;
}

void write_json_body(std::string& out, const ServiceModel& service, const ShapeModel& shape,
                     const Json& value) {
  if (!shape) return append_json(out, value);
  write_value(out, service, shape, shape.timestamp(), value);
}

}  // namespace fairlead::wire
