// ListParts and ListMultipartUploads.
#include <set>

#include "base/text.h"
#include "services/s3/errors.h"
#include "services/s3/names.h"
#include "services/s3/objects.h"
#include "services/s3/operations.h"
#include "storage/documents.h"

namespace fairlead::s3 {

namespace {

constexpr std::int64_t kMostAnswers = 1000;

Result<std::int64_t> read_limit(const Json& input, const char* member, const char* argument) {
  const std::int64_t limit = input[member].int_or(kMostAnswers);
  if (limit < 0) {
    return invalid_argument(
        std::string("Argument ") + argument + " must be an integer between 0 and 2147483647",
        argument, std::to_string(limit));
  }
  return std::min(limit, kMostAnswers);
}

Json part_entry(const UploadedPart& part) {
  Json item = Json::object({{"PartNumber", part.number},
                            {"LastModified", epoch(part.modified_ms)},
                            {"ETag", '"' + part.etag + '"'},
                            {"Size", part.piece.size}});
  copy_members(item, part.checksums);
  return item;
}

struct UploadsQuery {
  std::string prefix, delimiter, key_marker, id_marker;
  bool url_encoded = false;

  Json text(std::string_view raw) const {
    return url_encoded ? Json(percent_encode(raw, "/")) : Json(raw);
  }
  bool is_before(const Upload& upload) const {
    if (key_marker.empty()) return false;
    if (upload.key != key_marker) return upload.key < key_marker;
    return id_marker.empty() || upload.id <= id_marker;
  }
};

Json upload_entry(const Upload& upload, const UploadsQuery& query) {
  Json item =
      Json::object({{"UploadId", upload.id},
                    {"Key", query.text(upload.key)},
                    {"Initiated", epoch(upload.initiated_ms)},
                    {"StorageClass", upload.draft.headers["StorageClass"].string_or("STANDARD")},
                    {"Owner", owner_json(upload.draft.owner)},
                    {"Initiator", owner_json(upload.initiator)}});
  if (!upload.checksum_algorithm.empty()) {
    item.set("ChecksumAlgorithm", upload.checksum_algorithm);
    item.set("ChecksumType", upload.checksum_type);
  }
  return item;
}

}  // namespace

Result<Json> list_parts(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(named_bucket(s3, input));
  const std::string key = input["Key"].string_or("");
  TRY(require(cx, bucket, {.action = "s3:ListMultipartUploadParts", .key = key}));
  const Upload upload = TRY(s3.upload(bucket.name, key, input["UploadId"].string_or("")));
  const std::int64_t limit = TRY(read_limit(input, "MaxParts", "max-parts"));
  const std::int64_t marker = input["PartNumberMarker"].int_or(0);
  Json parts = Json::array();
  bool truncated = false;
  for (const auto& [at, record] :
       TRY(storage::list_documents(s3.store(), parts_prefix(upload.id)))) {
    const UploadedPart part = part_from(record);
    if (part.number <= marker) continue;
    truncated = static_cast<std::int64_t>(parts.size()) == limit;
    if (truncated) break;
    parts.push_back(part_entry(part));
  }
  const std::int64_t last = parts.empty() ? 0 : parts.items().back()["PartNumber"].int_or(0);
  Json output =
      Json::object({{"Bucket", bucket.name},
                    {"Key", key},
                    {"UploadId", upload.id},
                    {"PartNumberMarker", marker},
                    {"NextPartNumberMarker", last},
                    {"MaxParts", limit},
                    {"IsTruncated", truncated},
                    {"Initiator", owner_json(upload.initiator)},
                    {"Owner", owner_json(upload.draft.owner)},
                    {"StorageClass", upload.draft.headers["StorageClass"].string_or("STANDARD")}});
  if (!upload.checksum_algorithm.empty()) {
    output.set("ChecksumAlgorithm", upload.checksum_algorithm);
    output.set("ChecksumType", upload.checksum_type);
  }
  if (!parts.empty()) output.set("Parts", std::move(parts));
  return output;
}

Result<Json> list_multipart_uploads(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(enter(s3, cx, input, "s3:ListBucketMultipartUploads"));
  const std::int64_t limit = TRY(read_limit(input, "MaxUploads", "max-uploads"));
  const UploadsQuery query{input["Prefix"].string_or(""), input["Delimiter"].string_or(""),
                           input["KeyMarker"].string_or(""), input["UploadIdMarker"].string_or(""),
                           input["EncodingType"].string_or("") == "url"};
  Json uploads = Json::array();
  std::set<std::string> prefixes;
  Json output = Json::object({{"Bucket", bucket.name},
                              {"KeyMarker", query.text(query.key_marker)},
                              {"UploadIdMarker", query.id_marker},
                              {"MaxUploads", limit},
                              {"IsTruncated", false}});
  std::string last_key, last_id;
  for (const auto& [at, record] :
       TRY(storage::list_documents(s3.store(), uploads_prefix(bucket.name)))) {
    const Upload upload = upload_from(record);
    if (!upload.key.starts_with(query.prefix) || query.is_before(upload)) continue;
    const std::size_t fold = query.delimiter.empty()
                                 ? std::string::npos
                                 : upload.key.find(query.delimiter, query.prefix.size());
    const std::string common =
        fold == std::string::npos ? "" : upload.key.substr(0, fold + query.delimiter.size());
    if (!common.empty() && (prefixes.contains(common) || common == query.key_marker)) continue;
    if (static_cast<std::int64_t>(uploads.size() + prefixes.size()) == limit) {
      output.set("IsTruncated", true);
      output.set("NextKeyMarker", query.text(last_key));
      output.set("NextUploadIdMarker", last_id);
      break;
    }
    last_key = common.empty() ? upload.key : common;
    last_id = common.empty() ? upload.id : "";
    if (common.empty()) {
      uploads.push_back(upload_entry(upload, query));
    } else {
      prefixes.insert(common);
    }
  }
  if (!query.prefix.empty()) output.set("Prefix", query.text(query.prefix));
  if (!query.delimiter.empty()) output.set("Delimiter", query.text(query.delimiter));
  if (query.url_encoded) output.set("EncodingType", "url");
  if (!uploads.empty()) output.set("Uploads", std::move(uploads));
  Json folded = Json::array();
  for (const std::string& prefix : prefixes) {
    folded.push_back(Json::object({{"Prefix", query.text(prefix)}}));
  }
  if (!folded.empty()) output.set("CommonPrefixes", std::move(folded));
  return output;
}

}  // namespace fairlead::s3
