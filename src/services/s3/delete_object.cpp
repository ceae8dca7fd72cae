// DeleteObject and DeleteObjects: the records go in one commit, the bytes after it.
#include "services/s3/errors.h"
#include "services/s3/objects.h"
#include "services/s3/operations.h"

namespace fairlead::s3 {

namespace {

Status check_version(const Json& version) {
  const std::string id = version.string_or("");
  if (id.empty() || id == "null") return {};
  return invalid_argument("Invalid version id specified", "versionId", id);
}

Status remove_objects(S3& s3, const Bucket& bucket, const std::vector<std::string>& keys) {
  std::vector<Piece> pieces;
  {
    const auto guard = s3.lock_objects(bucket.name, keys);
    storage::Batch batch;
    for (const std::string& key : keys) {
      const auto object = TRY(s3.find_object(bucket.name, key));
      if (!object) continue;
      batch.erase(storage::Family::kMeta, object_key(bucket.name, key));
      pieces.insert(pieces.end(), object->pieces.begin(), object->pieces.end());
    }
    drop_blob_names(batch, pieces);
    TRY(s3.store().commit(std::move(batch)));
  }
  remove_blobs(s3, pieces);
  return {};
}

}  // namespace

Result<Json> delete_object(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(named_bucket(s3, input));
  const std::string key = input["Key"].string_or("");
  TRY(require(cx, bucket, {.action = "s3:DeleteObject", .key = key, .input = &input}));
  TRY(check_version(input["VersionId"]));
  TRY(remove_objects(s3, bucket, {key}));
  return Json::object({});
}

Result<Json> delete_objects(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(named_bucket(s3, input));
  const Json& asked = input["Delete"]["Objects"];
  if (asked.empty() || asked.size() > 1000) return malformed_xml();
  const bool quiet = input["Delete"]["Quiet"].bool_or(false);
  std::vector<std::string> keys;
  Json deleted = Json::array(), errors = Json::array();
  for (const Json& item : asked.items()) {
    const std::string key = item["Key"].string_or("");
    Status allowed = require(cx, bucket, {.action = "s3:DeleteObject", .key = key});
    if (allowed.ok()) allowed = check_version(item["VersionId"]);
    if (allowed.ok()) {
      keys.push_back(key);
      deleted.push_back(Json::object({{"Key", key}}));
    } else {
      errors.push_back(Json::object({{"Key", key},
                                     {"Code", allowed.error().code->name},
                                     {"Message", allowed.error().message}}));
    }
  }
  TRY(remove_objects(s3, bucket, keys));
  Json output = Json::object({});
  if (!quiet && !deleted.empty()) output.set("Deleted", std::move(deleted));
  if (!errors.empty()) output.set("Errors", std::move(errors));
  return output;
}

}  // namespace fairlead::s3
