// Multipart uploads from beginning to end.
#include "base/base64.h"
#include "base/hashes.h"
#include "services/s3/checksums.h"
#include "services/s3/test_s3.h"

namespace fairlead::s3 {
namespace {

constexpr std::size_t kPart = 5 * 1024 * 1024;

class Multipart : public S3Test {
 protected:
  Multipart() { make_bucket(); }

  std::string begin(Json more = Json::object({})) {
    more.set("Bucket", "bucket");
    more.set("Key", "k");
    return run("CreateMultipartUpload", more)["UploadId"].string_or("");
  }
  Json part(const std::string& id, int number, std::string bytes, Json more = Json::object({})) {
    more.set("UploadId", id);
    more.set("PartNumber", number);
    return upload("UploadPart", "k", std::move(bytes), std::move(more));
  }
  Json named(const std::string& id) {
    return Json::object({{"Bucket", "bucket"}, {"Key", "k"}, {"UploadId", id}});
  }
  // `parts`: number and ETag.
  Json complete(const std::string& id, const std::vector<std::pair<int, std::string>>& parts,
                Json more = Json::object({})) {
    Json list = Json::array();
    for (const auto& [number, etag] : parts) {
      list.push_back(Json::object({{"PartNumber", number}, {"ETag", etag}}));
    }
    Json input = named(id);
    for (const Json::Member& m : more.members()) input.set(m.key, m.value);
    input.set("MultipartUpload", Json::object({{"Parts", std::move(list)}}));
    return run("CompleteMultipartUpload", input);
  }
  static std::string etag_of(const std::string& bytes) {
    return '"' + hex_encode(md5(bytes)) + '"';
  }
};

TEST_F(Multipart, BecomesOneObject) {
  const std::string a(kPart, 'a'), b(kPart + 3, 'b'), c("the end");
  const std::string id = begin(Json::object({{"ContentType", "video/mp4"}}));
  EXPECT_GE(id.size(), 64u);
  EXPECT_EQ(part(id, 1, "replaced")["ETag"].string_or(""), etag_of("replaced"));
  EXPECT_EQ(part(id, 1, a)["ETag"].string_or(""), etag_of(a));
  part(id, 7, b);
  part(id, 10'000, c);
  part(id, 3, "not listed when completing");
  EXPECT_EQ(body_of("k"), "(NoSuchKey)");

  const std::string expected = '"' + hex_encode(md5(md5(a) + md5(b) + md5(c))) + "-3\"";
  const Json done = complete(id, {{1, etag_of(a)}, {7, etag_of(b)}, {10'000, hex_encode(md5(c))}});
  EXPECT_EQ(done["ETag"].string_or(""), expected);
  EXPECT_EQ(done["Location"].string_or(""), "http://127.0.0.1:4566/bucket/k");
  EXPECT_EQ(done["ChecksumCRC64NVME"].string_or(""),
            base64_encode(checksum_of(Algorithm::kCrc64nvme, a + b + c)));
  EXPECT_EQ(done["ChecksumType"].string_or(""), "FULL_OBJECT");

  EXPECT_EQ(body_of("k"), a + b + c);
  const Json head = run("HeadObject", named(""));
  EXPECT_EQ(head["ETag"].string_or(""), expected);
  EXPECT_EQ(head["ContentType"].string_or(""), "video/mp4");
  const std::string edge = (a + b).substr(kPart - 2, 5);
  EXPECT_EQ(body_of("k", Json::object({{"Range", "bytes=" + std::to_string(kPart - 2) + "-" +
                                                     std::to_string(kPart + 2)}})),
            edge);
  EXPECT_EQ(body_of("k", Json::object({{"PartNumber", 3}})), c);
  EXPECT_EQ(run("HeadObject",
                Json::object({{"Bucket", "bucket"}, {"Key", "k"}, {"PartNumber", 2}}))["PartsCount"]
                .int_or(0),
            3);
  EXPECT_EQ(body_of("k", Json::object({{"PartNumber", 4}})), "(InvalidPartNumber)");
  EXPECT_EQ(complete(id, {{1, etag_of(a)}})["error"].string_or(""), "NoSuchUpload");
  // Record, bucket and the three blobs' names: nothing of the upload is left.
  EXPECT_EQ(keys_in_store(), 5u);
  run("DeleteObject", named(""));
  EXPECT_EQ(keys_in_store(), 1u);
}

TEST_F(Multipart, RefusesWrongLists) {
  const std::string id = begin();
  part(id, 1, "small");
  part(id, 2, std::string(kPart, 'x'));
  const std::string one = etag_of("small"), two = etag_of(std::string(kPart, 'x'));
  struct Case {
    std::vector<std::pair<int, std::string>> parts;
    const char *error, *message;
  };
  for (const Case& c :
       {Case{{},
             "MalformedXML",
             "The XML you provided was not well-formed or did not validate against our published "
             "schema"},
        Case{{{2, two}, {1, one}},
             "InvalidPartOrder",
             "The list of parts was not in ascending order. Parts must be ordered by part number."},
        Case{{{1, two}},
             "InvalidPart",
             "One or more of the specified parts could not be found.  The part may not have been "
             "uploaded, or the specified entity tag may not match the part's entity tag."},
        Case{{{2, two}, {3, one}},
             "InvalidPart",
             "One or more of the specified parts could not be found.  The part may not have been "
             "uploaded, or the specified entity tag may not match the part's entity tag."},
        Case{{{1, one}, {2, two}},
             "EntityTooSmall",
             "Your proposed upload is smaller than the minimum allowed size"}}) {
    const Json answer = complete(id, c.parts);
    EXPECT_EQ(answer["error"].string_or(""), c.error);
    EXPECT_EQ(answer["message"].string_or(""), c.message);
  }
  EXPECT_EQ(part(id, 0, "x")["message"].string_or(""),
            "Part number must be an integer between 1 and 10000, inclusive");
  EXPECT_EQ(part("unknown", 1, "x")["message"].string_or(""),
            "The specified upload does not exist. The upload ID may be invalid, or the upload may "
            "have been aborted or completed.");
  EXPECT_FALSE(complete(id, {{1, one}}).has("error"));  // the only part may be small
  EXPECT_EQ(body_of("k"), "small");
}

TEST_F(Multipart, AbortLeavesNothing) {
  const std::size_t before = keys_in_store();
  const std::string id = begin();
  part(id, 1, "x");
  EXPECT_GT(keys_in_store(), before);
  EXPECT_FALSE(run("AbortMultipartUpload", named(id)).has("error"));
  EXPECT_EQ(keys_in_store(), before);
  EXPECT_EQ(run("AbortMultipartUpload", named(id))["error"].string_or(""), "NoSuchUpload");
  EXPECT_EQ(part(id, 2, "x")["error"].string_or(""), "NoSuchUpload");
}

TEST_F(Multipart, Checksums) {
  const std::string id = begin(Json::object({{"ChecksumAlgorithm", "SHA256"}}));
  const std::string a(kPart, 'a'), b("b");
  EXPECT_EQ(part(id, 1, a)["ChecksumSHA256"].string_or(""), base64_encode(sha256(a)));
  part(id, 2, b, Json::object({{"ChecksumSHA256", base64_encode(sha256(b))}}));
  EXPECT_EQ(
      part(id, 3, b, Json::object({{"ChecksumCRC32", "AAAAAA=="}}))["message"].string_or(""),
      "Checksum Type mismatch occurred, expected checksum Type: SHA256, actual checksum Type: "
      "CRC32");
  EXPECT_EQ(complete(id, {{1, etag_of(a)}, {2, etag_of(b)}},
                     Json::object({{"ChecksumSHA256", "wrong"}}))["error"]
                .string_or(""),
            "BadDigest");
  const Json done = complete(id, {{1, etag_of(a)}, {2, etag_of(b)}});
  EXPECT_EQ(done["ChecksumSHA256"].string_or(""),
            base64_encode(sha256(sha256(a) + sha256(b))) + "-2");
  EXPECT_EQ(done["ChecksumType"].string_or(""), "COMPOSITE");
  EXPECT_EQ(run("CreateMultipartUpload", Json::object({{"Bucket", "bucket"},
                                                       {"Key", "k"},
                                                       {"ChecksumAlgorithm", "SHA1"},
                                                       {"ChecksumType", "FULL_OBJECT"}}))["message"]
                .string_or(""),
            "The FULL_OBJECT checksum type cannot be used with the SHA1 checksum algorithm.");
}

TEST_F(Multipart, WriteConditionsHoldWhenCompleting) {
  const std::string id = begin();
  part(id, 1, "x");
  put("k", "already here");
  EXPECT_EQ(
      complete(id, {{1, etag_of("x")}}, Json::object({{"IfNoneMatch", "*"}}))["error"].string_or(
          ""),
      "PreconditionFailed");
  EXPECT_EQ(body_of("k"), "already here");
}

TEST_F(Multipart, PartsFromOtherObjects) {
  put("source", "0123456789");
  const std::string id = begin();
  Json copy = named(id);
  copy.set("PartNumber", 1);
  copy.set("CopySource", "bucket/source");
  copy.set("CopySourceRange", "bytes=2-4");
  EXPECT_EQ(run("UploadPartCopy", copy)["CopyPartResult"]["ETag"].string_or(""), etag_of("234"));
  copy.set("CopySourceRange", "bytes=5-10");
  EXPECT_EQ(run("UploadPartCopy", copy)["message"].string_or(""),
            "Range specified is not valid for source object of size: 10");
  complete(id, {{1, etag_of("234")}});
  EXPECT_EQ(body_of("k"), "234");
}

TEST_F(Multipart, ListsPartsAndUploads) {
  const std::string id = begin();
  for (int i = 1; i <= 3; ++i) part(id, i, std::string(i, 'x'));
  Json query = named(id);
  query.set("MaxParts", 2);
  const Json first = run("ListParts", query);
  EXPECT_TRUE(first["IsTruncated"].bool_or(false));
  EXPECT_EQ(first["Parts"].size(), 2u);
  query.set("PartNumberMarker", first["NextPartNumberMarker"]);
  const Json second = run("ListParts", query);
  EXPECT_EQ(second["Parts"].size(), 1u);
  EXPECT_EQ(second["Parts"].items()[0]["Size"].int_or(0), 3);
  EXPECT_FALSE(second["IsTruncated"].bool_or(true));

  clock.advance_ms(1000);
  const std::string later = begin();
  run("CreateMultipartUpload", Json::object({{"Bucket", "bucket"}, {"Key", "dir/a"}}));
  run("CreateMultipartUpload", Json::object({{"Bucket", "bucket"}, {"Key", "dir/b"}}));
  const auto uploads = [&](Json more) {
    more.set("Bucket", "bucket");
    return run("ListMultipartUploads", more);
  };
  EXPECT_EQ(uploads(Json::object({}))["Uploads"].size(), 4u);
  const Json folded = uploads(Json::object({{"Delimiter", "/"}}));
  ASSERT_EQ(folded["Uploads"].size(), 2u);
  EXPECT_EQ(folded["Uploads"].items()[0]["UploadId"].string_or(""), id);
  EXPECT_EQ(folded["Uploads"].items()[1]["UploadId"].string_or(""), later);
  EXPECT_EQ(write_json(folded["CommonPrefixes"]), R"([{"Prefix":"dir/"}])");
  EXPECT_EQ(uploads(Json::object({{"Prefix", "dir/b"}}))["Uploads"].size(), 1u);
  const Json page = uploads(Json::object({{"MaxUploads", 3}}));
  EXPECT_TRUE(page["IsTruncated"].bool_or(false));
  EXPECT_EQ(uploads(Json::object({{"KeyMarker", page["NextKeyMarker"]},
                                  {"UploadIdMarker", page["NextUploadIdMarker"]}}))["Uploads"]
                .size(),
            1u);
}

}  // namespace
}  // namespace fairlead::s3
