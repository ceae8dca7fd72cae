// Digests and checksums against the vectors of the standards.
#include "base/hashes.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace fairlead {
namespace {

std::string hex(const std::string& bytes) { return hex_encode(bytes); }

TEST(Hashes, Sha256OfFips180) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Hashes, Sha1AndMd5) {
  EXPECT_EQ(hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(hex(md5("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hex(md5("message digest")), "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST(Hashes, HmacSha256OfRfc4231) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'),
                            "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(hmac_sha256(std::string(64, 'k'), "x").size(), 32u);
}

TEST(Hashes, DigestInPiecesIsTheDigestOfTheWhole) {
  const std::string text = "The quick brown fox jumps over the lazy dog";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Digest digest(Digest::Kind::kSha256);
    digest.update(std::string_view(text).substr(0, cut));
    Digest moved(std::move(digest));
    moved.update(std::string_view(text).substr(cut));
    EXPECT_EQ(moved.finish(), sha256(text));
  }
  EXPECT_EQ(Digest(Digest::Kind::kMd5).finish(), md5(""));
  EXPECT_EQ(Digest(Digest::Kind::kSha1).finish(), sha1(""));
}

TEST(Checksums, CheckValuesOfTheCatalogues) {
  EXPECT_EQ(crc32("123456789"), 0xcbf43926u);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(crc64nvme("123456789"), 0xae8b14860a799888u);
  EXPECT_EQ(crc32(""), 0u);
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc64nvme(""), 0u);
  // RFC 3720, appendix B.4
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(crc32("The quick brown fox jumps over the lazy dog"), 0x414fa339u);
}

// One bit at a time, as the definitions have it: what the tables and the processor must agree with.
template <class Word>
Word slow(std::string_view bytes, Word polynomial) {
  Word crc = ~Word{0};
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? polynomial : 0);
  }
  return ~crc;
}

TEST(Checksums, AgreeWithTheDefinitionForEveryLengthAndCut) {
  std::string bytes;
  for (unsigned i = 0; i < 70; ++i) bytes += static_cast<char>(i * 151 + 7);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::string_view text = std::string_view(bytes).substr(0, size);
    EXPECT_EQ(crc32(text), slow<std::uint32_t>(text, 0xedb88320));
    EXPECT_EQ(crc32c(text), slow<std::uint32_t>(text, 0x82f63b78));
    EXPECT_EQ(crc64nvme(text), slow<std::uint64_t>(text, 0x9a6c9329ac4bc9b5));
    const std::string_view head = text.substr(0, size / 3), tail = text.substr(size / 3);
    EXPECT_EQ(crc32(tail, crc32(head)), crc32(text));
    EXPECT_EQ(crc32c(tail, crc32c(head)), crc32c(text));
    EXPECT_EQ(crc64nvme(tail, crc64nvme(head)), crc64nvme(text));
  }
}

TEST(Hashes, EqualConstantTime) {
  EXPECT_TRUE(equal_constant_time("", ""));
  EXPECT_TRUE(equal_constant_time("same", "same"));
  EXPECT_FALSE(equal_constant_time("same", "sane"));
  EXPECT_FALSE(equal_constant_time("same", "sam"));
}

}  // namespace
}  // namespace fairlead
