// Buckets: names, regions, owners, emptiness, lists.
#include "services/s3/names.h"
#include "services/s3/test_s3.h"

namespace fairlead::s3 {
namespace {

Json bucket(const char* name) { return Json::object({{"Bucket", name}}); }

TEST(BucketNames, FollowTheRules) {
  for (const char* good : {"abc", "my-bucket", "my.bucket.1", "123", "a1-b2.c3",
                           "exactly-sixty-three-characters-long-bucket-name-0123456789-abcd"}) {
    EXPECT_TRUE(is_valid_bucket_name(good)) << good;
  }
  for (const char* bad :
       {"", "ab", "Abc", "a_b", "-abc", "abc-", ".abc", "abc.", "a..b", "192.168.5.4", "xn--abc",
        "sthree-abc", "abc-s3alias", "abc--ol-s3", "a/b", "a b",
        "exactly-sixty-four-characters-long-bucket-name-0123456789-abcdef"}) {
    EXPECT_FALSE(is_valid_bucket_name(bad)) << bad;
  }
}

TEST_F(S3Test, CreatesListsAndDeletesBuckets) {
  EXPECT_EQ(run("CreateBucket", bucket("one"))["Location"].string_or(""), "/one");
  run("CreateBucket", bucket("two"));
  const Json listed = run("ListBuckets", Json::object({}));
  ASSERT_EQ(listed["Buckets"].size(), 2u);
  EXPECT_EQ(listed["Buckets"].items()[0]["Name"].string_or(""), "one");
  EXPECT_EQ(listed["Buckets"].items()[0]["CreationDate"].number_text(), "1768254296");
  EXPECT_EQ(listed["Owner"]["ID"].string_or("").size(), 64u);
  EXPECT_EQ(run("HeadBucket", bucket("one"))["BucketRegion"].string_or(""), "us-east-1");
  EXPECT_EQ(write_json(run("DeleteBucket", bucket("one"))), "{}");
  EXPECT_EQ(run("HeadBucket", bucket("one"))["error"].string_or(""), "NoSuchBucket");
  EXPECT_EQ(run("DeleteBucket", bucket("one"))["message"].string_or(""),
            "The specified bucket does not exist");
}

TEST_F(S3Test, PagesThroughBuckets) {
  for (const char* name : {"aaa", "bbb", "bcc"}) run("CreateBucket", bucket(name));
  Json page = run("ListBuckets", Json::object({{"MaxBuckets", 2}}));
  EXPECT_EQ(page["Buckets"].size(), 2u);
  page = run("ListBuckets",
             Json::object({{"MaxBuckets", 2}, {"ContinuationToken", page["ContinuationToken"]}}));
  EXPECT_EQ(page["Buckets"].size(), 1u);
  EXPECT_FALSE(page.has("ContinuationToken"));
  EXPECT_EQ(run("ListBuckets", Json::object({{"Prefix", "b"}}))["Buckets"].size(), 2u);
}

TEST_F(S3Test, NamesAreUniqueInTheWholeHouse) {
  make_bucket();
  // The owner may repeat it in us-east-1 only.
  EXPECT_FALSE(run("CreateBucket", bucket("bucket")).has("error"));
  become("111111111111");
  const Json taken = run("CreateBucket", bucket("bucket"));
  EXPECT_EQ(taken["error"].string_or(""), "BucketAlreadyExists");
  EXPECT_EQ(taken["message"].string_or(""),
            "The requested bucket name is not available. The bucket namespace is shared by all "
            "users of the system. Please select a different name and try again.");
  EXPECT_EQ(run("HeadBucket", bucket("bucket"))["error"].string_or(""), "AccessDenied");
  EXPECT_EQ(run("ListBuckets", Json::object({}))["Buckets"].size(), 0u);
  EXPECT_EQ(run("DeleteBucket", bucket("bucket"))["error"].string_or(""), "AccessDenied");
}

TEST_F(S3Test, RegionsOfNewBuckets) {
  struct Case {
    const char *endpoint, *constraint, *error, *region;
  };
  int n = 0;
  for (const Case& c :
       {Case{"us-east-1", "", "", "us-east-1"}, Case{"us-east-1", "eu-west-1", "", "eu-west-1"},
        Case{"us-east-1", "EU", "", "eu-west-1"},
        Case{"us-east-1", "us-east-1", "InvalidLocationConstraint", ""},
        Case{"eu-west-1", "eu-west-1", "", "eu-west-1"},
        Case{"eu-west-1", "", "IllegalLocationConstraintException", ""},
        Case{"eu-west-1", "us-west-2", "IllegalLocationConstraintException", ""}}) {
    cx.region = c.endpoint;
    const std::string name = "region-" + std::to_string(n++);
    Json input = bucket(name.c_str());
    if (*c.constraint) {
      input.set("CreateBucketConfiguration", Json::object({{"LocationConstraint", c.constraint}}));
    }
    EXPECT_EQ(run("CreateBucket", input)["error"].string_or(""), c.error) << n;
    if (*c.error) continue;
    EXPECT_EQ(
        run("GetBucketLocation", bucket(name.c_str()))["LocationConstraint"].string_or("us-east-1"),
        c.region);
    if (cx.region != "us-east-1") {
      EXPECT_EQ(run("CreateBucket", input)["error"].string_or(""), "BucketAlreadyOwnedByYou");
    }
  }
}

TEST_F(S3Test, RefusesWhatANewBucketMayNotBe) {
  struct Case {
    Json input;
    const char *error, *message;
  };
  for (const Case& c :
       {Case{Json::object({{"Bucket", "Not_Valid"}}), "InvalidBucketName",
             "The specified bucket is not valid."},
        Case{Json::object({{"Bucket", "abc"}, {"ACL", "public-read"}}),
             "InvalidBucketAclWithObjectOwnership",
             "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"},
        Case{Json::object(
                 {{"Bucket", "abc"}, {"ACL", "public-read"}, {"ObjectOwnership", "ObjectWriter"}}),
             "InvalidBucketAclWithBlockPublicAccessError",
             "Bucket cannot have public ACLs set with BlockPublicAccess enabled"},
        Case{Json::object({{"Bucket", "abc"}, {"ObjectLockEnabledForBucket", true}}),
             "NotImplemented", "Object Lock is not implemented by Fairlead yet."}}) {
    const Json answer = run("CreateBucket", c.input);
    EXPECT_EQ(answer["error"].string_or(""), c.error);
    EXPECT_EQ(answer["message"].string_or(""), c.message);
  }
  EXPECT_FALSE(
      run("CreateBucket", Json::object({{"Bucket", "abc"}, {"ACL", "private"}})).has("error"));
}

TEST_F(S3Test, OnlyEmptyBucketsAreDeleted) {
  make_bucket();
  put("a", "x");
  const Json refused = run("DeleteBucket", bucket("bucket"));
  EXPECT_EQ(refused["error"].string_or(""), "BucketNotEmpty");
  EXPECT_EQ(refused["message"].string_or(""), "The bucket you tried to delete is not empty");
  run("DeleteObject", Json::object({{"Bucket", "bucket"}, {"Key", "a"}}));
  // A neighbour whose name begins with this one's has objects of its own.
  make_bucket("bucket2");
  put("b", "y", Json::object({{"Bucket", "bucket2"}}));
  EXPECT_FALSE(run("DeleteBucket", bucket("bucket")).has("error"));
}

TEST_F(S3Test, DeletingABucketLeavesNothing) {
  make_bucket();
  const Json begun =
      run("CreateMultipartUpload", Json::object({{"Bucket", "bucket"}, {"Key", "k"}}));
  upload("UploadPart", "k", "part",
         Json::object({{"PartNumber", 1}, {"UploadId", begun["UploadId"]}}));
  EXPECT_GT(keys_in_store(), 3u);
  run("DeleteBucket", bucket("bucket"));
  EXPECT_EQ(keys_in_store(), 0u);
}

TEST_F(S3Test, ExpectedOwnerMustOwn) {
  make_bucket();
  EXPECT_EQ(run("HeadBucket", Json::object({{"Bucket", "bucket"},
                                            {"ExpectedBucketOwner", "999999999999"}}))["error"]
                .string_or(""),
            "AccessDenied");
  EXPECT_FALSE(run("HeadBucket",
                   Json::object({{"Bucket", "bucket"}, {"ExpectedBucketOwner", "000000000000"}}))
                   .has("error"));
}

TEST_F(S3Test, NewBucketsHaveTheDefaultsOf2023) {
  make_bucket();
  EXPECT_EQ(write_json(run("GetPublicAccessBlock", bucket("bucket"))),
            R"({"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true,)"
            R"("BlockPublicPolicy":true,"RestrictPublicBuckets":true}})");
  EXPECT_EQ(write_json(run("GetBucketOwnershipControls", bucket("bucket"))),
            R"({"OwnershipControls":{"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}})");
}

