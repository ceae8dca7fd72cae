// Heads in pieces of every size, exact limits, and each way to smuggle a request refused.
#include "net/http_parser.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace fairlead::net {
namespace {

struct Parsed {
  ParseState state = ParseState::kNeedMore;
  int status = 0;  // with kError
  std::size_t consumed = 0;
  RequestHead head;
};

Parsed parse_in_pieces(std::string_view bytes, std::size_t piece) {
  RequestParser parser;
  Parsed parsed;
  while (parsed.consumed < bytes.size() && parsed.state == ParseState::kNeedMore) {
    std::size_t used = 0;
    parsed.state = parser.feed(bytes.substr(parsed.consumed, piece), used);
    parsed.consumed += used;
  }
  parsed.status = parser.error().status;
  parsed.head = std::move(parser.head());
  return parsed;
}

// Whatever the pieces, the outcome is the same.
Parsed parse(std::string_view bytes) {
  Parsed whole = parse_in_pieces(bytes, bytes.size());
  for (const std::size_t piece : {1, 2, 3, 7}) {
    const Parsed pieces = parse_in_pieces(bytes, piece);
    EXPECT_EQ(whole.state, pieces.state) << "pieces of " << piece;
    EXPECT_EQ(whole.head.target, pieces.head.target);
    EXPECT_EQ(whole.head.headers.size(), pieces.head.headers.size());
    if (whole.state == ParseState::kError) {
      EXPECT_EQ(whole.status, pieces.status) << bytes;
    }
    if (whole.state == ParseState::kHead) {
      EXPECT_EQ(whole.consumed, pieces.consumed);
    }
  }
  return whole;
}

TEST(RequestParser, ReadsHeadAndLeavesBody) {
  const std::string_view text =
      "POST /a/b?x=1 HTTP/1.1\r\nHost: example.com:8080\r\nX-Empty:\r\n"
      "X-Spaces: \t a  b \t\r\nContent-Length: 5\r\n\r\nhello";
  const Parsed parsed = parse(text);
  ASSERT_EQ(parsed.state, ParseState::kHead);
  EXPECT_EQ(parsed.consumed, text.size() - 5);
  EXPECT_EQ(parsed.head.method, "POST");
  EXPECT_EQ(parsed.head.target, "/a/b?x=1");
  EXPECT_EQ(parsed.head.minor_version, 1);
  EXPECT_EQ(*parsed.head.find("HOST"), "example.com:8080");
  EXPECT_EQ(*parsed.head.find("x-empty"), "");
  EXPECT_EQ(*parsed.head.find("x-spaces"), "a  b");
  EXPECT_EQ(parsed.head.find("x-none"), nullptr);
  EXPECT_EQ(parsed.head.content_length, 5u);
  EXPECT_TRUE(parsed.head.keep_alive);
  EXPECT_FALSE(parsed.head.chunked);
}

TEST(RequestParser, Flags) {
  struct Case {
    const char* lines;
    bool keep_alive, chunked, expect, upgrade;
  };
  const Case cases[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n", true, false, false, false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n", false, false, false, false},
      {"GET / HTTP/1.0\r\n", false, false, false, false},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n", true, false, false, false},
      {"GET / HTTP/1.7\r\nHost: a\r\n", true, false, false, false},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\nExpect: 100-Continue\r\n", true,
       true, true, false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n",
       true, false, false, true},
      {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n", true, false, false, false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n", true, false, false, false},
  };
  for (const Case& c : cases) {
    const Parsed parsed = parse(std::string(c.lines) + "\r\n");
    ASSERT_EQ(parsed.state, ParseState::kHead) << c.lines;
    EXPECT_EQ(parsed.head.keep_alive, c.keep_alive) << c.lines;
    EXPECT_EQ(parsed.head.chunked, c.chunked) << c.lines;
    EXPECT_EQ(parsed.head.expect_continue, c.expect) << c.lines;
    EXPECT_EQ(parsed.head.upgrade, c.upgrade) << c.lines;
  }
}

TEST(RequestParser, Targets) {
  struct Case {
    const char* line;
    const char* target;
    const char* host;
  };
  const Case cases[] = {
      {"GET /%7Ba%7D?q={}|\"^` HTTP/1.1", "/%7Ba%7D?q={}|\"^`", "h"},
      {"OPTIONS * HTTP/1.1", "*", "h"},
      {"CONNECT example.com:443 HTTP/1.1", "example.com:443", "h"},
      {"GET http://example.com:81/x?y HTTP/1.1", "/x?y", "example.com:81"},
      {"GET HTTP://example.com HTTP/1.1", "/", "example.com"},
      {"GET https://example.com?y HTTP/1.1", "/?y", "example.com"},
      {"GET //twice HTTP/1.1", "//twice", "h"},
  };
  for (const Case& c : cases) {
    const Parsed parsed = parse(std::string(c.line) + "\r\nHost: h\r\n\r\n");
    ASSERT_EQ(parsed.state, ParseState::kHead) << c.line;
    EXPECT_EQ(parsed.head.target, c.target);
    EXPECT_EQ(*parsed.head.find("host"), c.host);
  }
}

