// Objects in and out: bytes, digests, attributes, conditions, ranges, copies, deletion.
#include <thread>

#include "base/base64.h"
#include "base/hashes.h"
#include "services/s3/checksum_join.h"
#include "services/s3/conditions.h"
#include "services/s3/test_s3.h"
#include "storage/test_temporary_folder.h"

namespace fairlead::s3 {
namespace {

Json object(const char* key) { return Json::object({{"Bucket", "bucket"}, {"Key", key}}); }

Json with(Json json, std::string_view name, Json value) {
  json.set(name, std::move(value));
  return json;
}

TEST_F(S3Test, PutsAndGetsAnObject) {
  make_bucket();
  const Json stored = put("docs/a b+c.txt", "hello",
                          Json::object({{"ContentType", "text/plain"},
                                        {"CacheControl", "max-age=5"},
                                        {"ContentEncoding", "aws-chunked,gzip"},
                                        {"Metadata", Json::object({{"Colour", "blue"}})},
                                        {"Tagging", "a=1&b=x%20y"}}));
  EXPECT_EQ(stored["ETag"].string_or(""), "\"5d41402abc4b2a76b9719d911017c592\"");
  EXPECT_EQ(stored["ServerSideEncryption"].string_or(""), "AES256");
  EXPECT_EQ(stored["ChecksumType"].string_or(""), "FULL_OBJECT");
  EXPECT_TRUE(stored.has("ChecksumCRC64NVME"));

  auto reply = call("GetObject", object("docs/a b+c.txt"));
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(drain(*reply->stream), "hello");
  EXPECT_EQ(reply->stream_length, 5u);
  EXPECT_EQ(reply->status, 0);
  const Json& got = reply->output;
  EXPECT_EQ(got["ContentType"].string_or(""), "text/plain");
  EXPECT_EQ(got["CacheControl"].string_or(""), "max-age=5");
  EXPECT_EQ(got["ContentEncoding"].string_or(""), "gzip");
  EXPECT_EQ(got["Metadata"]["colour"].string_or(""), "blue");
  EXPECT_EQ(got["TagCount"].int_or(0), 2);
  EXPECT_EQ(got["LastModified"].number_text(), "1768254296");
  EXPECT_EQ(got["ContentLength"].int_or(0), 5);
  EXPECT_FALSE(got.has("ChecksumCRC64NVME"));
  EXPECT_TRUE(run("HeadObject", with(object("docs/a b+c.txt"), "ChecksumMode", "ENABLED"))
                  .has("ChecksumCRC64NVME"));
  EXPECT_EQ(run("HeadObject", object("docs/a b+c.txt"))["ContentLength"].int_or(0), 5);
}

TEST_F(S3Test, EmptyAndLargeObjects) {
  make_bucket();
  put("empty", "");
  EXPECT_EQ(body_of("empty"), "");
  EXPECT_EQ(run("HeadObject", object("empty"))["ContentType"].string_or(""), "binary/octet-stream");
  std::string large(3'000'001, 'x');
  for (std::size_t i = 0; i < large.size(); i += 997) large[i] = static_cast<char>(i);
  EXPECT_EQ(put("large", large)["ETag"].string_or(""), '"' + hex_encode(md5(large)) + '"');
  EXPECT_EQ(body_of("large"), large);
  EXPECT_EQ(body_of("large", Json::object({{"Range", "bytes=130000-140000"}})),
            large.substr(130'000, 10'001));
}

TEST_F(S3Test, MissingThings) {
  make_bucket();
  const Json missing = run("GetObject", object("none"));
  EXPECT_EQ(missing["error"].string_or(""), "NoSuchKey");
  EXPECT_EQ(missing["message"].string_or(""), "The specified key does not exist.");
  EXPECT_EQ(missing["Key"].string_or(""), "none");
  EXPECT_EQ(run("HeadObject", object("none"))["error"].string_or(""), "NoSuchKey");
  EXPECT_EQ(put("k", "x", Json::object({{"Bucket", "none"}}))["error"].string_or(""),
            "NoSuchBucket");
  EXPECT_EQ(put(std::string(1025, 'k'), "x")["error"].string_or(""), "KeyTooLongError");
  EXPECT_EQ(run("GetObject", with(object("none"), "VersionId", "abc"))["message"].string_or(""),
            "Invalid version id specified");
}

TEST_F(S3Test, DigestsThatDoNotHoldLeaveNothing) {
  make_bucket();
  const std::size_t before = keys_in_store();
  struct Case {
    const char *member, *value, *error, *message;
  };
  for (const Case& c :
       {Case{"ContentMD5", "XUFAKrxLKna5cZ2REBfFkg==", "", ""},
        Case{"ContentMD5", "AAAAAAAAAAAAAAAAAAAAAA==", "BadDigest",
             "The Content-MD5 you specified did not match what we received."},
        Case{"ContentMD5", "nonsense", "InvalidDigest",
             "The Content-MD5 you specified was invalid."},
        Case{"ChecksumCRC32", "NhCmhg==", "", ""},
        Case{"ChecksumCRC32", "AAAAAA==", "BadDigest",
             "The CRC32 you specified did not match the calculated checksum."},
        Case{"ChecksumCRC32", "xx", "InvalidRequest",
             "Value for x-amz-checksum-crc32 header is invalid."},
        Case{"ChecksumSHA256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", "", ""},
        Case{"ChecksumSHA1", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "BadDigest",
             "The SHA1 you specified did not match the calculated checksum."},
        Case{"ContentLength", "7", "IncompleteBody",
             "You did not provide the number of bytes specified by the Content-Length HTTP header"},
        Case{"StorageClass", "WARM", "InvalidStorageClass",
             "The storage class you specified is not valid"},
        Case{"ServerSideEncryption", "aws:kms", "NotImplemented",
             "Server-side encryption with KMS keys is not implemented by Fairlead yet."},
        Case{"WebsiteRedirectLocation", "ftp://x", "InvalidArgument",
             "The website redirect location must have a prefix of 'http://' or 'https://' or "
             "'/'."}}) {
    const bool number = std::string(c.member) == "ContentLength";
    const Json answer =
        put("k", "hello", Json::object({{c.member, number ? Json::number(c.value) : c.value}}));
    EXPECT_EQ(answer["error"].string_or(""), c.error) << c.member << " " << c.value;
    EXPECT_EQ(answer["message"].string_or(""), c.message) << c.member;
    if (*c.error) continue;
    EXPECT_EQ(body_of("k"), "hello");
    run("DeleteObject", object("k"));
  }
  EXPECT_EQ(put("k", "hello",
                Json::object({{"ChecksumCRC32", "NhCmhg=="},
                              {"ChecksumSHA1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="}}))["message"]
                .string_or(""),
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  EXPECT_EQ(keys_in_store(), before);
}

TEST_F(S3Test, TrailersNameTheAlgorithm) {
  make_bucket();
  headers = {{"X-Amz-Trailer", "x-amz-checksum-crc32"},
             {"Content-Encoding", "aws-chunked"},
             {"x-amz-decoded-content-length", "5"}};
  EXPECT_EQ(put("k", "hello", Json::object({{"ContentLength", 49}}))["ChecksumCRC32"].string_or(""),
            "NhCmhg==");
}

TEST_F(S3Test, Ranges) {
  make_bucket();
  put("k", "0123456789");
  struct Case {
    const char *range, *body, *content_range;
  };
  for (const Case& c :
       {Case{"bytes=0-3", "0123", "bytes 0-3/10"}, Case{"bytes=7-", "789", "bytes 7-9/10"},
        Case{"bytes=-4", "6789", "bytes 6-9/10"}, Case{"bytes=-99", "0123456789", "bytes 0-9/10"},
        Case{"bytes=5-99", "56789", "bytes 5-9/10"}, Case{"bytes=3-2", "0123456789", ""},
        Case{"bytes=0-1,4-5", "0123456789", ""}, Case{"chars=0-1", "0123456789", ""},
        Case{"bytes=a-b", "0123456789", ""}, Case{"bytes=", "0123456789", ""}}) {
    auto reply = call("GetObject", with(object("k"), "Range", c.range));
    ASSERT_TRUE(reply.ok()) << c.range;
    EXPECT_EQ(drain(*reply->stream), c.body) << c.range;
    EXPECT_EQ(reply->output["ContentRange"].string_or(""), c.content_range) << c.range;
    EXPECT_EQ(reply->status, *c.content_range ? 206 : 0) << c.range;
  }
  for (const char* bad : {"bytes=10-", "bytes=99-100", "bytes=-0"}) {
    const Json refused = run("GetObject", with(object("k"), "Range", bad));
    EXPECT_EQ(refused["error"].string_or(""), "InvalidRange") << bad;
    EXPECT_EQ(refused["ActualObjectSize"].int_or(0), 10);
  }
}

TEST_F(S3Test, ReadConditions) {
  make_bucket();
  put("k", "hello");
  const char* const etag = "\"5d41402abc4b2a76b9719d911017c592\"";
  const std::int64_t now = 1'768'254'296;
  struct Case {
    Json conditions;
    int status;
    const char* error;
  };
  for (const Case& c :
       {Case{Json::object({{"IfMatch", etag}}), 0, ""},
        Case{Json::object({{"IfMatch", "*"}}), 0, ""},
        Case{Json::object({{"IfMatch", "\"a\", 5d41402abc4b2a76b9719d911017c592"}}), 0, ""},
        Case{Json::object({{"IfMatch", "\"other\""}}), 0, "PreconditionFailed"},
        Case{Json::object({{"IfNoneMatch", etag}}), 304, ""},
        Case{Json::object({{"IfNoneMatch", "W/\"x\""}}), 0, ""},
        Case{Json::object({{"IfModifiedSince", now}}), 304, ""},
        Case{Json::object({{"IfModifiedSince", now - 1}}), 0, ""},
        Case{Json::object({{"IfUnmodifiedSince", now}}), 0, ""},
        Case{Json::object({{"IfUnmodifiedSince", now - 1}}), 0, "PreconditionFailed"},
        Case{Json::object({{"IfMatch", etag}, {"IfUnmodifiedSince", now - 1}}), 0, ""},
        Case{Json::object({{"IfNoneMatch", "\"x\""}, {"IfModifiedSince", now}}), 0, ""}}) {
    for (const char* operation : {"GetObject", "HeadObject"}) {
      Json input = object("k");
      for (const Json::Member& m : c.conditions.members()) input.set(m.key, m.value);
      auto reply = call(operation, input);
      EXPECT_EQ(reply.ok() ? "" : reply.error().code->name, std::string(c.error))
          << write_json(input);
      if (!reply.ok()) continue;
      EXPECT_EQ(reply->status, c.status) << write_json(input);
      EXPECT_EQ(reply->output["ETag"].string_or(""), etag);
      EXPECT_EQ(reply->stream != nullptr, c.status == 0 && *operation == 'G');
    }
  }
}

TEST_F(S3Test, WriteConditions) {
  make_bucket();
  EXPECT_FALSE(put("k", "1", Json::object({{"IfNoneMatch", "*"}})).has("error"));
  EXPECT_EQ(put("k", "2", Json::object({{"IfNoneMatch", "*"}}))["Condition"].string_or(""),
            "If-None-Match");
  headers = {{"if-none-match", "*"}};
  EXPECT_EQ(put("k", "2")["error"].string_or(""), "PreconditionFailed");
  headers.clear();
  EXPECT_EQ(put("k", "2", Json::object({{"IfMatch", "\"no\""}}))["error"].string_or(""),
            "PreconditionFailed");
  EXPECT_EQ(put("new", "2", Json::object({{"IfMatch", "\"no\""}}))["error"].string_or(""),
            "NoSuchKey");
  EXPECT_FALSE(
      put("k", "2", Json::object({{"IfMatch", "\"" + hex_encode(md5("1")) + "\""}})).has("error"));
  EXPECT_EQ(body_of("k"), "2");
}

TEST_F(S3Test, ResponseOverrides) {
  make_bucket();
  put("k", "x", Json::object({{"ContentType", "text/plain"}}));
  const Json input = with(with(object("k"), "ResponseContentType", "text/html"),
                          "ResponseContentDisposition", "attachment");
  const Json got = run("GetObject", input);
  EXPECT_EQ(got["ContentType"].string_or(""), "text/html");
  EXPECT_EQ(got["ContentDisposition"].string_or(""), "attachment");
  become("");
  EXPECT_EQ(run("GetObject", input)["message"].string_or(""),
            "Request specific response headers cannot be used for anonymous GET requests.");
}

TEST_F(S3Test, OverwritingAndDeletingLeaveNoBytesBehind) {
  storage::TemporaryFolder folder;
  auto files = storage::open_blobs(folder.path());
  ASSERT_TRUE(files.ok());
  S3 service(*store, **files, clock);
  platform::Registry rows;
  add_s3(rows, service);
  const auto do_put = [&](const char* key, const char* bytes) {
    platform::Request request;
    request.input = object(key);
    request.body = bytes;
    EXPECT_TRUE(rows.run("s3", "PutObject", cx, request).ok());
  };
  const auto count = [&] {
    std::size_t n = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
      n += entry.is_regular_file();
    }
    return n;
  };
  make_bucket();
  do_put("a", "one");
  do_put("a", "two");
  do_put("b", "three");
  EXPECT_EQ(count(), 2u);
  platform::Request request;
  request.input = object("a");
  EXPECT_TRUE(rows.run("s3", "DeleteObject", cx, request).ok());
  EXPECT_EQ(count(), 1u);

  // A crash between bytes and record: the next start sweeps what no record names.
  {
    const auto writer = (*files)->create();
    ASSERT_TRUE((*writer)->write("lost").ok());
    ASSERT_TRUE((*writer)->finish().ok());
  }
  EXPECT_EQ(count(), 2u);
  auto reopened = storage::open_blobs(folder.path());
  S3 next(*store, **reopened, clock);
  (*reopened)->sweep([&](const std::string& blob) { return next.references(blob); });
  EXPECT_EQ(count(), 1u);
  platform::Registry next_rows;
  add_s3(next_rows, next);
  platform::Request get;
  get.input = object("b");
  auto reply = next_rows.run("s3", "GetObject", cx, get);
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(drain(*reply->stream), "three");
}

// Writers, readers and deleters of few keys at once: every read sees one whole body or none, and in
// the end exactly the blobs of the living objects are named.
TEST_F(S3Test, ManyAtOnce) {
  make_bucket();
  const auto body_for = [](int n) {
    return std::string(200'000 + n, static_cast<char>('a' + n % 26));
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      platform::Context own = cx;
      for (int i = 0; i < 40; ++i) {
        platform::Request request;
        request.input = object(i % 2 ? "x" : "y");
        const char* operation = t < 3 ? "PutObject" : t < 5 ? "GetObject" : "DeleteObject";
        if (t < 3) request.body = body_for(t * 40 + i);
        auto reply = registry.run("s3", operation, own, request);
        if (t < 3 || t == 5) {
          EXPECT_TRUE(reply.ok());
        } else if (reply.ok()) {
          // The bytes may go away while they are read, but they are never those of another object.
          std::string got;
          char bytes[4096];
          for (;;) {
            const auto n = reply->stream->read(bytes, sizeof bytes);
            if (!n.ok() || *n == 0) break;
            got.append(bytes, *n);
          }
          EXPECT_EQ(got.find_first_not_of(got.substr(0, 1)), got.npos);
          EXPECT_EQ(got.size(), reply->stream_length);
        } else {
          EXPECT_EQ(reply.error().code->name, std::string("NoSuchKey"));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  run("DeleteObject", object("x"));
  run("DeleteObject", object("y"));
  EXPECT_EQ(keys_in_store(), 1u);
}

TEST_F(S3Test, DeletesManyAtOnce) {
  make_bucket();
  put("a", "1");
  put("b", "2");
  const auto request = [](bool quiet) {
    return Json::object(
        {{"Bucket", "bucket"},
         {"Delete",
          Json::object(
              {{"Quiet", quiet},
               {"Objects",
                Json::array({Json::object({{"Key", "a"}}), Json::object({{"Key", "never"}}),
                             Json::object({{"Key", "b"}, {"VersionId", "v"}})})}})}});
  };
  const Json done = run("DeleteObjects", request(false));
  EXPECT_EQ(write_json(done["Deleted"]), R"([{"Key":"a"},{"Key":"never"}])");
  EXPECT_EQ(write_json(done["Errors"]),
            R"([{"Key":"b","Code":"InvalidArgument","Message":"Invalid version id specified"}])");
  EXPECT_EQ(body_of("a"), "(NoSuchKey)");
  EXPECT_EQ(body_of("b"), "2");
  EXPECT_FALSE(run("DeleteObjects", request(true)).has("Deleted"));
  EXPECT_EQ(run("DeleteObjects", Json::object({{"Bucket", "bucket"}}))["error"].string_or(""),
            "MalformedXML");
}

TEST_F(S3Test, Copies) {
  make_bucket();
  make_bucket("other");
  put("from key", "bytes",
      Json::object({{"ContentType", "text/css"},
                    {"Metadata", Json::object({{"m", "1"}})},
                    {"Tagging", "t=1"},
                    {"WebsiteRedirectLocation", "/x"}}));
  const Json source("/bucket/from%20key");
  Json to = Json::object({{"Bucket", "other"}, {"Key", "to"}, {"CopySource", source}});
  EXPECT_EQ(run("CopyObject", to)["CopyObjectResult"]["ETag"].string_or(""),
            '"' + hex_encode(md5("bytes")) + '"');
  const Json head = run("HeadObject", Json::object({{"Bucket", "other"}, {"Key", "to"}}));
  EXPECT_EQ(head["ContentType"].string_or(""), "text/css");
  EXPECT_EQ(head["Metadata"]["m"].string_or(""), "1");
  EXPECT_EQ(head["TagCount"].int_or(0), 1);
  EXPECT_FALSE(head.has("WebsiteRedirectLocation"));

  to.set("MetadataDirective", "REPLACE");
  to.set("TaggingDirective", "REPLACE");
  to.set("ContentType", "text/html");
  run("CopyObject", to);
  const Json replaced = run("HeadObject", Json::object({{"Bucket", "other"}, {"Key", "to"}}));
  EXPECT_EQ(replaced["ContentType"].string_or(""), "text/html");
  EXPECT_FALSE(replaced.has("Metadata"));
  EXPECT_FALSE(replaced.has("TagCount"));

  struct Case {
    Json input;
    const char* error;
  };
  const Json self = with(object("from key"), "CopySource", source);
  for (const Case& c :
       {Case{self, "InvalidRequest"}, Case{with(self, "MetadataDirective", "REPLACE"), ""},
        Case{with(self, "MetadataDirective", "MERGE"), "InvalidArgument"},
        Case{with(object("x"), "CopySource", "bucket"), "InvalidArgument"},
        Case{with(object("x"), "CopySource", "bucket/none"), "NoSuchKey"},
        Case{with(object("x"), "CopySource", "nowhere/none"), "NoSuchBucket"},
        Case{with(with(object("x"), "CopySource", source), "CopySourceIfMatch", "\"no\""),
             "PreconditionFailed"},
        Case{with(with(object("x"), "CopySource", source), "CopySourceIfModifiedSince",
                  1'768'254'296),
             "PreconditionFailed"}}) {
    EXPECT_EQ(run("CopyObject", c.input)["error"].string_or(""), c.error) << write_json(c.input);
  }
}

TEST_F(S3Test, ObjectTags) {
  make_bucket();
  put("k", "x");
  const auto tagging = [](Json tags) {
    return Json::object({{"Bucket", "bucket"},
                         {"Key", "k"},
                         {"Tagging", Json::object({{"TagSet", std::move(tags)}})}});
  };
  const auto tag = [](std::string key, std::string value) {
    return Json::object({{"Key", key}, {"Value", value}});
  };
  EXPECT_EQ(write_json(run("GetObjectTagging", object("k"))), R"({"TagSet":[]})");
  run("PutObjectTagging", tagging(Json::array({tag("a", "1"), tag("b", "")})));
  EXPECT_EQ(write_json(run("GetObjectTagging", object("k"))),
            R"({"TagSet":[{"Key":"a","Value":"1"},{"Key":"b","Value":""}]})");
  EXPECT_EQ(body_of("k"), "x");
  Json eleven = Json::array();
  for (int i = 0; i < 11; ++i) eleven.push_back(tag(std::to_string(i), "x"));
  struct Case {
    Json tags;
    const char *error, *message;
  };
  for (const Case& c :
       {Case{eleven, "BadRequest", "Object tags cannot be greater than 10"},
        Case{Json::array({tag("a", "1"), tag("a", "2")}), "InvalidTag",
             "Cannot provide multiple Tags with the same key"},
        Case{Json::array({tag("aws:x", "1")}), "InvalidTag",
             "System tags cannot be added/updated by requester"},
        Case{Json::array({tag("", "1")}), "InvalidTag", "The TagKey you have provided is invalid"},
        Case{Json::array({tag("a", std::string(257, 'x'))}), "InvalidTag",
             "The TagValue you have provided is invalid"}}) {
    const Json answer = run("PutObjectTagging", tagging(c.tags));
    EXPECT_EQ(answer["error"].string_or(""), c.error);
    EXPECT_EQ(answer["message"].string_or(""), c.message);
  }
  run("DeleteObjectTagging", object("k"));
  EXPECT_EQ(run("GetObjectTagging", object("k"))["TagSet"].size(), 0u);
}

TEST(ChecksumJoin, AgreesWithTheWhole) {
  const std::string a(1003, 'a'), b("and the rest, which is of another length");
  for (const Algorithm algorithm : {Algorithm::kCrc32, Algorithm::kCrc32c, Algorithm::kCrc64nvme}) {
    EXPECT_EQ(join_crc(algorithm, checksum_of(algorithm, a), checksum_of(algorithm, b), b.size()),
              checksum_of(algorithm, a + b));
    EXPECT_EQ(join_crc(algorithm, checksum_of(algorithm, a), checksum_of(algorithm, ""), 0),
              checksum_of(algorithm, a));
  }
}

}  // namespace
}  // namespace fairlead::s3
