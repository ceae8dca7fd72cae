// Questions and answers as bytes.
#include "sandbox/dns.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "sandbox/resolver.h"

namespace fairlead::sandbox {
namespace {

using Kind = DnsAnswer::Kind;
using namespace std::string_literals;

std::string query(const std::string& name, int type = 1, int kind = 1) {
  std::string bytes = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"s;
  std::string label;
  for (const char c : name + ".") {
    if (c != '.') {
      label += c;
      continue;
    }
    bytes += static_cast<char>(label.size());
    bytes += label;
    label.clear();
  }
  return bytes + "\0\0"s + static_cast<char>(type) + "\0"s + static_cast<char>(kind);
}

TEST(Dns, NamesThatLeadHere) {
  for (const char* name :
       {"amazonaws.com", "s3.amazonaws.com", "a.b.c.amazonaws.com.cn", "x.api.aws", "x.on.aws",
        "localhost", "a.localhost", "localhost.localstack.cloud", "x.localhost.localstack.cloud"}) {
    EXPECT_TRUE(leads_to_us(name)) << name;
  }
  for (const char* name : {"", "com", "example.com", "xamazonaws.com", "amazonaws.com.example.com",
                           "amazonaws.co", "localstack.cloud", "aws", "api.aws.x"}) {
    EXPECT_FALSE(leads_to_us(name)) << name;
  }
}

TEST(Dns, AddressOfOurs) {
  const std::string asked = query("DynamoDB.us-east-1.AmazonAWS.com");
  const DnsAnswer answer = answer_dns(asked);
  ASSERT_EQ(answer.kind, Kind::kReply);
  const std::string expected = "\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00"s +
                               asked.substr(12) +
                               "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x7f\x00\x00\x01"s;
  EXPECT_EQ(answer.bytes, expected);
}

TEST(Dns, OtherTypesOfOurNamesAreEmpty) {
  for (const int type : {28, 16, 15, 65}) {
    const std::string asked = query("s3.amazonaws.com", type);
    const DnsAnswer answer = answer_dns(asked);
    ASSERT_EQ(answer.kind, Kind::kReply);
    EXPECT_EQ(answer.bytes, "\x12\x34\x81\x80\x00\x01\x00\x00\x00\x00\x00\x00"s + asked.substr(12));
  }
}

TEST(Dns, OptionsBehindTheQuestionDoNotMatter) {
  std::string asked = query("s3.amazonaws.com");
  asked[11] = 1;  // an OPT record
  const DnsAnswer answer = answer_dns(asked + "\0\0\x29\x10\0\0\0\0\0\0\0"s);
  ASSERT_EQ(answer.kind, Kind::kReply);
  EXPECT_EQ(answer.bytes[7], 1);
  EXPECT_EQ(answer.bytes[11], 0);
}

TEST(Dns, OthersAreForwardedOrUnknown) {
  const std::string asked = query("example.com");
  EXPECT_EQ(answer_dns(asked).kind, Kind::kForward);
  EXPECT_EQ(answer_dns(query("s3.amazonaws.com", 1, 3)).kind, Kind::kForward);  // class CHAOS
  EXPECT_EQ(does_not_exist(asked),
            "\x12\x34\x81\x83\x00\x01\x00\x00\x00\x00\x00\x00"s + asked.substr(12));
  EXPECT_EQ(server_failure(asked)[3], '\x82');
}

TEST(Dns, Nonsense) {
  std::string reply = query("s3.amazonaws.com");
  reply[2] = '\x81';
  EXPECT_EQ(answer_dns(reply).kind, Kind::kIgnore);
  EXPECT_EQ(answer_dns("").kind, Kind::kIgnore);
  EXPECT_EQ(answer_dns("\x12\x34\x01"s).kind, Kind::kIgnore);
  EXPECT_EQ(answer_dns(std::string(kMaxDnsBytes + 1, '\0')).kind, Kind::kIgnore);

  std::string update = query("s3.amazonaws.com");
  update[2] = '\x28';
  EXPECT_EQ(answer_dns(update).bytes[3], '\x84');  // not implemented

  const std::string whole = query("s3.amazonaws.com");
  for (std::size_t n = 12; n < whole.size(); ++n) {  // cut anywhere: a format error
    const DnsAnswer answer = answer_dns(whole.substr(0, n));
    ASSERT_EQ(answer.kind, Kind::kReply) << n;
    EXPECT_EQ(answer.bytes, "\x12\x34\x81\x81\0\0\0\0\0\0\0\0"s) << n;
  }
  std::string pointer = whole.substr(0, 12) + "\xc0\x0c\0\x01\0\x01"s;
  EXPECT_EQ(answer_dns(pointer).bytes[3], '\x81');
  std::string questions = whole;
  questions[5] = 2;
  EXPECT_EQ(answer_dns(questions).bytes[3], '\x81');
  EXPECT_EQ(answer_dns(query(std::string(63, 'a') + "." + std::string(63, 'b') + "." +
                             std::string(63, 'c') + "." + std::string(63, 'd')))
                .bytes[3],
            '\x81');  // longer than a name may be
}

TEST(Resolver, FirstNameserver) {
  EXPECT_FALSE(first_nameserver(""));
  EXPECT_FALSE(first_nameserver("search x\nnameserver nonsense\n"));
  EXPECT_EQ(first_nameserver("# x\nnameserver  192.0.2.7\nnameserver 192.0.2.8\n"), "192.0.2.7");
  EXPECT_EQ(first_nameserver("nameserver 2001:db8::1\n"), "2001:db8::1");
}

net::Descriptor udp_socket(const char* ip, int port) {
  net::Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, ip, &address.sin_addr);
  const timeval patience{10, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    socket.close();
  }
  return socket;
}

// What the host's resolver answers goes back to whoever asked; its own names it is never asked.
TEST(Resolver, ForwardsWhatIsNotOurs) {
  const net::Descriptor upstream = udp_socket("127.0.0.55", 53);
  if (!upstream.open()) GTEST_SKIP() << "port 53 is not ours to take";
  net::Loops loops(1);
  loops.start();
  net::Descriptor own = udp_socket("127.0.0.1", 0);
  sockaddr_in to{};
  socklen_t size = sizeof to;
  ::getsockname(own.get(), reinterpret_cast<sockaddr*>(&to), &size);
  ::fcntl(own.get(), F_SETFL, O_NONBLOCK);
  const auto resolver = Resolver::start(loops.at(0), std::move(own), "127.0.0.55");

  const net::Descriptor asker = udp_socket("127.0.0.1", 0);
  const auto ask = [&](const std::string& bytes) {
    ::sendto(asker.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&to),
             sizeof to);
  };
  const auto hear = [](const net::Descriptor& socket, sockaddr_in& from) {
    char bytes[512];
    socklen_t from_size = sizeof from;
    const ssize_t n = ::recvfrom(socket.get(), bytes, sizeof bytes, 0,
                                 reinterpret_cast<sockaddr*>(&from), &from_size);
    return n > 0 ? std::string(bytes, static_cast<std::size_t>(n)) : std::string();
  };
  sockaddr_in from{}, ignored{};
  ask(query("example.com"));
  EXPECT_EQ(hear(upstream, from), query("example.com"));
  const std::string other = "\x99\x99 of another question";
  const std::string reply = "\x12\x34 the answer";
  for (const std::string& bytes : {other, reply}) {
    ::sendto(upstream.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from),
             sizeof from);
  }
  EXPECT_EQ(hear(asker, ignored), reply);
  ask(query("s3.amazonaws.com"));
  EXPECT_EQ(hear(asker, ignored).substr(0, 4), "\x12\x34\x81\x80");
  resolver->stop();
}

}  // namespace
}  // namespace fairlead::sandbox
