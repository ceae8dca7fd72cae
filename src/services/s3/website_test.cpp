// The website endpoint, as a browser sees it.
#include "services/s3/test_s3.h"

namespace fairlead::s3 {
namespace {

Json obj(std::initializer_list<Json::Member> members) { return Json::object(members); }

class Website : public S3Test {
 protected:
  Website() {
    make_open_bucket();
    put_public("index.html", "home", "text/html");
    put_public("docs/index.html", "docs", "text/html");
    put_public("app.js", "0123456789", "text/javascript");
    put("secret.html", "secret");
    configure(obj({{"IndexDocument", obj({{"Suffix", "index.html"}})}}));
    become("");
  }
  void put_public(const char* key, const char* bytes, const char* type) {
    put(key, bytes, obj({{"ACL", "public-read"}, {"ContentType", type}}));
  }
  void configure(Json configuration) {
    become("000000000000");
    EXPECT_FALSE(run("PutBucketWebsite", obj({{"Bucket", "bucket"},
                                              {"WebsiteConfiguration", std::move(configuration)}}))
                     .has("error"));
    become("");
  }
  struct Seen {
    int status;
    std::string body;
    platform::HeaderList headers;
    std::string header(std::string_view name) const {
      for (const auto& [key, value] : headers) {
        if (key == name) return value;
      }
      return "";
    }
  };
  Seen get(const char* key, std::string_view method = "GET", const char* name = "bucket",
           const char* base = "") {
    platform::WebsiteRequest request{method, name, key, base, &headers};
    platform::Reply reply = s3.serve(cx, request);
    Seen seen{reply.status, reply.stream ? drain(*reply.stream) : reply.body, reply.headers};
    EXPECT_EQ(reply.stream_length, reply.stream ? seen.body.size() : 0);
    return seen;
  }
};

TEST_F(Website, IndexDocumentsAtEveryLevel) {
  const Seen home = get("");
  EXPECT_EQ(home.status, 200);
  EXPECT_EQ(home.body, "home");
  EXPECT_EQ(home.header("Content-Type"), "text/html");
  EXPECT_EQ(home.header("ETag"), "\"106a6c241b8797f52e1e77317b96a201\"");
  EXPECT_EQ(home.header("Last-Modified"), "Mon, 12 Jan 2026 21:44:56 GMT");
  EXPECT_EQ(get("docs/").body, "docs");
  EXPECT_EQ(get("docs/index.html").body, "docs");
  EXPECT_EQ(get("", "HEAD").status, 200);
}

TEST_F(Website, FoldersRedirect) {
  const Seen folder = get("docs");
  EXPECT_EQ(folder.status, 302);
  EXPECT_EQ(folder.header("Location"), "/docs/");
  EXPECT_EQ(get("docs", "GET", "bucket", "/_aws/website/bucket").header("Location"),
            "/_aws/website/bucket/docs/");
  EXPECT_EQ(get("doc").status, 404);
}

TEST_F(Website, ErrorPagesInS3sLayout) {
  const Seen missing = get("no<p>e.html");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(missing.header("x-amz-error-code"), "NoSuchKey");
  EXPECT_TRUE(missing.body.starts_with(
      "<html>\n<head><title>404 Not Found</title></head>\n<body>\n<h1>404 Not Found</h1>\n<ul>\n"
      "<li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n"
      "<li>Key: no&lt;p&gt;e.html</li>\n<li>RequestId: "
      "1b4e28ba-2fa1-11d2-883f-0016d3cca427</li>\n"))
      << missing.body;
  struct Case {
    const char *key, *method, *bucket;
    int status;
    const char* code;
  };
  for (const Case& c : {Case{"secret.html", "GET", "bucket", 403, "AccessDenied"},
                        Case{"", "GET", "nowhere", 404, "NoSuchBucket"},
                        Case{"", "POST", "bucket", 405, "MethodNotAllowed"},
                        Case{"", "DELETE", "bucket", 405, "MethodNotAllowed"}}) {
    const Seen seen = get(c.key, c.method, c.bucket);
    EXPECT_EQ(seen.status, c.status) << c.code;
    EXPECT_NE(seen.body.find(std::string("<li>Code: ") + c.code), std::string::npos) << seen.body;
  }
  become("000000000000");
  make_bucket("plain");
  EXPECT_NE(get("", "GET", "plain").body.find("NoSuchWebsiteConfiguration"), std::string::npos);
}

TEST_F(Website, SignedReadersAreAnonymousHere) {
  become("000000000000");
  EXPECT_EQ(get("secret.html").status, 403);
}

TEST_F(Website, ErrorDocument) {
  configure(obj({{"IndexDocument", obj({{"Suffix", "index.html"}})},
                 {"ErrorDocument", obj({{"Key", "error.html"}})}}));
  const Seen without = get("none");
  EXPECT_EQ(without.status, 404);
  EXPECT_NE(without.body.find("An Error Occurred While Attempting to Retrieve a Custom Error "
                              "Document"),
            std::string::npos);
  become("000000000000");
  put_public("error.html", "sorry", "text/html");
  for (const auto& [key, status] : {std::pair{"none", 404}, std::pair{"secret.html", 403}}) {
    const Seen seen = get(key);
    EXPECT_EQ(seen.status, status);
    EXPECT_EQ(seen.body, "sorry");
    EXPECT_EQ(seen.header("Content-Type"), "text/html");
  }
}

TEST_F(Website, PolicyInsteadOfAcl) {
  become("000000000000");
  run("PutBucketPolicy",
      obj({{"Bucket", "bucket"},
           {"Policy", R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",)"
                      R"("Resource":"arn:aws:s3:::bucket/*"}]})"}}));
  EXPECT_EQ(get("secret.html").body, "secret");
  run("PutPublicAccessBlock",
      obj({{"Bucket", "bucket"},
           {"PublicAccessBlockConfiguration", obj({{"RestrictPublicBuckets", true}})}}));
  EXPECT_EQ(get("secret.html").status, 403);
}

TEST_F(Website, ConditionsAndRanges) {
  headers = {{"If-None-Match", "\"781e5e245d69b566979b86e28d23f2c7\""}};
  const Seen fresh = get("app.js");
  EXPECT_EQ(fresh.status, 304);
  EXPECT_EQ(fresh.body, "");
  EXPECT_EQ(fresh.header("ETag"), "\"781e5e245d69b566979b86e28d23f2c7\"");
  headers = {{"If-Modified-Since", "Mon, 12 Jan 2026 21:44:56 GMT"}};
  EXPECT_EQ(get("app.js").status, 304);
  headers = {{"If-Match", "\"x\""}};
  EXPECT_EQ(get("app.js").status, 412);
  headers = {{"Range", "bytes=2-4"}};
  const Seen part = get("app.js");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part.header("Content-Range"), "bytes 2-4/10");
  headers = {{"Range", "bytes=20-"}};
  EXPECT_EQ(get("app.js").status, 416);
}

TEST_F(Website, Redirects) {
  become("000000000000");
  put("moved", "", obj({{"ACL", "public-read"}, {"WebsiteRedirectLocation", "/docs/"}}));
  put("away", "", obj({{"ACL", "public-read"}, {"WebsiteRedirectLocation", "https://x.org/y"}}));
  EXPECT_EQ(get("moved").status, 301);
  EXPECT_EQ(get("moved").header("Location"), "/docs/");
  EXPECT_EQ(get("moved", "GET", "bucket", "/_aws/website/bucket").header("Location"),
            "/_aws/website/bucket/docs/");
  EXPECT_EQ(get("away").header("Location"), "https://x.org/y");
  configure(obj({{"RedirectAllRequestsTo", obj({{"HostName", "x.org"}, {"Protocol", "https"}})}}));
  EXPECT_EQ(get("a b/c").status, 301);
  EXPECT_EQ(get("a b/c").header("Location"), "https://x.org/a%20b/c");
}

TEST_F(Website, RoutingRules) {
  const auto rule = [](Json condition, Json redirect) {
    Json made = obj({{"Redirect", std::move(redirect)}});
    if (!condition.is_null()) made.set("Condition", std::move(condition));
    return made;
  };
  configure(
      obj({{"IndexDocument", obj({{"Suffix", "index.html"}})},
           {"RoutingRules",
            Json::array(
                {rule(obj({{"KeyPrefixEquals", "old/"}}), obj({{"ReplaceKeyPrefixWith", "new/"}})),
                 rule(obj({{"KeyPrefixEquals", "one"}}),
                      obj({{"ReplaceKeyWith", "two.html"}, {"HttpRedirectCode", "307"}})),
                 rule(obj({{"HttpErrorCodeReturnedEquals", "404"}, {"KeyPrefixEquals", "api/"}}),
                      obj({{"HostName", "api.x.org"}, {"Protocol", "https"}}))})}}));
  struct Case {
    const char* key;
    int status;
    const char* location;
  };
  for (const Case& c : {Case{"old/a", 301, "http://127.0.0.1:4566/new/a"},
                        Case{"one/x", 307, "http://127.0.0.1:4566/two.html"},
                        Case{"api/x", 301, "https://api.x.org/api/x"}, Case{"other", 404, ""},
                        Case{"app.js", 200, ""}}) {
    EXPECT_EQ(get(c.key).status, c.status) << c.key;
    EXPECT_EQ(get(c.key).header("Location"), c.location) << c.key;
  }
}

}  // namespace
}  // namespace fairlead::s3
