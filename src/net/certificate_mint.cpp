// Making certificates: the authority's own and the leaves that it signs.
#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cctype>

#include "base/ids.h"
#include "net/certificate_state.h"

namespace fairlead::net {

namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kAuthorityDays = 3650;
constexpr std::int64_t kLeafDays = 30;
constexpr std::int64_t kSkewDays = 1;  // for clients whose clock is late
constexpr std::size_t kMaxCommonName = 64;

SharedCertificate own(X509* certificate) { return {certificate, X509_free}; }

bool add_extension(X509* to, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  if (!extension) return false;
  const bool added = X509_add_ext(to, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

bool add_name(X509_NAME* name, const char* field, const std::string& value) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

bool set_serial(X509* certificate) {
  unsigned char bytes[16];
  random_bytes(bytes, sizeof bytes);
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);  // positive, of full length
  BIGNUM* number = BN_bin2bn(bytes, sizeof bytes, nullptr);
  const bool set = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
  return set;
}

SharedCertificate blank(const SharedKey& key, Clock& clock, std::int64_t days) {
  SharedCertificate certificate = own(X509_new());
  const time_t now = static_cast<time_t>(clock.now_ms() / 1000);
  const bool good = certificate && X509_set_version(certificate.get(), 2) == 1 &&
                    set_serial(certificate.get()) &&
                    ASN1_TIME_set(X509_getm_notBefore(certificate.get()), now - kSkewDays * kDay) &&
                    ASN1_TIME_set(X509_getm_notAfter(certificate.get()), now + days * kDay) &&
                    X509_set_pubkey(certificate.get(), key.get()) == 1;
  return good ? certificate : nullptr;
}

bool is_host_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  std::size_t label = 0;
  for (const char c : name) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
      continue;
    }
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') return false;
    if (++label > 63) return false;
  }
  return label > 0;
}

bool is_address(const std::string& text) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, text.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

}  // namespace

Error openssl_error(const std::string& what) {
  char text[256] = "";
  const unsigned long code = ERR_get_error();
  if (code) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return tls_failed(code ? what + ": " + text : what);
}

Result<SharedKey> make_key() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  if (!key) return openssl_error("cannot make a P-256 key");
  return SharedKey(key, EVP_PKEY_free);
}

Result<SharedCertificate> make_authority_certificate(const SharedKey& key, Clock& clock) {
  SharedCertificate made = blank(key, clock, kAuthorityDays);
  if (!made) return openssl_error("cannot make the authority's certificate");
  X509* x509 = made.get();
  X509_NAME* subject = X509_get_subject_name(x509);
  const bool good =
      add_name(subject, "O", "Fairlead") &&
      add_name(subject, "CN", "Fairlead local authority " + random_hex(8)) &&
      X509_set_issuer_name(x509, subject) == 1 &&
      add_extension(x509, x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      add_extension(x509, x509, NID_key_usage, "critical,keyCertSign,cRLSign") &&
      add_extension(x509, x509, NID_subject_key_identifier, "hash") &&
      X509_sign(x509, key.get(), EVP_sha256()) > 0;
  if (!good) return openssl_error("cannot make the authority's certificate");
  return made;
}

Result<LeafNames> leaf_names(std::string_view name) {
  std::string host(name);
  for (char& c : host) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (host.size() > 1 && host.ends_with('.')) host.pop_back();
  if (host.empty() || host == "localhost" || host == "127.0.0.1" || host == "::1") {
    return LeafNames{"localhost", "DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1"};
  }
  if (is_address(host)) return LeafNames{host, "IP:" + host};
  if (!is_host_name(host)) return tls_failed("not a host name: " + host.substr(0, 253));
  return LeafNames{host, "DNS:" + host};
}

Result<SharedCertificate> make_leaf(const LeafNames& names, const SharedKey& key,
                                    const SharedCertificate& issuer, const SharedKey& issuer_key,
                                    Clock& clock) {
  SharedCertificate made = blank(key, clock, kLeafDays);
  if (!made) return openssl_error("cannot mint a certificate");
  X509* x509 = made.get();
  X509_NAME* subject = X509_get_subject_name(x509);
  const bool short_name = names.common_name.size() <= kMaxCommonName;
  const std::string alternatives = (short_name ? "" : "critical,") + names.alternatives;
  const bool good =
      (!short_name || add_name(subject, "CN", names.common_name)) &&
      X509_set_issuer_name(x509, X509_get_subject_name(issuer.get())) == 1 &&
      add_extension(x509, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(x509, issuer.get(), NID_key_usage, "critical,digitalSignature") &&
      add_extension(x509, issuer.get(), NID_ext_key_usage, "serverAuth") &&
      add_extension(x509, issuer.get(), NID_subject_alt_name, alternatives.c_str()) &&
      add_extension(x509, issuer.get(), NID_subject_key_identifier, "hash") &&
      add_extension(x509, issuer.get(), NID_authority_key_identifier, "keyid:always") &&
      X509_sign(x509, issuer_key.get(), EVP_sha256()) > 0;
  if (!good) return openssl_error("cannot mint a certificate for " + names.common_name);
  return made;
}

Result<SharedCertificate> CertificateAuthority::State::leaf(std::string_view name) {
  const LeafNames names = TRY(leaf_names(name));
  const std::int64_t now_ms = clock.now_ms();
  std::lock_guard lock(mutex_);  // minting takes a tenth of a millisecond
  const auto found = by_alternatives_.find(names.alternatives);
  if (found != by_alternatives_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    if (now_ms < recent_.front().renew_at_ms) return recent_.front().certificate;
    by_alternatives_.erase(found);
    recent_.pop_front();
  }
  SharedCertificate made = TRY(make_leaf(names, leaf_key, certificate, key, clock));
  if (recent_.size() >= kMostLeaves) {
    by_alternatives_.erase(recent_.back().alternatives);
    recent_.pop_back();
  }
  recent_.push_front({names.alternatives, made, now_ms + (kLeafDays / 2) * kDay * 1000});
  by_alternatives_[names.alternatives] = recent_.begin();
  return made;
}

}  // namespace fairlead::net
