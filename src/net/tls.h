// TLS for a house without a public name: a local certificate authority that mints a leaf
// certificate for every name a client asks for (SNI), and the server's TLS context made from it.
//
// The authority is two files in one folder, made at first start: ca.pem (to be trusted by clients:
// NODE_EXTRA_CA_CERTS, AWS_CA_BUNDLE, a browser's settings) and ca-key.pem (mode 0600). Leaves live
// in memory only, P-256, in a bounded LRU cache.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

struct ssl_st;

namespace fairlead::net {

class CertificateAuthority {
 public:
  // Opens the authority in `folder`, or makes one if neither file exists. Damaged, mismatched or
  // half-missing files are a clear error and change nothing.
  static Result<std::shared_ptr<CertificateAuthority>> open_or_create(const std::string& folder,
                                                                      Clock& clock);
  ~CertificateAuthority();

  const std::string& certificate_pem_path() const { return certificate_path_; }
  const std::string& certificate_pem() const { return certificate_pem_; }

  // The certificate (PEM) for a host name or an IP address, minted or from the cache. Without a
  // name and for "localhost", "127.0.0.1" and "::1": one leaf that is valid for these three and for
  // *.localhost. Thread-safe. Refuses what is neither a host name nor an address.
  Result<std::string> mint(std::string_view name);

  struct State;  // OpenSSL's objects: certificate_state.h
  State& state() { return *state_; }

 private:
  CertificateAuthority();
  std::string certificate_path_, certificate_pem_;
  std::unique_ptr<State> state_;
};

// TLS 1.2 and 1.3, ALPN http/1.1, certificates by SNI. Shared by all loops.
class TlsContext {
 public:
  static Result<std::shared_ptr<TlsContext>> for_server(
      std::shared_ptr<CertificateAuthority> authority);
  // For outgoing connections: verifies against the system's authorities and `extra_ca_pem` (may be
  // empty).
  static Result<std::shared_ptr<TlsContext>> for_client(const std::string& extra_ca_pem);
  ~TlsContext();

  // A new session on the connected, non-blocking descriptor; the caller frees it (net/stream.h).
  ssl_st* accept_on(int fd);
  ssl_st* connect_on(int fd, const std::string& server_name);  // verifies the name or the address

 private:
  TlsContext();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fairlead::net
