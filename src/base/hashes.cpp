// Digests through OpenSSL. The algorithms are fetched once and the contexts are kept for each
// thread, because looking an algorithm up costs more than hashing a short text.
#include "base/hashes.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/check.h"

namespace fairlead {

namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const EVP_MD* algorithm(Digest::Kind kind) {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  const EVP_MD* const found = kind == Digest::Kind::kSha256 ? sha256
                              : kind == Digest::Kind::kSha1 ? sha1
                                                            : md5;
  CHECK(found !=
        nullptr);  // a build of OpenSSL without it (FIPS only) cannot serve AWS's protocols
  return found;
}

std::string finish_digest(EVP_MD_CTX* context) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  CHECK(EVP_DigestFinal_ex(context, bytes, &size) == 1);
  return {reinterpret_cast<const char*>(bytes), size};
}

// The digest of `a` followed by `b`.
std::string digest(Digest::Kind kind, std::string_view a, std::string_view b = {}) {
  thread_local const Context context(EVP_MD_CTX_new());
  CHECK(EVP_DigestInit_ex2(context.get(), algorithm(kind), nullptr) == 1);
  CHECK(EVP_DigestUpdate(context.get(), a.data(), a.size()) == 1);
  CHECK(EVP_DigestUpdate(context.get(), b.data(), b.size()) == 1);
  return finish_digest(context.get());
}

}  // namespace

std::string sha256(std::string_view bytes) { return digest(Digest::Kind::kSha256, bytes); }
std::string sha1(std::string_view bytes) { return digest(Digest::Kind::kSha1, bytes); }
std::string md5(std::string_view bytes) { return digest(Digest::Kind::kMd5, bytes); }

// RFC 2104 by hand: OpenSSL's own take two to three times as long (docs/decisions/0001).
std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  constexpr std::size_t kBlock = 64;
  const std::string short_key = key.size() > kBlock ? sha256(key) : std::string(key);
  char inner[kBlock], outer[kBlock];
  for (std::size_t i = 0; i < kBlock; ++i) {
    const char c = i < short_key.size() ? short_key[i] : '\0';
    inner[i] = static_cast<char>(c ^ 0x36);
    outer[i] = static_cast<char>(c ^ 0x5c);
  }
  const std::string inside = digest(Digest::Kind::kSha256, {inner, kBlock}, bytes);
  return digest(Digest::Kind::kSha256, {outer, kBlock}, inside);
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct Digest::State {
  Context context{EVP_MD_CTX_new()};
};

Digest::Digest(Kind kind) : state_(std::make_unique<State>()) {
  CHECK(EVP_DigestInit_ex2(state_->context.get(), algorithm(kind), nullptr) == 1);
}
Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;

void Digest::update(std::string_view bytes) {
  CHECK(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
}

std::string Digest::finish() { return finish_digest(state_->context.get()); }

}  // namespace fairlead
