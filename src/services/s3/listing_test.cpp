// Lists of objects: prefixes, delimiters, pages.
#include <set>

#include "services/s3/test_s3.h"

namespace fairlead::s3 {
namespace {

std::string keys_of(const Json& output) {
  std::string keys;
  for (const Json& item : output["Contents"].items()) keys += item["Key"].string_or("") + " ";
  for (const Json& item : output["CommonPrefixes"].items()) {
    keys += "[" + item["Prefix"].string_or("") + "] ";
  }
  return keys;
}

class Listing : public S3Test {
 protected:
  Listing() {
    make_bucket();
    for (const char* key : {"a", "b/1", "b/2", "b/c/3", "b0", "d/", "e"}) put(key, "x");
    make_bucket("bucket-2");
    put("zzz", "x", Json::object({{"Bucket", "bucket-2"}}));
  }
  static Json query(Json more) {
    more.set("Bucket", "bucket");
    return more;
  }
};

TEST_F(Listing, PrefixesAndDelimiters) {
  struct Case {
    Json query;
    const char* keys;
  };
  for (const Case& c :
       {Case{Json::object({}), "a b/1 b/2 b/c/3 b0 d/ e "},
        Case{Json::object({{"Delimiter", "/"}}), "a b0 e [b/] [d/] "},
        Case{Json::object({{"Prefix", "b"}}), "b/1 b/2 b/c/3 b0 "},
        Case{Json::object({{"Prefix", "b"}, {"Delimiter", "/"}}), "b0 [b/] "},
        Case{Json::object({{"Prefix", "b/"}, {"Delimiter", "/"}}), "b/1 b/2 [b/c/] "},
        Case{Json::object({{"Prefix", "d/"}, {"Delimiter", "/"}}), "d/ "},
        Case{Json::object({{"Prefix", "nothing"}}), ""},
        Case{Json::object({{"Delimiter", "c/"}}), "a b/1 b/2 b0 d/ e [b/c/] "},
        Case{Json::object({{"MaxKeys", 0}}), ""}}) {
    const Json v2 = run("ListObjectsV2", query(c.query));
    EXPECT_EQ(keys_of(v2), c.keys) << write_json(c.query);
    EXPECT_EQ(v2["KeyCount"].int_or(-1),
              static_cast<std::int64_t>(v2["Contents"].size() + v2["CommonPrefixes"].size()));
    EXPECT_EQ(keys_of(run("ListObjects", query(c.query))), c.keys) << write_json(c.query);
  }
  EXPECT_EQ(keys_of(run("ListObjectsV2", query(Json::object({{"StartAfter", "b/2"}})))),
            "b/c/3 b0 d/ e ");
}

// Whatever the page size, the pages add up to the whole.
TEST_F(Listing, PagesAddUp) {
  for (const char* delimiter : {"", "/", "c"}) {
    for (int size = 1; size <= 8; ++size) {
      Json whole = Json::object({});
      Json page_query = Json::object({{"MaxKeys", size}});
      Json marker_query = Json::object({{"MaxKeys", size}});
      for (Json* q : {&whole, &page_query, &marker_query}) {
        if (*delimiter) q->set("Delimiter", delimiter);
      }
      std::multiset<std::string> expected, paged, marked;
      const auto add = [](std::multiset<std::string>& to, const Json& output) {
        for (const Json& item : output["Contents"].items()) to.insert(item["Key"].string_or(""));
        for (const Json& item : output["CommonPrefixes"].items()) {
          to.insert("[" + item["Prefix"].string_or("") + "]");
        }
      };
      add(expected, run("ListObjectsV2", query(whole)));
      for (int pages = 0; pages < 20; ++pages) {
        const Json page = run("ListObjectsV2", query(page_query));
        add(paged, page);
        EXPECT_EQ(page["IsTruncated"].bool_or(false), page.has("NextContinuationToken"));
        if (!page.has("NextContinuationToken")) break;
        page_query.set("ContinuationToken", page["NextContinuationToken"]);
      }
      for (int pages = 0; pages < 20; ++pages) {
        const Json page = run("ListObjects", query(marker_query));
        add(marked, page);
        if (!page["IsTruncated"].bool_or(false)) break;
        marker_query.set("Marker", page.has("NextMarker") ? page["NextMarker"]
                                                          : page["Contents"].items().back()["Key"]);
      }
      EXPECT_EQ(paged, expected) << delimiter << " by " << size;
      EXPECT_EQ(marked, expected) << delimiter << " by " << size;
    }
  }
}

TEST_F(Listing, EntriesAndEcho) {
  const Json listed =
      run("ListObjectsV2", query(Json::object({{"Prefix", "a"}, {"FetchOwner", true}})));
  EXPECT_EQ(listed["Name"].string_or(""), "bucket");
  EXPECT_EQ(listed["Prefix"].string_or(""), "a");
  EXPECT_EQ(listed["MaxKeys"].int_or(0), 1000);
  const Json& entry = listed["Contents"].items().at(0);
  EXPECT_EQ(entry["ETag"].string_or(""), "\"9dd4e461268c8034f5c8564e155c67a6\"");
  EXPECT_EQ(entry["Size"].int_or(0), 1);
  EXPECT_EQ(entry["StorageClass"].string_or(""), "STANDARD");
  EXPECT_EQ(entry["LastModified"].number_text(), "1768254296");
  EXPECT_EQ(entry["Owner"]["ID"].string_or("").size(), 64u);
  EXPECT_FALSE(run("ListObjectsV2", query(Json::object({})))["Contents"].items()[0].has("Owner"));
  EXPECT_TRUE(run("ListObjects", query(Json::object({})))["Contents"].items()[0].has("Owner"));
}

TEST_F(Listing, UrlEncoding) {
  put("x y/ü+", "1");
  const Json listed =
      run("ListObjectsV2", query(Json::object({{"Prefix", "x y"}, {"EncodingType", "url"}})));
  EXPECT_EQ(keys_of(listed), "x%20y/%C3%BC%2B ");
  EXPECT_EQ(listed["Prefix"].string_or(""), "x%20y");
}

TEST_F(Listing, Refusals) {
  struct Case {
    Json query;
    const char* message;
  };
  for (const Case& c : {Case{Json::object({{"MaxKeys", -1}}),
                             "Argument maxKeys must be an integer between 0 and 2147483647"},
                        Case{Json::object({{"EncodingType", "gzip"}}),
                             "Invalid Encoding Method specified in Request"},
                        Case{Json::object({{"ContinuationToken", "%%%"}}),
                             "The continuation token provided is incorrect"}}) {
    const Json answer = run("ListObjectsV2", query(c.query));
    EXPECT_EQ(answer["error"].string_or(""), "InvalidArgument");
    EXPECT_EQ(answer["message"].string_or(""), c.message);
  }
  EXPECT_EQ(run("ListObjectsV2", Json::object({{"Bucket", "none"}}))["error"].string_or(""),
            "NoSuchBucket");
}

}  // namespace
}  // namespace fairlead::s3
