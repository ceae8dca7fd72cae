// Identifiers: their shapes, their alphabets and that they do not repeat.
#include "base/ids.h"

#include <gtest/gtest.h>

#include <regex.h>

#include <array>
#include <map>
#include <set>
#include <thread>

#include "base/base64.h"

namespace fairlead {
namespace {

constexpr std::int64_t kNowMs = 1'768'254'296'599;

bool looks_like(const std::string& text, const char* pattern) {
  regex_t compiled;
  EXPECT_EQ(regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB), 0);
  const bool matches = regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return matches;
}

TEST(Ids, HaveTheShapesOfAws) {
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(looks_like(uuid_v4(),
                           "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                           "[0-9a-f]{12}$"));
    EXPECT_TRUE(looks_like(random_lower_alnum(10), "^[a-z0-9]{10}$"));
    EXPECT_TRUE(looks_like(random_upper_alnum(17), "^[A-Z0-9]{17}$"));
    EXPECT_TRUE(looks_like(random_hex(33), "^[0-9a-f]{33}$"));
    EXPECT_TRUE(looks_like(new_connection_id(kNowMs), "^[A-Za-z0-9_-]{15}=$"));
    EXPECT_TRUE(looks_like(new_gateway_request_id(kNowMs), "^[A-Za-z0-9_-]{15}=$"));
  }
  EXPECT_EQ(random_hex(0), "");
}

TEST(Ids, TheMarkerByteTellsTheKind) {
  for (int i = 0; i < 200; ++i) {
    const std::string connection = new_connection_id(kNowMs);
    const std::string request = new_gateway_request_id(kNowMs);
    EXPECT_EQ((*base64url_decode(connection))[8], 0x02);
    EXPECT_EQ((*base64url_decode(request))[8], 0x05);
    EXPECT_TRUE(is_connection_id(connection));
    EXPECT_FALSE(is_connection_id(request));
  }
}

TEST(Ids, IsConnectionIdRefusesOtherShapes) {
  EXPECT_TRUE(is_connection_id("O3b9tc0WIAMCKew="));   // as captured from AWS
  EXPECT_FALSE(is_connection_id("Qyi3UG41tjMFlUg="));  // a request id
  for (const char* text :
       {"", "=", "O3b9tc0WIAMCKew", "O3b9tc0WIAMCKe==", "O3b9tc0WIAMCKewA", "O3b9tc0WIAMCKex=",
        "O3b9tc0WIA+CKew=", "O3b9tc0WIA/CKew=", "O3b9tc0WIAMCKew=O3b9tc0WIAMCKew=",
        "O3b9tc0W AMCKew=", "O3b9tc0WIAMCK%w=", "================"}) {
    EXPECT_FALSE(is_connection_id(text)) << text;
  }
}

TEST(Ids, RiseWithTime) {
  const auto time_of = [](const std::string& id) { return base64url_decode(id)->substr(0, 4); };
  EXPECT_EQ(time_of(new_connection_id(kNowMs)), time_of(new_connection_id(kNowMs)));
  EXPECT_LT(time_of(new_connection_id(kNowMs)), time_of(new_connection_id(kNowMs + 2000)));
}

TEST(Ids, DoNotRepeatAcrossThreads) {
  std::array<std::vector<std::string>, 4> made;
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 20'000; ++i) mine.push_back(new_connection_id(kNowMs));
      for (int i = 0; i < 5'000; ++i) mine.push_back(uuid_v4());
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 100'000u);
}

// Neighbouring ids must not give each other away: about half of the 40 unforeseeable bits differ.
TEST(Ids, NeighboursLookUnrelated) {
  const auto bits_of = [](const std::string& id) {
    const std::string bytes = *base64url_decode(id);
    return bytes.substr(4, 3) + bytes.substr(9);
  };
  std::int64_t flipped = 0;
  constexpr int kPairs = 4000;
  for (int i = 0; i < kPairs; ++i) {
    const std::string a = bits_of(new_connection_id(kNowMs));
    const std::string b = bits_of(new_connection_id(kNowMs));
    for (std::size_t k = 0; k < a.size(); ++k) {
      flipped += __builtin_popcount(static_cast<unsigned char>(a[k] ^ b[k]));
    }
  }
  EXPECT_NEAR(static_cast<double>(flipped) / kPairs, 20.0, 0.5);
}

TEST(Ids, RandomnessCoversItsAlphabetEvenly) {
  std::map<char, int> counts;
  for (const char c : random_lower_alnum(36'000)) ++counts[c];
  EXPECT_EQ(counts.size(), 36u);
  for (const auto& [c, n] : counts) EXPECT_NEAR(n, 1000, 250) << c;
  std::set<std::uint64_t> numbers;
  for (int i = 0; i < 1000; ++i) numbers.insert(random_u64());
  EXPECT_EQ(numbers.size(), 1000u);
  std::string large(1000, '\0');
  random_bytes(large.data(), large.size());
  EXPECT_GT(std::set<char>(large.begin(), large.end()).size(), 200u);
}

}  // namespace
}  // namespace fairlead
