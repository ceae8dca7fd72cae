// Checks a list of parts against what was uploaded and adds up their digests.
#include "services/s3/multipart_plan.h"

#include <map>

#include "base/base64.h"
#include "services/s3/checksum_join.h"
#include "services/s3/errors.h"

namespace fairlead::s3 {

namespace {

std::string without_quotes(std::string etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    return etag.substr(1, etag.size() - 2);
  }
  return etag;
}

Result<std::vector<UploadedPart>> listed_parts(const Upload& upload,
                                               const std::vector<UploadedPart>& parts,
                                               const Json& list) {
  if (list.empty() || list.size() > static_cast<std::size_t>(kMostParts)) return malformed_xml();
  std::map<int, const UploadedPart*> by_number;
  for (const UploadedPart& part : parts) by_number[part.number] = &part;
  std::vector<UploadedPart> listed;
  for (const Json& item : list.items()) {
    const int number = static_cast<int>(item["PartNumber"].int_or(0));
    const std::string etag = without_quotes(item["ETag"].string_or(""));
    if (!listed.empty() && number <= listed.back().number) return invalid_part_order(upload.id);
    const auto found = by_number.find(number);
    if (found == by_number.end() || found->second->etag != etag) {
      return invalid_part(upload.id, number, etag);
    }
    for (const Json::Member& checksum : found->second->checksums.members()) {
      if (item[checksum.key].string_or(checksum.value.string_or("")) !=
          checksum.value.string_or("")) {
        return invalid_part(upload.id, number, etag);
      }
    }
    listed.push_back(*found->second);
  }
  for (std::size_t i = 0; i + 1 < listed.size(); ++i) {
    const UploadedPart& part = listed[i];
    if (part.piece.size < kLeastPartBytes) {
      return entity_too_small(part.piece.size, part.number, part.etag);
    }
  }
  return listed;
}

// Of the whole for CRCs of type FULL_OBJECT, otherwise of the parts' checksums.
Result<Json> total_checksums(const Upload& upload, const std::vector<UploadedPart>& parts) {
  Algorithm algorithm = Algorithm::kCrc64nvme;
  read_algorithm(upload.checksum_algorithm, algorithm);
  const bool composite = upload.checksum_type == "COMPOSITE";
  const std::string member = member_of(algorithm);
  std::string all;
  for (const UploadedPart& part : parts) {
    const auto raw = base64_decode(part.checksums[member].string_or(""));
    if (!raw || raw->size() != digest_bytes(algorithm)) return Json();  // sent with another one
    if (composite || all.empty()) {
      all += *raw;
    } else {
      all = join_crc(algorithm, all, *raw, part.piece.size);
    }
  }
  std::string value = base64_encode(composite ? checksum_of(algorithm, all) : all);
  if (composite) value += "-" + std::to_string(parts.size());
  return Json::object({{member, value}, {"ChecksumType", composite ? "COMPOSITE" : "FULL_OBJECT"}});
}

}  // namespace

Status read_checksum_choice(const Json& input, Upload& upload) {
  const std::string name = input["ChecksumAlgorithm"].string_or("");
  const std::string type = input["ChecksumType"].string_or("");
  if (name.empty()) {
    if (!type.empty()) {
      return invalid_request(
          "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm "
          "header.");
    }
    upload.checksum_type = "FULL_OBJECT";
    return {};
  }
  Algorithm algorithm;
  if (!read_algorithm(name, algorithm)) {
    return invalid_request(
        "Checksum algorithm provided is unsupported. Please try again with any "
        "of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
  }
  upload.checksum_algorithm = name_of(algorithm);
  upload.checksum_type =
      type.empty() ? (algorithm == Algorithm::kCrc64nvme ? "FULL_OBJECT" : "COMPOSITE") : type;
  const bool full = upload.checksum_type == "FULL_OBJECT";
  if ((!full && upload.checksum_type != "COMPOSITE") || (full && !is_crc(algorithm)) ||
      (!full && algorithm == Algorithm::kCrc64nvme)) {
    return invalid_request("The " + upload.checksum_type +
                           " checksum type cannot be used with the " + name_of(algorithm) +
                           " checksum algorithm.");
  }
  return {};
}

Result<Object> plan_object(const Upload& upload, const std::vector<UploadedPart>& parts,
                           const Json& input) {
  const auto listed = TRY(listed_parts(upload, parts, input["MultipartUpload"]["Parts"]));
  Object object = upload.draft;
  object.multipart = true;
  std::string digests;
  for (const UploadedPart& part : listed) {
    object.size += part.piece.size;
    object.pieces.push_back(part.piece);
    digests += hex_decode(part.etag).value_or("");
  }
  object.etag = hex_encode(md5(digests)) + "-" + std::to_string(listed.size());
  object.checksums = TRY(total_checksums(upload, listed));
  for (const Json::Member& total : object.checksums.members()) {
    const std::string given = input[total.key].string_or(total.value.string_or(""));
    if (total.key != "ChecksumType" && given != total.value.string_or("")) {
      return bad_checksum(total.key.substr(8));
    }
  }
  return object;
}

}  // namespace fairlead::s3
