// Open sockets through the chain: messages and replies, pushes and closes from other threads.
#include "edge/sockets.h"

#include <thread>

#include "edge/test_house.h"
#include "net/test_client.h"

namespace fairlead::edge {
namespace {

using platform::Pushed;

class SocketsTest : public ChainTest {
 protected:
  using ChainTest::ChainTest;
  // Opens a socket and waits until it can be found.
  void open(net::TestClient& client) {
    const std::string head = client.upgrade("", "/_aws/execute-api/abc/prod");
    ASSERT_TRUE(head.starts_with("HTTP/1.1 101")) << head;
    ASSERT_TRUE(net::eventually([&] { return sockets_.size() == 1; }));
  }
};

TEST_F(SocketsTest, AFrameBecomesAMessageAndItsReply) {
  net::TestClient client(port_);
  open(client);
  EXPECT_EQ(gateway_.stage, "prod");
  client.send_frame(net::Opcode::kText, "hello");
  EXPECT_EQ(client.frame().payload, "echo hello");
  client.close();
  EXPECT_TRUE(sockets_.wait_for_disconnects(5000));
  EXPECT_EQ(gateway_.closings.all(), std::vector<std::string>{"1006 "});
}

TEST_F(SocketsTest, PushesFromOtherThreadsKeepTheirOrder) {
  net::TestClient client(port_);
  open(client);
  std::vector<std::thread> pushers;
  for (int t = 0; t < 4; ++t) {
    pushers.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(sockets_.push(kConnection, std::to_string(t) + "/" + std::to_string(i)),
                  Pushed::kSent);
      }
    });
  }
  std::map<char, int> next;
  for (int i = 0; i < 400; ++i) {
    const std::string text = client.frame().payload;
    ASSERT_GE(text.size(), 3u);
    EXPECT_EQ(std::stoi(text.substr(2)), next[text[0]]++) << text;
  }
  for (auto& pusher : pushers) pusher.join();
}

TEST_F(SocketsTest, CloseFromOutside) {
  net::TestClient client(port_);
  open(client);
  ASSERT_TRUE(sockets_.last_active_ms(kConnection));
  EXPECT_EQ(sockets_.close(kConnection, 1000, "Connection Closed Normally"), Pushed::kSent);
  const auto frame = client.frame();
  EXPECT_EQ(frame.code(), 1000);
  EXPECT_EQ(frame.reason(), "Connection Closed Normally");
  EXPECT_NE(sockets_.push(kConnection, "late"), Pushed::kSent);
  client.send_frame(net::Opcode::kClose, std::string_view("\x03\xe8", 2));
  client.close();
  EXPECT_TRUE(sockets_.wait_for_disconnects(5000));
  EXPECT_EQ(gateway_.closings.all(), std::vector<std::string>{"1000 Connection Closed Normally"});
  EXPECT_EQ(sockets_.push(kConnection, "later"), Pushed::kGone);
  EXPECT_FALSE(sockets_.last_active_ms(kConnection));
}

// As `fairlead start --ordered-connections`.
class OrderedSocketsTest : public SocketsTest {
 protected:
  OrderedSocketsTest() : SocketsTest(MessageOrder::kOneByOne) {}
};

TEST_F(SocketsTest, MessagesRunAtTheSameTime) {
  net::TestClient client(port_);
  open(client);
  client.send_frame(net::Opcode::kText, "slow");
  client.send_frame(net::Opcode::kText, "quick");
  EXPECT_EQ(client.frame().payload, "echo quick");
  EXPECT_EQ(client.frame().payload, "echo slow");
}

TEST_F(OrderedSocketsTest, EachMessageWaitsForTheOneBefore) {
  net::TestClient client(port_);
  open(client);
  for (const char* text : {"slow", "1", "slow", "2", "3"}) {
    client.send_frame(net::Opcode::kText, text);
  }
  for (const char* text : {"slow", "1", "slow", "2", "3"}) {
    EXPECT_EQ(client.frame().payload, std::string("echo ") + text);
  }
  client.send_frame(net::Opcode::kText, "again");  // the line was empty and moves on
  EXPECT_EQ(client.frame().payload, "echo again");
}

TEST_F(OrderedSocketsTest, DisconnectIsTheLastInLine) {
  net::TestClient client(port_);
  open(client);
  for (int i = 0; i < 8; ++i) client.send_frame(net::Opcode::kText, "slow");
  client.send_frame(net::Opcode::kClose, "\x03\xe8");
  client.close();
  ASSERT_TRUE(net::eventually([&] { return sockets_.size() == 0; }));
  EXPECT_TRUE(gateway_.closings.all().empty());
  EXPECT_TRUE(sockets_.wait_for_disconnects(5000));
  EXPECT_EQ(gateway_.closings.all(), std::vector<std::string>{"1000 "});
}

// It asks and asks and reads no answer: first it is held back by its own system. It loses nothing.
TEST_F(SocketsTest, OneWhoAsksWithoutReadingIsHeldBack) {
  net::TestClient client(port_, 4096);
  open(client);
  constexpr int kMessages = 1500;
  const std::string text(20'000, 'q');  // 30 MB: more than all buffers on the way
  std::atomic<int> sent{0};
  std::thread asking([&] {
    for (int i = 0; i < kMessages; ++i, ++sent) client.send_frame(net::Opcode::kText, text);
  });
  int before = -1;
  for (int now = 0; now != before || now == 0; now = sent) {
    before = now;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  EXPECT_LT(sent, kMessages);
  for (int i = 0; i < kMessages; ++i) ASSERT_EQ(client.frame().payload.size(), text.size() + 5);
  asking.join();
}

TEST_F(SocketsTest, AReaderThatDoesNotReadIsBackedUp) {
  net::TestClient client(port_, 4096);
  open(client);
  const std::string large(100'000, 'x');
  Pushed last = Pushed::kSent;
  for (int i = 0; i < 1000 && last == Pushed::kSent; ++i) last = sockets_.push(kConnection, large);
  EXPECT_EQ(last, Pushed::kBackedUp);
}

}  // namespace
}  // namespace fairlead::edge