struct Refusal {
  const char* text;
  int status;
};
const Refusal kRefusals[] = {
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"GET / HTTP/3.0\r\n", 505},
    {"GET / HTTP/0.9\r\n", 505},
    {"GET /\r\n", 400},
    {"GET / HTTP/1.10\r\n", 400},
    {"GET / http/1.1\r\n", 400},
    {"GET  / HTTP/1.1\r\n", 400},
    {"GET / HTTP/1.1 \r\n", 400},
    {"GET /a b HTTP/1.1\r\n", 400},
    {"GET /a\tb HTTP/1.1\r\n", 400},
    {"GET /\x80 HTTP/1.1\r\n", 400},
    {"GET /#a HTTP/1.1\r\n", 400},
    {"GET a HTTP/1.1\r\n", 400},
    {"GET * HTTP/1.1\r\n", 400},
    {"GET ftp://h/ HTTP/1.1\r\n", 400},
    {"GET http:///x HTTP/1.1\r\n", 400},
    {"GET http://u@h/x HTTP/1.1\r\n", 400},
    {"G(T / HTTP/1.1\r\n", 400},
    {"\x16\x03\x01\x02", 400},
    {"\r\n\r\n\r\n\r\n\r\n", 400},
    {"GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
    {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n\tfolded\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\n: empty\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: a\x7f\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: a\x01\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551617\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"
     "\r\n",
     400},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417},
};

TEST(RequestParser, Refusals) {
  const std::string_view nul("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 38);
  EXPECT_EQ(parse(nul).state, ParseState::kError);
  for (const Refusal& c : kRefusals) {
    const Parsed parsed = parse(c.text);
    EXPECT_EQ(parsed.state, ParseState::kError) << c.text;
    EXPECT_EQ(parsed.status, c.status) << c.text;
  }
}

TEST(RequestParser, SameContentLengthTwiceIsOne) {
  for (const char* lines :
       {"Content-Length: 7\r\nContent-Length: 7\r\n", "Content-Length: 7, 7\r\n"}) {
    const Parsed parsed = parse("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n");
    ASSERT_EQ(parsed.state, ParseState::kHead);
    EXPECT_EQ(parsed.head.content_length, 7u);
  }
}

TEST(RequestParser, Limits) {
  const std::string host = "Host: a\r\n";
  const std::string long_target(limits::kMaxRequestLine, 'a');
  EXPECT_EQ(parse("GET /" + long_target).status, 414);  // before its end has come
  const std::string fits(limits::kMaxRequestLine - 17, 'a');
  EXPECT_EQ(parse("GET /" + fits + " HTTP/1.1\r\n" + host + "\r\n").state, ParseState::kHead);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nX: " + std::string(limits::kMaxRequestHead, 'a')).status, 431);
  std::string many = "GET / HTTP/1.1\r\n" + host;
  for (std::size_t i = 1; i < limits::kMaxHeaders; ++i) many += "X: 1\r\n";
  EXPECT_EQ(parse(many + "\r\n").state, ParseState::kHead);
  EXPECT_EQ(parse(many + "X: 1\r\n\r\n").status, 431);
}

TEST(RequestParser, OneAfterTheOther) {
  RequestParser parser;
  const std::string_view text =
      "\r\nGET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: b\r\n\r\n";
  std::size_t used = 0;
  EXPECT_TRUE(parser.idle());
  ASSERT_EQ(parser.feed(text, used), ParseState::kHead);
  EXPECT_EQ(parser.head().target, "/1");
  EXPECT_FALSE(parser.idle());
  parser.reset();
  EXPECT_TRUE(parser.idle());
  ASSERT_EQ(parser.feed(text.substr(used), used), ParseState::kHead);
  EXPECT_EQ(parser.head().target, "/2");
  EXPECT_EQ(parser.head().headers.size(), 1u);
}

TEST(ResponseParser, Reads) {
  struct Case {
    const char* text;
    int status;  // 0: refused
    const char* reason;
    bool keep_alive;
  };
  const Case cases[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "OK", true},
      {"HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", 404, "", true},
      {"HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", 404, "", true},
      {"HTTP/1.1 299 Quite fine\r\nTransfer-Encoding: chunked\r\n\r\n", 299, "Quite fine", true},
      {"HTTP/1.1 200 OK\r\n\r\n", 200, "OK", false},
      {"HTTP/1.1 304 Not Modified\r\n\r\n", 304, "Not Modified", true},
      {"HTTP/1.1 204 No Content\r\n\r\n", 204, "No Content", true},
      {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "OK", false},
      {"HTTP/1.1 20 OK\r\n\r\n", 0, "", false},
      {"HTTP/1.1 099 OK\r\n\r\n", 0, "", false},
      {"HTTP/2.0 200 OK\r\n\r\n", 0, "", false},
      {"ICY 200 OK\r\n\r\n", 0, "", false},
  };
  for (const Case& c : cases) {
    ResponseParser parser;
    std::size_t used = 0;
    const ParseState state = parser.feed(c.text, used);
    EXPECT_EQ(state, c.status == 0 ? ParseState::kError : ParseState::kHead) << c.text;
    if (state != ParseState::kHead) continue;
    EXPECT_EQ(parser.head().status, c.status);
    EXPECT_EQ(parser.head().reason, c.reason);
    EXPECT_EQ(parser.head().keep_alive, c.keep_alive) << c.text;
  }
}

}  // namespace
}  // namespace fairlead::net
