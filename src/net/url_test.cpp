// Parts of URLs, and what is no URL of ours.
#include "net/url.h"

#include <gtest/gtest.h>

namespace fairlead::net {
namespace {

TEST(Url, Parts) {
  struct Case {
    const char* text;
    const char* host;
    int port;
    const char* authority;
    const char* target;
  };
  const Case cases[] = {
      {"http://example.com", "example.com", 80, "example.com", "/"},
      {"HTTPS://Example.com/a?b#c", "Example.com", 443, "Example.com", "/a?b"},
      {"http://127.0.0.1:8080?x=1", "127.0.0.1", 8080, "127.0.0.1:8080", "/?x=1"},
      {"http://[::1]:81/a:b", "::1", 81, "[::1]:81", "/a:b"},
      {"https://a.b/%20/?u=http://c", "a.b", 443, "a.b", "/%20/?u=http://c"},
  };
  for (const Case& c : cases) {
    const auto url = parse_url(c.text);
    ASSERT_TRUE(url.ok()) << c.text;
    EXPECT_EQ(url->host, c.host);
    EXPECT_EQ(url->port, c.port);
    EXPECT_EQ(url->authority, c.authority);
    EXPECT_EQ(url->target, c.target);
  }
}

TEST(Url, Refusals) {
  for (const char* text :
       {"", "example.com", "ftp://a/", "http://", "http:///a", "http://a:0/", "http://a:65536/",
        "http://a:/", "http://a:1x/", "http://u@a/", "http://a b/", "http://a/b c",
        "http://a/\r\nX: y", "http://[::1/", "http://[a.b]/", "http://[]/", "http://\xc3\xa4/",
        "http://a/\xc3\xa4"}) {
    EXPECT_FALSE(parse_url(text).ok()) << text;
  }
}

}  // namespace
}  // namespace fairlead::net
