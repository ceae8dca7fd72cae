// The reply's framing, as text.
#include "net/http_reply.h"

#include <gtest/gtest.h>

namespace fairlead::net {
namespace {

struct Case {
  const char* what;
  const char* method;
  int minor_version;
  int status;
  Headers headers;
  std::optional<std::uint64_t> length;
  const char* body;
  const char* expected;
  bool keep_alive = true;
};

const Case kCases[] = {
    {"length",
     "GET",
     1,
     200,
     {{"A", "b"}},
     3,
     "abc",
     "HTTP/1.1 200 OK\r\nA: b\r\nDate: D\r\nContent-Length: 3\r\n\r\nabc"},
    {"chunked",
     "GET",
     1,
     200,
     {},
     std::nullopt,
     "abcdefghijklmnopq",
     "HTTP/1.1 200 OK\r\nDate: D\r\nTransfer-Encoding: chunked\r\n\r\n"
     "11\r\nabcdefghijklmnopq\r\n0\r\n\r\n"},
    {"until close",
     "GET",
     0,
     200,
     {},
     std::nullopt,
     "abc",
     "HTTP/1.1 200 OK\r\nDate: D\r\nConnection: close\r\n\r\nabc",
     false},
    {"old, kept",
     "GET",
     0,
     200,
     {},
     0,
     "",
     "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"},
    {"head",
     "HEAD",
     1,
     200,
     {},
     3,
     "abc",
     "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 3\r\n\r\n"},
    {"head, own length",
     "HEAD",
     1,
     200,
     {{"content-length", "77"}},
     0,
     "",
     "HTTP/1.1 200 OK\r\ncontent-length: 77\r\nDate: D\r\n\r\n"},
    {"head without length",
     "HEAD",
     1,
     200,
     {},
     std::nullopt,
     "abc",
     "HTTP/1.1 200 OK\r\nDate: D\r\n\r\n"},
    {"204",
     "GET",
     1,
     204,
     {{"Content-Length", "0"}},
     3,
     "abc",
     "HTTP/1.1 204 No Content\r\nDate: D\r\n\r\n"},
    {"304",
     "GET",
     1,
     304,
     {{"ETag", "e"}},
     0,
     "",
     "HTTP/1.1 304 Not Modified\r\nETag: e\r\nDate: D\r\n\r\n"},
    {"the handler's framing headers do not count",
     "GET",
     1,
     200,
     {{"Content-Length", "99"}, {"Transfer-Encoding", "gzip"}, {"Connection", "Upgrade"}},
     1,
     "a",
     "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 1\r\n\r\na"},
    {"the handler closes",
     "GET",
     1,
     200,
     {{"Connection", "close"}},
     1,
     "a",
     "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 1\r\nConnection: close\r\n\r\na",
     false},
    {"its own date",
     "GET",
     1,
     200,
     {{"date", "X"}},
     0,
     "",
     "HTTP/1.1 200 OK\r\ndate: X\r\nContent-Length: 0\r\n\r\n"},
    {"a header that would split",
     "GET",
     1,
     200,
     {{"A", "b\r\nEvil: 1"}},
     0,
     "",
     "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 0\r\n\r\n"},
    {"more than announced",
     "GET",
     1,
     200,
     {},
     2,
     "abc",
     "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 2\r\n\r\nab"},
};

TEST(Reply, Framing) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.what);
    RequestHead request;
    request.method = c.method;
    request.minor_version = c.minor_version;
    Reply reply;
    std::string out;
    reply.begin(out, {request, AfterReply::kKeepAlive, "D"}, c.status, c.headers, c.length);
    const std::string body(c.body, reply.allowed(std::string_view(c.body).size()));
    reply.before_piece(out, body.size());
    out += body;
    reply.after_piece(out, body.size());
    EXPECT_TRUE(reply.end(out));
    EXPECT_EQ(out, c.expected);
    EXPECT_EQ(reply.keep_alive(), c.keep_alive);
    EXPECT_EQ(reply.status(), c.status);
  }
}

TEST(Reply, LessThanAnnouncedIsTold) {
  RequestHead request;
  request.method = "GET";
  Reply reply;
  std::string out;
  reply.begin(out, {request, AfterReply::kClose, "D"}, 200, {}, 5);
  reply.after_piece(out, 4);
  EXPECT_FALSE(reply.end(out));
  EXPECT_FALSE(reply.keep_alive());
}

}  // namespace
}  // namespace fairlead::net
