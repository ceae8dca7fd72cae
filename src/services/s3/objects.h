// What the operations on objects share: a new object's attributes from a request, its commit, and
// its attributes in an answer.
#pragma once

#include "services/s3/access.h"
#include "services/s3/bodies.h"
#include "services/s3/records.h"
#include "services/s3/s3.h"

namespace fairlead::s3 {

// Owner, headers, metadata, ACL, tags and storage class of an object that the caller is about to
// write; no bytes yet. What we do not support (KMS keys, object lock, archives) is refused.
Result<Object> read_new_object(const Context& cx, const Bucket& bucket, const Json& input);

// Makes the object visible in the place of what was there, together with what `batch` holds, and
// removes the old bytes. IfMatch and IfNoneMatch of `conditions` are checked under the key's lock.
Status commit_object(S3& s3, const Bucket& bucket, const Object& object, FreshBlobs& fresh,
                     const Json& conditions, storage::Batch batch = {});

// The output members that GetObject and HeadObject have in common. `input` is the request's:
// ChecksumMode and the Response… overrides count.
Json object_output(const Object& object, const Json& input);

void copy_members(Json& to, const Json& from);
Json epoch(std::int64_t ms);                              // a timestamp as the wire's Json has it
std::string checksum_algorithm_of(const Object& object);  // "CRC32", or empty

inline constexpr const char* kEncryption = "AES256";

}  // namespace fairlead::s3
