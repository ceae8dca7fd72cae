// Records to and from Json, and their keys.
#include "services/s3/records.h"

#include "storage/keys.h"

namespace fairlead::s3 {

using storage::Family;
using storage::KeyWriter;

namespace {

void set_unless_null(Json& record, std::string_view name, const Json& value) {
  if (!value.is_null()) record.set(name, value);
}
void set_unless_empty(Json& record, std::string_view name, const std::string& value) {
  if (!value.empty()) record.set(name, value);
}

Json to_json(const std::vector<Piece>& pieces) {
  Json list = Json::array();
  for (const Piece& piece : pieces) {
    list.push_back(Json::object({{"blob", piece.blob}, {"size", piece.size}}));
  }
  return list;
}

std::uint64_t size_of(const Json& record) {
  return static_cast<std::uint64_t>(record["size"].int_or(0));
}

std::vector<Piece> pieces_from(const Json& list) {
  std::vector<Piece> pieces;
  for (const Json& item : list.items()) {
    pieces.push_back({item["blob"].string_or(""), size_of(item)});
  }
  return pieces;
}

}  // namespace

Json to_json(const Bucket& bucket) {
  Json record = Json::object({{"name", bucket.name},
                              {"owner", bucket.owner},
                              {"region", bucket.region},
                              {"created_ms", bucket.created_ms}});
  set_unless_empty(record, "ownership", bucket.ownership);
  set_unless_null(record, "grants", bucket.grants);
  set_unless_null(record, "public_access_block", bucket.public_access_block);
  set_unless_empty(record, "policy", bucket.policy);
  set_unless_null(record, "tags", bucket.tags);
  set_unless_null(record, "website", bucket.website);
  return record;
}

Bucket bucket_from(const Json& record) {
  Bucket bucket;
  bucket.name = record["name"].string_or("");
  bucket.owner = record["owner"].string_or("");
  bucket.region = record["region"].string_or("");
  bucket.created_ms = record["created_ms"].int_or(0);
  bucket.ownership = record["ownership"].string_or("");
  bucket.grants = record["grants"];
  bucket.public_access_block = record["public_access_block"];
  bucket.policy = record["policy"].string_or("");
  bucket.tags = record["tags"];
  bucket.website = record["website"];
  return bucket;
}

Json to_json(const Object& object) {
  Json record = Json::object({{"owner", object.owner},
                              {"size", object.size},
                              {"etag", object.etag},
                              {"modified_ms", object.modified_ms}});
  set_unless_null(record, "headers", object.headers);
  set_unless_null(record, "metadata", object.metadata);
  set_unless_null(record, "grants", object.grants);
  set_unless_null(record, "tags", object.tags);
  set_unless_null(record, "checksums", object.checksums);
  if (!object.pieces.empty()) record.set("pieces", to_json(object.pieces));
  if (object.multipart) record.set("multipart", true);
  return record;
}

Object object_from(std::string key, const Json& record) {
  Object object;
  object.key = std::move(key);
  object.owner = record["owner"].string_or("");
  object.size = size_of(record);
  object.etag = record["etag"].string_or("");
  object.modified_ms = record["modified_ms"].int_or(0);
  object.headers = record["headers"];
  object.metadata = record["metadata"];
  object.grants = record["grants"];
  object.tags = record["tags"];
  object.checksums = record["checksums"];
  object.pieces = pieces_from(record["pieces"]);
  object.multipart = record["multipart"].bool_or(false);
  return object;
}

Json to_json(const Upload& upload) {
  return Json::object({{"bucket", upload.bucket},
                       {"key", upload.key},
                       {"id", upload.id},
                       {"initiated_ms", upload.initiated_ms},
                       {"initiator", upload.initiator},
                       {"checksum_algorithm", upload.checksum_algorithm},
                       {"checksum_type", upload.checksum_type},
                       {"draft", to_json(upload.draft)}});
}

Upload upload_from(const Json& record) {
  Upload upload;
  upload.bucket = record["bucket"].string_or("");
  upload.key = record["key"].string_or("");
  upload.id = record["id"].string_or("");
  upload.initiated_ms = record["initiated_ms"].int_or(0);
  upload.initiator = record["initiator"].string_or("");
  upload.checksum_algorithm = record["checksum_algorithm"].string_or("");
  upload.checksum_type = record["checksum_type"].string_or("");
  upload.draft = object_from(upload.key, record["draft"]);
  return upload;
}

Json to_json(const UploadedPart& part) {
  Json record = Json::object({{"number", part.number},
                              {"blob", part.piece.blob},
                              {"size", part.piece.size},
                              {"etag", part.etag},
                              {"modified_ms", part.modified_ms}});
  set_unless_null(record, "checksums", part.checksums);
  return record;
}

UploadedPart part_from(const Json& record) {
  UploadedPart part;
  part.number = static_cast<int>(record["number"].int_or(0));
  part.piece = {record["blob"].string_or(""), size_of(record)};
  part.etag = record["etag"].string_or("");
  part.modified_ms = record["modified_ms"].int_or(0);
  part.checksums = record["checksums"];
  return part;
}

std::string bucket_key(std::string_view bucket) {
  return KeyWriter(kBucketPrefix).text(bucket).take();
}
std::string objects_prefix(std::string_view bucket) {
  return KeyWriter("s3/o/").text(bucket).take();
}
std::string object_key(std::string_view bucket, std::string_view key) {
  return KeyWriter("s3/o/").text(bucket).raw(key).take();
}
std::string uploads_prefix(std::string_view bucket) {
  return KeyWriter("s3/u/").text(bucket).take();
}
std::string upload_key(std::string_view bucket, std::string_view key, std::string_view id) {
  return KeyWriter("s3/u/").text(bucket).text(key).text(id).take();
}
std::string parts_prefix(std::string_view upload_id) {
  return KeyWriter("s3/p/").text(upload_id).take();
}
std::string part_key(std::string_view upload_id, int number) {
  return KeyWriter("s3/p/").text(upload_id).number(static_cast<std::uint64_t>(number)).take();
}
std::string blob_key(std::string_view blob) { return KeyWriter("s3/r/").raw(blob).take(); }

void add_blob_names(storage::Batch& batch, const std::vector<Piece>& pieces) {
  for (const Piece& piece : pieces) {
    if (!piece.blob.empty()) batch.put(Family::kMeta, blob_key(piece.blob), "");
  }
}

void drop_blob_names(storage::Batch& batch, const std::vector<Piece>& pieces) {
  for (const Piece& piece : pieces) {
    if (!piece.blob.empty()) batch.erase(Family::kMeta, blob_key(piece.blob));
  }
}

}  // namespace fairlead::s3
