// Looking things up in the model blob: binary searches over its sorted tables.
#include "wire/model.h"

#include <string>

#include "base/hashes.h"

extern "C" {
extern const char fairlead_model_blob_begin[];
extern const char fairlead_model_blob_end[];
}

namespace fairlead::wire {
namespace {

const ErrorCode kBadModelBlob = {"BadModelBlob", 500};

const std::uint16_t* indexes_at(const char* base, blob::Offset at) {
  return reinterpret_cast<const std::uint16_t*>(base + at);
}

const blob::Offset* offsets_at(const char* base, blob::Offset at) {
  return reinterpret_cast<const blob::Offset*>(base + at);
}

// The position in [0, count) whose text is `wanted`, or `count`.
template <class TextOf>
std::size_t search(std::size_t count, std::string_view wanted, TextOf text_of) {
  std::size_t low = 0, high = count;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const int order = text_of(middle).compare(wanted);
    if (order == 0) return middle;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return count;
}

template <class Matches>
ServiceModel first_service(const Models& models, Matches matches) {
  for (std::size_t i = 0; i < models.service_count(); ++i) {
    const ServiceModel service = models.service(i);
    if (matches(service)) return service;
  }
  return {};
}

const char* fault_of(std::string_view bytes) {
  blob::Header header;
  if (bytes.size() < sizeof header) return "it is too short";
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::memcmp(header.magic, blob::kMagic, sizeof header.magic) != 0) return "wrong magic";
  if (header.version != blob::kVersion) return "another version";
  if (header.size != bytes.size()) return "wrong size";
  return nullptr;
}

}  // namespace

MemberModel ShapeModel::member(std::size_t index) const {
  return {base_, blob::record_at<blob::Member>(base_, record_->members) + index};
}

MemberModel ShapeModel::find_member(std::string_view name) const {
  const std::uint16_t* order = indexes_at(base_, record_->by_name);
  const std::size_t count = record_->member_count;
  const std::size_t at =
      search(count, name, [&](std::size_t i) { return member(order[i]).name(); });
  return at == count ? MemberModel() : member(order[at]);
}

MemberModel ShapeModel::find_wire_member(std::string_view wire_name) const {
  const std::uint16_t* order = indexes_at(base_, record_->by_wire_name);
  const std::size_t count = record_->member_count;
  const auto name_at = [&](std::size_t i) { return member(order[i]).wire_name(); };
  std::size_t at = search(count, wire_name, name_at);
  // A header or a label may bear the same wire name as a body member.
  while (at > 0 && at < count && name_at(at - 1) == wire_name) --at;
  for (; at < count && name_at(at) == wire_name; ++at) {
    if (member(order[at]).location() == Location::kBody) return member(order[at]);
  }
  return {};
}

MemberModel ShapeModel::payload() const {
  return record_->payload == 0 ? MemberModel() : member(record_->payload - 1u);
}

std::string_view ShapeModel::enum_value(std::size_t index) const {
  return text(offsets_at(base_, record_->enums)[index]);
}

ServiceModel OperationModel::service() const { return {base_, record_->service}; }

ShapeModel OperationModel::error(std::size_t index) const {
  return {base_, offsets_at(base_, record_->errors)[index]};
}

OperationModel ServiceModel::operation(std::size_t index) const {
  const std::size_t at = record_->operations + index * sizeof(blob::Operation);
  return {base_, static_cast<blob::Offset>(at)};
}

OperationModel ServiceModel::find_operation(std::string_view name) const {
  const std::size_t count = operation_count();
  const std::size_t at = search(count, name, [&](std::size_t i) { return operation(i).name(); });
  return at == count ? OperationModel() : operation(at);
}

ShapeModel ServiceModel::find_error(std::string_view name) const {
  const blob::Offset* errors = offsets_at(base_, record_->errors);
  const auto error_at = [&](std::size_t i) { return ShapeModel(base_, errors[i]); };
  const std::size_t count = record_->error_count;
  const std::size_t at = search(count, name, [&](std::size_t i) { return error_at(i).name(); });
  return at == count ? ShapeModel() : error_at(at);
}

const Models& Models::house() {
  static const Models models = [] {
    const std::size_t size = fairlead_model_blob_end - fairlead_model_blob_begin;
    CHECK(fault_of({fairlead_model_blob_begin, size}) == nullptr);
    return Models(fairlead_model_blob_begin);
  }();
  return models;
}

Result<Models> Models::open(std::string_view bytes) {
  const char* fault = fault_of(bytes);
  if (fault == nullptr) {
    const auto& header = *reinterpret_cast<const blob::Header*>(bytes.data());
    const std::string_view rest = bytes.substr(sizeof header);
    if (fairlead::crc32(rest) != header.crc32) fault = "wrong checksum";
  }
  if (fault != nullptr) {
    return Error{&kBadModelBlob, std::string("this is no model blob: ") + fault, {}};
  }
  return Models(bytes.data());
}

ServiceModel Models::service(std::size_t index) const {
  const std::size_t at = header().services + index * sizeof(blob::Service);
  return {base_, static_cast<blob::Offset>(at)};
}

ServiceModel Models::find_service(std::string_view name) const {
  return first_service(*this, [&](const ServiceModel& s) { return s.name() == name; });
}

ServiceModel Models::find_by_target(std::string_view target_prefix) const {
  if (target_prefix.empty()) return {};
  return first_service(*this,
                       [&](const ServiceModel& s) { return s.target_prefix() == target_prefix; });
}

ServiceModel Models::find_by_signing_name(std::string_view signing_name) const {
  return first_service(*this,
                       [&](const ServiceModel& s) { return s.signing_name() == signing_name; });
}

ServiceModel Models::find_by_endpoint(std::string_view endpoint_prefix) const {
  return first_service(
      *this, [&](const ServiceModel& s) { return s.endpoint_prefix() == endpoint_prefix; });
}

ServiceModel Models::find_by_api_version(std::string_view version) const {
  return first_service(*this, [&](const ServiceModel& s) {
    return s.protocol() == Protocol::kQuery && s.api_version() == version;
  });
}

}  // namespace fairlead::wire
