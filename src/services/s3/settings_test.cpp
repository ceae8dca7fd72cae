// Tagging, CORS and website settings of buckets: stored as given, refused in S3's words.
#include "services/s3/test_s3.h"

namespace fairlead::s3 {
namespace {

Json bucket() { return Json::object({{"Bucket", "bucket"}}); }
Json with(Json json, std::string_view name, Json value) {
  json.set(name, std::move(value));
  return json;
}
Json obj(std::initializer_list<Json::Member> members) { return Json::object(members); }

TEST_F(S3Test, BucketTagging) {
  make_bucket();
  const Json tags = Json::array({obj({{"Key", "app"}, {"Value", "chat"}})});
  run("PutBucketTagging", with(bucket(), "Tagging", obj({{"TagSet", tags}})));
  EXPECT_EQ(write_json(run("GetBucketTagging", bucket())),
            R"({"TagSet":[{"Key":"app","Value":"chat"}]})");
  Json many = Json::array();
  for (int i = 0; i < 51; ++i) many.push_back(obj({{"Key", std::to_string(i)}, {"Value", ""}}));
  EXPECT_EQ(run("PutBucketTagging", with(bucket(), "Tagging", obj({{"TagSet", many}})))["message"]
                .string_or(""),
            "Bucket tag count cannot be greater than 50");
  run("DeleteBucketTagging", bucket());
  EXPECT_EQ(run("GetBucketTagging", bucket())["error"].string_or(""), "NoSuchTagSet");
}

TEST_F(S3Test, BodiesOfSettingsAreCheckedAgainstTheirDigests) {
  make_bucket();
  struct Case {
    const char *member, *value, *error;
  };
  for (const Case& c : {Case{"ContentMD5", "XUFAKrxLKna5cZ2REBfFkg==", ""},
                        Case{"ContentMD5", "AAAAAAAAAAAAAAAAAAAAAA==", "BadDigest"},
                        Case{"ContentMD5", "AAAA", "InvalidDigest"}}) {
    platform::Request request;
    request.body = "hello";
    request.input =
        with(with(bucket(), "Tagging", obj({{"TagSet", Json::array()}})), c.member, c.value);
    EXPECT_EQ(shown(registry.run("s3", "PutBucketTagging", cx, request))["error"].string_or(""),
              c.error);
  }
  headers = {{"x-amz-checksum-crc32", "AAAAAA=="}};
  platform::Request request;
  request.body = "hello";
  request.headers = &headers;
  request.input = with(bucket(), "Tagging", obj({{"TagSet", Json::array()}}));
  EXPECT_EQ(shown(registry.run("s3", "PutBucketTagging", cx, request))["message"].string_or(""),
            "The CRC32 you specified did not match the calculated checksum.");
}

TEST_F(S3Test, BucketsHaveNoCorsRulesYet) {
  make_bucket();
  EXPECT_EQ(run("GetBucketCors", bucket())["error"].string_or(""), "NoSuchCORSConfiguration");
  EXPECT_FALSE(run("DeleteBucketCors", bucket()).has("error"));
  EXPECT_EQ(run("PutBucketCors", bucket())["error"].string_or(""), "NotImplemented");
}

TEST_F(S3Test, BucketWebsite) {
  make_bucket();
  const Json index = obj({{"Suffix", "index.html"}});
  const auto rules = [&](Json redirect, Json condition) {
    Json rule = obj({{"Redirect", std::move(redirect)}});
    if (!condition.is_null()) rule.set("Condition", std::move(condition));
    return obj({{"IndexDocument", index}, {"RoutingRules", Json::array({std::move(rule)})}});
  };
  struct Case {
    Json configuration;
    const char *error, *message;
  };
  for (const Case& c :
       {Case{obj({{"IndexDocument", index}, {"ErrorDocument", obj({{"Key", "error.html"}})}}), "",
             ""},
        Case{obj({{"RedirectAllRequestsTo", obj({{"HostName", "x.org"}})}}), "", ""},
        Case{obj({}), "InvalidArgument",
             "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty"},
        Case{obj({{"IndexDocument", obj({{"Suffix", "a/index.html"}})}}), "InvalidArgument",
             "The IndexDocument Suffix is not well formed"},
        Case{obj({{"IndexDocument", obj({{"Suffix", ""}})}}), "InvalidArgument",
             "The IndexDocument Suffix is not well formed"},
        Case{obj({{"IndexDocument", index},
                  {"RedirectAllRequestsTo", obj({{"HostName", "x.org"}})}}),
             "InvalidArgument",
             "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules."},
        Case{rules(obj({{"HostName", "x.org"}}), Json()), "", ""},
        Case{rules(obj({{"HttpRedirectCode", "200"}}), Json()), "InvalidRequest",
             "The provided HTTP redirect code (200) is not valid. Valid codes are 3XX except 300."},
        Case{rules(obj({{"ReplaceKeyWith", "a"}, {"ReplaceKeyPrefixWith", "b"}}), Json()),
             "InvalidRequest", "You can only define ReplaceKeyPrefix or ReplaceKey but not both."},
        Case{rules(obj({{"HostName", "x"}}), obj({{"HttpErrorCodeReturnedEquals", "200"}})),
             "InvalidRequest",
             "The provided HTTP error code (200) is not valid. Valid codes are 4XX or 5XX."},
        Case{rules(obj({{"Protocol", "ftp"}}), Json()), "InvalidRequest",
             "Invalid protocol, protocol can be http or https. If not defined the protocol will be "
             "selected automatically."}}) {
    const Json answer =
        run("PutBucketWebsite", with(bucket(), "WebsiteConfiguration", c.configuration));
    EXPECT_EQ(answer["error"].string_or(""), c.error) << write_json(c.configuration);
    EXPECT_EQ(answer["message"].string_or(""), c.message);
    if (*c.error) continue;
    EXPECT_EQ(run("GetBucketWebsite", bucket()), c.configuration);
  }
  run("DeleteBucketWebsite", bucket());
  EXPECT_EQ(run("GetBucketWebsite", bucket())["error"].string_or(""), "NoSuchWebsiteConfiguration");
}

}  // namespace
}  // namespace fairlead::s3
