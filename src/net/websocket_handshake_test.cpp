// Handshakes accepted and refused, malformed extension lists, and both halves against each other.
#include "net/websocket_handshake.h"

#include <gtest/gtest.h>

#include "net/http_parser.h"

namespace fairlead::net {
namespace {

constexpr const char* kKey = "dGhlIHNhbXBsZSBub25jZQ==";  // RFC 6455 1.3

RequestHead request(Headers changes = {}) {
  RequestHead head;
  head.method = "GET";
  head.target = "/";
  head.upgrade = true;
  head.headers = {{"Host", "a"},
                  {"Connection", "Upgrade"},
                  {"Upgrade", "WebSocket"},
                  {"Sec-WebSocket-Version", "13"},
                  {"Sec-WebSocket-Key", kKey}};
  for (Header& change : changes) {
    const std::string* old = head.find(change.name);
    if (old != nullptr && change.name != "Sec-WebSocket-Extensions") {
      *const_cast<std::string*>(old) = change.value;
    } else {
      head.headers.push_back(change);
    }
  }
  return head;
}

TEST(Handshake, AcceptsTheSampleOfTheRfc) {
  const auto upgrade = read_upgrade(request());
  ASSERT_TRUE(upgrade.ok());
  EXPECT_EQ(upgrade->accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(upgrade->extensions, "");
  EXPECT_FALSE(upgrade->deflate);
}

TEST(Handshake, Refusals) {
  const auto status = [](const RequestHead& head) {
    const auto upgrade = read_upgrade(head);
    return upgrade.ok() ? 101 : upgrade.error().code->http_status;
  };
  RequestHead head = request();
  head.method = "POST";
  EXPECT_EQ(status(head), 405);
  head = request();
  head.minor_version = 0;
  EXPECT_EQ(status(head), 400);
  head = request();
  head.content_length = 1;
  EXPECT_EQ(status(head), 400);
  head = request();
  head.upgrade = false;
  EXPECT_FALSE(wants_websocket(head));
  EXPECT_EQ(status(head), 400);
  EXPECT_FALSE(wants_websocket(request({{"Upgrade", "h2c"}})));
  EXPECT_EQ(status(request({{"Upgrade", "h2c"}})), 400);
  EXPECT_EQ(status(request({{"Sec-WebSocket-Version", "8"}})), 426);
  EXPECT_EQ(status(request({{"Sec-WebSocket-Key", "c2hvcnQ="}})), 400);
  EXPECT_EQ(status(request({{"Sec-WebSocket-Key", "not base64 at all!"}})), 400);
  EXPECT_EQ(status(request({{"Sec-WebSocket-Protocol", "a b"}})), 400);
  EXPECT_EQ(status(request({{"Sec-WebSocket-Extensions", "permessage-deflate; ="}})), 400);
  head = request();
  head.headers.push_back({"sec-websocket-key", kKey});
  EXPECT_EQ(status(head), 400);
  EXPECT_EQ(status(request()), 101);
}

TEST(Handshake, Protocols) {
  RequestHead head = request({{"Sec-WebSocket-Protocol", "chat,  superchat ,,x"}});
  head.headers.push_back({"sec-websocket-protocol", "last"});
  const auto upgrade = read_upgrade(head);
  ASSERT_TRUE(upgrade.ok());
  EXPECT_EQ(upgrade->protocols, (std::vector<std::string>{"chat", "superchat", "x", "last"}));
}

TEST(Handshake, Deflate) {
  struct Case {
    const char* offer;
    const char* answer;
    int server_bits;
  };
  const Case cases[] = {
      {"permessage-deflate; client_max_window_bits", "permessage-deflate", 15},
      {"permessage-deflate", "permessage-deflate", 15},
      {"permessage-deflate; client_max_window_bits=10", "permessage-deflate", 15},
      {"permessage-deflate; server_max_window_bits=12; client_max_window_bits=12",
       "permessage-deflate;server_max_window_bits=12", 12},
      {"permessage-deflate; server_max_window_bits=\"12\"",
       "permessage-deflate;server_max_window_bits=12", 12},
      {"permessage-deflate;server_no_context_takeover",
       "permessage-deflate;server_no_context_takeover", 15},
      {"permessage-deflate;client_no_context_takeover; server_max_window_bits=15",
       "permessage-deflate;client_no_context_takeover;server_max_window_bits=15", 15},
      // What cannot be kept is passed over, the next offer counts.
      {"permessage-deflate; server_max_window_bits=8, permessage-deflate", "permessage-deflate",
       15},
      {"permessage-deflate; server_max_window_bits=8", "", 15},
      {"permessage-deflate; server_max_window_bits", "", 15},
      {"permessage-deflate; server_max_window_bits=16", "", 15},
      {"permessage-deflate; server_max_window_bits=09", "", 15},
      {"permessage-deflate; server_max_window_bits=+9", "", 15},
      {"permessage-deflate; client_max_window_bits=7", "", 15},
      {"permessage-deflate; server_no_context_takeover=1", "", 15},
      {"permessage-deflate; server_no_context_takeover; server_no_context_takeover", "", 15},
      {"permessage-deflate; unknown", "", 15},
      {"x-webkit-deflate-frame", "", 15},
      {"x-unknown; a=b; c=\"d\", permessage-deflate", "permessage-deflate", 15},
  };
  for (const Case& c : cases) {
    const auto upgrade = read_upgrade(request({{"Sec-WebSocket-Extensions", c.offer}}));
    ASSERT_TRUE(upgrade.ok()) << c.offer;
    EXPECT_EQ(upgrade->extensions, c.answer) << c.offer;
    EXPECT_EQ(upgrade->deflate.has_value(), *c.answer != '\0') << c.offer;
    if (!upgrade->deflate) continue;
    EXPECT_EQ(upgrade->deflate->server_max_window_bits, c.server_bits);
    EXPECT_EQ(upgrade->deflate->client_max_window_bits, 15);
  }
}

TEST(Handshake, MalformedExtensionLists) {
  for (const char* text : {"", ",", ";", "a;", "a b", "a=b", "a; b=", "a; b=\"", "a; b=\"c",
                           "a; b=\"\"", "a; b=\"c d\"", "a; b=c=d"}) {
    EXPECT_FALSE(parse_extensions(text)) << text;
  }
  const auto list = parse_extensions(" a ; b = \"c\\d\" ;e ,, f");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ(*list->front().parameters[0].value, "cd");
  EXPECT_FALSE(list->front().parameters[1].value);
}

TEST(Handshake, BothHalvesAgree) {
  const std::string key = new_websocket_key();
  EXPECT_NE(key, new_websocket_key());
  std::string bytes;
  append_upgrade_request(
      bytes, "example.com", "/stage", key,
      {{"Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=10"},
       {"Sec-WebSocket-Protocol", "p"}});
  RequestParser requests;
  std::size_t used = 0;
  ASSERT_EQ(requests.feed(bytes, used), ParseState::kHead);
  ASSERT_TRUE(wants_websocket(requests.head()));
  const auto upgrade = read_upgrade(requests.head());
  ASSERT_TRUE(upgrade.ok());
  std::string answer;
  append_upgrade_response(answer, *upgrade, "Mon, 12 Jan 2026 21:44:56 GMT", "p", {{"X", "y"}});
  EXPECT_EQ(answer,
            "HTTP/1.1 101 Switching Protocols\r\nDate: Mon, 12 Jan 2026 21:44:56 GMT\r\n"
            "Connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: " +
                upgrade->accept +
                "\r\nsec-websocket-extensions: permessage-deflate;server_max_window_bits=10\r\n"
                "Sec-WebSocket-Protocol: p\r\nX: y\r\n\r\n");
  ResponseParser responses;
  ASSERT_EQ(responses.feed(answer, used), ParseState::kHead);
  const auto agreed = read_upgrade_response(responses.head(), key);
  ASSERT_TRUE(agreed.ok());
  EXPECT_EQ((*agreed)->server_max_window_bits, 10);
  EXPECT_FALSE(read_upgrade_response(responses.head(), kKey).ok());
  responses.head().status = 200;
  EXPECT_FALSE(read_upgrade_response(responses.head(), key).ok());
}

}  // namespace
}  // namespace fairlead::net
