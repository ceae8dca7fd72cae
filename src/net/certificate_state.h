// The authority's OpenSSL objects, for tls_context.cpp; OpenSSL's own headers stay in .cpp files.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/errors.h"
#include "net/tls.h"

struct evp_pkey_st;
struct x509_st;

namespace fairlead::net {

using SharedCertificate = std::shared_ptr<x509_st>;
using SharedKey = std::shared_ptr<evp_pkey_st>;

// What OpenSSL says went wrong last; clears its queue.
Error openssl_error(const std::string& what);

// A self-signed authority, valid for ten years.
Result<SharedCertificate> make_authority_certificate(const SharedKey& key, Clock& clock);
Result<SharedKey> make_key();  // P-256

struct LeafNames {
  std::string common_name;
  std::string alternatives;  // OpenSSL's notation: "DNS:a,IP:1.2.3.4"
};
// What a leaf for that name is to say; refuses what is neither a host name nor an address.
Result<LeafNames> leaf_names(std::string_view name);
Result<SharedCertificate> make_leaf(const LeafNames& names, const SharedKey& key,
                                    const SharedCertificate& issuer, const SharedKey& issuer_key,
                                    Clock& clock);

struct CertificateAuthority::State {
  explicit State(Clock& with_clock) : clock(with_clock) {}
  Result<SharedCertificate> leaf(std::string_view name);

  static constexpr std::size_t kMostLeaves = 512;
  Clock& clock;
  SharedCertificate certificate;
  SharedKey key;
  SharedKey leaf_key;  // one for all leaves, new with every start

 private:
  struct Leaf {
    std::string alternatives;  // the key of the cache
    SharedCertificate certificate;
    std::int64_t renew_at_ms;
  };
  std::mutex mutex_;
  std::list<Leaf> recent_;  // the most recently used first
  std::unordered_map<std::string, std::list<Leaf>::iterator> by_alternatives_;
};

}  // namespace fairlead::net
