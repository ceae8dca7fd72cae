// The TLS contexts: OpenSSL's settings, and the choice of a certificate by the client's SNI.
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstring>

#include "net/acceptor.h"
#include "net/certificate_state.h"

namespace fairlead::net {

struct TlsContext::State {
  ~State() { SSL_CTX_free(context); }
  SSL_CTX* context = nullptr;
  std::shared_ptr<CertificateAuthority> authority;
};

namespace {

constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

// Memory is given back when nothing is under way: an idle session costs 15 KB instead of 50.
void set_common_options(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, size, kHttp11, sizeof kHttp11, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

// Clients send no SNI for an address: then the certificate names the address they reached.
std::string name_asked_for(SSL* session) {
  const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
  if (name) return name;
  Address reached = local_address(SSL_get_fd(session));
  if (reached.ip.rfind("127.", 0) == 0) reached.ip.clear();
  return std::move(reached.ip);
}

int choose_certificate(SSL* session, void* authority) {
  auto& state = static_cast<CertificateAuthority*>(authority)->state();
  auto leaf = state.leaf(name_asked_for(session));
  if (!leaf.ok()) leaf = state.leaf("");
  return leaf.ok() && SSL_use_certificate(session, leaf->get()) == 1 &&
         SSL_use_PrivateKey(session, state.leaf_key.get()) == 1;
}

bool trust(SSL_CTX* context, const std::string& pem) {
  BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  int count = 0;
  while (X509* certificate = PEM_read_bio_X509(in, nullptr, nullptr, nullptr)) {
    if (X509_STORE_add_cert(store, certificate) == 1) ++count;
    X509_free(certificate);
  }
  BIO_free(in);
  ERR_clear_error();  // the end of the text is an error, too
  return count > 0;
}

bool is_address(const std::string& name) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, name.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, name.c_str(), bytes) == 1;
}

}  // namespace

TlsContext::TlsContext() : state_(std::make_unique<State>()) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::for_server(
    std::shared_ptr<CertificateAuthority> authority) {
  std::shared_ptr<TlsContext> made(new TlsContext);
  SSL_CTX* context = made->state_->context = SSL_CTX_new(TLS_server_method());
  if (!context) return openssl_error("cannot make a TLS context");
  set_common_options(context);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_cert_cb(context, choose_certificate, authority.get());
  made->state_->authority = std::move(authority);
  return made;
}

Result<std::shared_ptr<TlsContext>> TlsContext::for_client(const std::string& extra_ca_pem) {
  std::shared_ptr<TlsContext> made(new TlsContext);
  SSL_CTX* context = made->state_->context = SSL_CTX_new(TLS_client_method());
  if (!context) return openssl_error("cannot make a TLS context");
  set_common_options(context);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_verify_paths(context);
  SSL_CTX_set_alpn_protos(context, kHttp11, sizeof kHttp11);
  ERR_clear_error();
  if (!extra_ca_pem.empty() && !trust(context, extra_ca_pem)) {
    return tls_failed("there is no certificate in the text given");
  }
  return made;
}

ssl_st* TlsContext::accept_on(int fd) {
  SSL* session = SSL_new(state_->context);
  if (!session) return nullptr;
  if (SSL_set_fd(session, fd) != 1) {
    SSL_free(session);
    return nullptr;
  }
  SSL_set_accept_state(session);
  return session;
}

ssl_st* TlsContext::connect_on(int fd, const std::string& server_name) {
  SSL* session = SSL_new(state_->context);
  if (!session) return nullptr;
  bool good = SSL_set_fd(session, fd) == 1;
  if (is_address(server_name)) {
    X509_VERIFY_PARAM* verify = SSL_get0_param(session);
    good = good && X509_VERIFY_PARAM_set1_ip_asc(verify, server_name.c_str()) == 1;
  } else {
    good = good && SSL_set1_host(session, server_name.c_str()) == 1 &&
           SSL_set_tlsext_host_name(session, server_name.c_str()) == 1;
  }
  if (!good) {
    SSL_free(session);
    return nullptr;
  }
  SSL_set_connect_state(session);
  return session;
}

}  // namespace fairlead::net
