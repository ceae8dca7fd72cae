// Multipart uploads: begun, filled part by part, completed or given up. A part is a blob;
// completing only writes a record that names the parts' blobs in their order.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
#include "base/ids.h"
#include "services/s3/checksum_join.h"
#include "services/s3/conditions.h"
#include "services/s3/copy_source.h"
#include "services/s3/errors.h"
#include "services/s3/multipart_plan.h"
#include "services/s3/names.h"
#include "services/s3/objects.h"
#include "services/s3/operations.h"
#include "storage/documents.h"

namespace fairlead::s3 {

namespace {

// Checks the three names that every operation on an upload has, and the permission.
struct Place {
  Bucket bucket;
  Upload upload;
};
Result<Place> enter_upload(S3& s3, const Context& cx, const Json& input, std::string_view action) {
  Place place{TRY(named_bucket(s3, input)), {}};
  const std::string key = input["Key"].string_or("");
  TRY(require(cx, place.bucket, {.action = action, .key = key, .input = &input}));
  place.upload = TRY(s3.upload(place.bucket.name, key, input["UploadId"].string_or("")));
  return place;
}

Result<int> read_part_number(const Json& input) {
  const std::int64_t number = input["PartNumber"].int_or(0);
  if (number < 1 || number > kMostParts) {
    return invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                            "partNumber", std::to_string(number));
  }
  return static_cast<int>(number);
}

Algorithm algorithm_of(const Upload& upload) {
  Algorithm algorithm = Algorithm::kCrc64nvme;
  read_algorithm(upload.checksum_algorithm, algorithm);
  return algorithm;
}

// Replaces the part of this number, if there is one.
Result<UploadedPart> save_part(S3& s3, const Upload& upload, int number, Received& received) {
  UploadedPart part;
  part.number = number;
  part.piece = received.piece;
  part.etag = received.etag();
  part.modified_ms = s3.now_ms();
  part.checksums = received.checksums();
  part.checksums.erase("ChecksumType");
  const std::string key = part_key(upload.id, number);
  std::optional<UploadedPart> before;
  {
    const auto guard = s3.lock_upload(upload.id);
    TRY(s3.upload(upload.bucket, upload.key, upload.id));  // it may have ended meanwhile
    const auto record = TRY(storage::get_document(s3.store(), key));
    if (record) before = part_from(*record);
    storage::Batch batch;
    if (before) drop_blob_names(batch, {before->piece});
    add_blob_names(batch, {part.piece});
    storage::put_document(batch, key, to_json(part));
    received.fresh.keep();
    TRY(s3.store().commit(std::move(batch)));
  }
  if (before) remove_blobs(s3, {before->piece});
  return part;
}

Result<std::vector<UploadedPart>> load_parts(S3& s3, const std::string& upload_id) {
  std::vector<UploadedPart> parts;
  for (const auto& [key, record] :
       TRY(storage::list_documents(s3.store(), parts_prefix(upload_id)))) {
    parts.push_back(part_from(record));
  }
  return parts;
}

// Un-writes the upload and its parts; the pieces that `keep` names stay.
std::vector<Piece> erase_upload(const Upload& upload, const std::vector<UploadedPart>& parts,
                                const std::vector<Piece>& keep, storage::Batch& batch) {
  batch.erase(storage::Family::kMeta, upload_key(upload.bucket, upload.key, upload.id));
  std::vector<Piece> dropped;
  for (const UploadedPart& part : parts) {
    batch.erase(storage::Family::kMeta, part_key(upload.id, part.number));
    bool kept = false;
    for (const Piece& piece : keep) kept = kept || piece.blob == part.piece.blob;
    if (!kept) dropped.push_back(part.piece);
  }
  drop_blob_names(batch, dropped);
  return dropped;
}

}  // namespace

Result<Json> create_multipart_upload(S3& s3, Context& cx, const Json& input) {
  const Bucket bucket = TRY(named_bucket(s3, input));
  const std::string key = input["Key"].string_or("");
  TRY(require(cx, bucket, {.action = "s3:PutObject", .key = key, .input = &input}));
  Upload upload;
  upload.draft = TRY(read_new_object(cx, bucket, input));
  upload.bucket = bucket.name;
  upload.key = key;
  upload.initiated_ms = s3.now_ms();
  upload.initiator = account_of(cx);
  TRY(read_checksum_choice(input, upload));
  // Ids of one key sort by their time.
  char time[17];
  std::snprintf(time, sizeof time, "%016llx", static_cast<unsigned long long>(upload.initiated_ms));
  upload.id = time + random_hex(48);
  storage::Batch batch;
  storage::put_document(batch, upload_key(bucket.name, key, upload.id), to_json(upload));
  TRY(s3.store().commit(std::move(batch)));

  Json output = Json::object({{"Bucket", bucket.name},
                              {"Key", key},
                              {"UploadId", upload.id},
                              {"ServerSideEncryption", kEncryption}});
  if (!upload.checksum_algorithm.empty()) {
    output.set("ChecksumAlgorithm", upload.checksum_algorithm);
    output.set("ChecksumType", upload.checksum_type);
  }
  return output;
}

