// ACL and tags of one object: its record is changed under the key's lock, its bytes stay.
#include "services/s3/acl.h"
#include "services/s3/errors.h"
#include "services/s3/objects.h"
#include "services/s3/operations.h"
#include "services/s3/tags.h"
#include "storage/documents.h"

namespace fairlead::s3 {

namespace {

template <class F>
Result<Json> change_object(S3& s3, const Context& cx, const Json& input, std::string_view action,
                           F&& change) {
  const auto guard = s3.lock_object(input["Bucket"].string_or(""), input["Key"].string_or(""));
  Found found = TRY(enter_object(s3, cx, input, action));
  TRY(change(found));
  storage::Batch batch;
  storage::put_document(batch, object_key(found.bucket.name, found.object.key),
                        to_json(found.object));
  TRY(s3.store().commit(std::move(batch)));
  return Json::object({});
}

}  // namespace

Result<Json> put_object_acl(S3& s3, Context& cx, const Json& input) {
  return change_object(s3, cx, input, "s3:PutObjectAcl", [&](Found& found) -> Status {
    if (found.bucket.acls_disabled()) return acl_not_supported();
    auto grants = TRY(read_acl(input, found.object.owner, found.bucket.owner));
    if (!grants) {
      static const ErrorCode kCode{"MissingSecurityHeader", 400};
      return Error{&kCode, "Your request was missing a required header",
                   Json::object({{"MissingHeaderName", "x-amz-acl"}})};
    }
    if (is_public(*grants) && found.bucket.blocks("BlockPublicAcls")) return access_denied();
    found.object.grants = std::move(*grants);
    return {};
  });
}

Result<Json> get_object_acl(S3& s3, Context& cx, const Json& input) {
  const Found found = TRY(enter_object(s3, cx, input, "s3:GetObjectAcl"));
  const bool disabled = found.bucket.acls_disabled();
  return acl_output(disabled ? Json() : found.object.grants,
                    disabled ? found.bucket.owner : found.object.owner);
}

Result<Json> put_object_tagging(S3& s3, Context& cx, const Json& input) {
  return change_object(s3, cx, input, "s3:PutObjectTagging", [&](Found& found) -> Status {
    found.object.tags = TRY(read_tag_set(input["Tagging"]["TagSet"], kMostObjectTags));
    if (found.object.tags.empty()) found.object.tags = Json();
    return {};
  });
}

Result<Json> get_object_tagging(S3& s3, Context& cx, const Json& input) {
  const Found found = TRY(enter_object(s3, cx, input, "s3:GetObjectTagging"));
  return Json::object(
      {{"TagSet", found.object.tags.is_null() ? Json::array() : found.object.tags}});
}

Result<Json> delete_object_tagging(S3& s3, Context& cx, const Json& input) {
  return change_object(s3, cx, input, "s3:DeleteObjectTagging", [](Found& found) -> Status {
    found.object.tags = Json();
    return {};
  });
}

}  // namespace fairlead::s3