TEST_F(S3Test, SettingsThatNobodyMade) {
  make_bucket();
  struct Case {
    const char *operation, *answer;
  };
  for (const Case& c :
       {Case{"GetBucketVersioning", "{}"}, Case{"GetBucketLogging", "{}"},
        Case{"GetBucketAccelerateConfiguration", "{}"},
        Case{"GetBucketNotificationConfiguration", "{}"}, Case{"GetBucketLocation", "{}"},
        Case{"GetBucketRequestPayment", R"({"Payer":"BucketOwner"})"},
        Case{"GetBucketEncryption", R"({"ServerSideEncryptionConfiguration":{"Rules":[)"
                                    R"({"ApplyServerSideEncryptionByDefault":)"
                                    R"({"SSEAlgorithm":"AES256"},"BucketKeyEnabled":false}]}})"}}) {
    EXPECT_EQ(write_json(run(c.operation, bucket("bucket"))), c.answer) << c.operation;
    EXPECT_EQ(run(c.operation, bucket("none"))["error"].string_or(""), "NoSuchBucket");
  }
  struct Missing {
    const char *operation, *code, *message;
  };
  for (const Missing& c :
       {Missing{"GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration",
                "The lifecycle configuration does not exist"},
        Missing{"GetBucketReplication", "ReplicationConfigurationNotFoundError",
                "The replication configuration was not found"},
        Missing{"GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError",
                "Object Lock configuration does not exist for this bucket"},
        Missing{"GetBucketTagging", "NoSuchTagSet", "The TagSet does not exist"},
        Missing{"GetBucketPolicy", "NoSuchBucketPolicy", "The bucket policy does not exist"},
        Missing{"GetBucketPolicyStatus", "NoSuchBucketPolicy", "The bucket policy does not exist"},
        Missing{"GetBucketWebsite", "NoSuchWebsiteConfiguration",
                "The specified bucket does not have a website configuration"},
        Missing{"GetBucketCors", "NoSuchCORSConfiguration",
                "The CORS configuration does not exist"}}) {
    const Json answer = run(c.operation, bucket("bucket"));
    EXPECT_EQ(answer["error"].string_or(""), c.code) << c.operation;
    EXPECT_EQ(answer["message"].string_or(""), c.message) << c.operation;
    EXPECT_EQ(answer["BucketName"].string_or(""), "bucket") << c.operation;
  }
  EXPECT_EQ(run("PutBucketVersioning", bucket("bucket"))["error"].string_or(""), "NotImplemented");
}

}  // namespace
}  // namespace fairlead::s3