Result<Reply> upload_part(S3& s3, Context& cx, Request& request) {
  const Place place = TRY(enter_upload(s3, cx, request.input, "s3:PutObject"));
  const int number = TRY(read_part_number(request.input));
  const Algorithm chosen = algorithm_of(place.upload);
  const Expectation expected = TRY(read_expectation(request, chosen));
  if (!place.upload.checksum_algorithm.empty() && expected.algorithm != chosen) {
    return invalid_request(
        std::string("Checksum Type mismatch occurred, expected checksum Type: ") + name_of(chosen) +
        ", actual checksum Type: " + name_of(expected.algorithm));
  }
  Received received = TRY(receive(s3, request, expected));
  const UploadedPart part = TRY(save_part(s3, place.upload, number, received));
  Reply reply;
  reply.output =
      Json::object({{"ETag", '"' + part.etag + '"'}, {"ServerSideEncryption", kEncryption}});
  copy_members(reply.output, part.checksums);
  return reply;
}

Result<Json> upload_part_copy(S3& s3, Context& cx, const Json& input) {
  const Place place = TRY(enter_upload(s3, cx, input, "s3:PutObject"));
  const int number = TRY(read_part_number(input));
  const Found source = TRY(open_copy_source(s3, cx, input));
  ByteRange range{0, source.object.size};
  if (input.has("CopySourceRange")) {
    const std::string given = input["CopySourceRange"].string_or("");
    auto read = read_range(given, source.object.size);
    const bool whole_inside = read.ok() && *read &&
                              given == "bytes=" + std::to_string((*read)->first) + "-" +
                                           std::to_string((*read)->first + (*read)->length - 1);
    if (!whole_inside) {
      return invalid_argument("Range specified is not valid for source object of size: " +
                                  std::to_string(source.object.size),
                              "x-amz-copy-source-range", given);
    }
    range = **read;
  }
  Received received =
      TRY(copy_bytes(s3, source.object, range.first, range.length, algorithm_of(place.upload)));
  const UploadedPart part = TRY(save_part(s3, place.upload, number, received));
  Json result =
      Json::object({{"ETag", '"' + part.etag + '"'}, {"LastModified", epoch(part.modified_ms)}});
  copy_members(result, part.checksums);
  return Json::object(
      {{"CopyPartResult", std::move(result)}, {"ServerSideEncryption", kEncryption}});
}

Result<Json> complete_multipart_upload(S3& s3, Context& cx, const Json& input) {
  Place place = TRY(enter_upload(s3, cx, input, "s3:PutObject"));
  std::vector<Piece> dropped;
  Object object;
  {
    const auto guard = s3.lock_upload(place.upload.id);
    const Upload upload = TRY(s3.upload(place.bucket.name, place.upload.key, place.upload.id));
    const std::vector<UploadedPart> parts = TRY(load_parts(s3, upload.id));
    object = TRY(plan_object(upload, parts, input));
    object.modified_ms = s3.now_ms();
    storage::Batch batch;
    dropped = erase_upload(upload, parts, object.pieces, batch);
    FreshBlobs none(s3);
    TRY(commit_object(s3, place.bucket, object, none, input, std::move(batch)));
  }
  remove_blobs(s3, dropped);
  const std::string host =
      cx.host.empty() ? place.bucket.name + ".s3.amazonaws.com" : cx.host + "/" + place.bucket.name;
  Json output = Json::object({{"Location", cx.scheme + "://" + host + "/" + object.key},
                              {"Bucket", place.bucket.name},
                              {"Key", object.key},
                              {"ETag", object.quoted_etag()},
                              {"ServerSideEncryption", kEncryption}});
  copy_members(output, object.checksums);
  return output;
}

Result<Json> abort_multipart_upload(S3& s3, Context& cx, const Json& input) {
  const Place place = TRY(enter_upload(s3, cx, input, "s3:AbortMultipartUpload"));
  std::vector<Piece> dropped;
  {
    const auto guard = s3.lock_upload(place.upload.id);
    const Upload upload = TRY(s3.upload(place.bucket.name, place.upload.key, place.upload.id));
    storage::Batch batch;
    dropped = erase_upload(upload, TRY(load_parts(s3, upload.id)), {}, batch);
    TRY(s3.store().commit(std::move(batch)));
  }
  remove_blobs(s3, dropped);
  return Json::object({});
}

}  // namespace fairlead::s3
