// Questions and answers as bytes.
#include "sandbox/dns.h"

#include <gtest/gtest.h>

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
  const auto v4 = first_nameserver("# x\nnameserver  192.0.2.7\nnameserver 192.0.2.8\n");
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->ss_family, AF_INET);
  EXPECT_EQ(reinterpret_cast<const sockaddr_in&>(*v4).sin_addr.s_addr, htonl(0xc0000207));
  EXPECT_EQ(first_nameserver("nameserver 2001:db8::1\n")->ss_family, AF_INET6);
}

}  // namespace
}  // namespace fairlead::sandbox
