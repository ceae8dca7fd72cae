// The authority's two files: reading, checking, writing.
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "base/log.h"
#include "net/certificate_state.h"

namespace fairlead::net {

namespace {

constexpr std::size_t kMostFileBytes = 64 * 1024;

// No value: there is no such file.
Result<std::optional<std::string>> read_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return std::optional<std::string>();
  if (fd < 0) return tls_failed("cannot read " + path + ": " + std::strerror(errno));
  std::string text(kMostFileBytes, '\0');
  const ssize_t n = ::read(fd, text.data(), text.size());
  const int error = errno;
  ::close(fd);
  if (n < 0) return tls_failed("cannot read " + path + ": " + std::strerror(error));
  text.resize(static_cast<std::size_t>(n));
  return std::optional<std::string>(std::move(text));
}

// Whole or not at all: a new file is written beside, synced and moved into place.
Status write_file(const std::string& path, const std::string& text, mode_t mode) {
  const std::string beside = path + ".new";
  ::unlink(beside.c_str());
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return tls_failed("cannot write " + beside + ": " + std::strerror(errno));
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  if (written && ::rename(beside.c_str(), path.c_str()) == 0) return {};
  const std::string why = std::strerror(written ? errno : error);
  ::unlink(beside.c_str());
  return tls_failed("cannot write " + path + ": " + why);
}

template <class Write>
Result<std::string> to_pem(Write write) {
  BIO* out = BIO_new(BIO_s_mem());
  std::string pem;
  if (out && write(out) == 1) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    pem.assign(data, static_cast<std::size_t>(size));
  }
  BIO_free(out);
  if (pem.empty()) return openssl_error("cannot write PEM");
  return pem;
}

int no_password(char*, int, int, void*) { return 0; }

SharedCertificate parse_certificate(const std::string& pem) {
  BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  SharedCertificate certificate(PEM_read_bio_X509(in, nullptr, no_password, nullptr), X509_free);
  BIO_free(in);
  return certificate;
}

SharedKey parse_key(const std::string& pem) {
  BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  SharedKey key(PEM_read_bio_PrivateKey(in, nullptr, no_password, nullptr), EVP_PKEY_free);
  BIO_free(in);
  return key;
}

void warn_if_others_may_read(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) == 0 && (file.st_mode & 077) != 0) {
    log_warn("others may read the authority's private key", {{"file", path}});
  }
}

}  // namespace

CertificateAuthority::CertificateAuthority() = default;
CertificateAuthority::~CertificateAuthority() = default;

Result<std::shared_ptr<CertificateAuthority>> CertificateAuthority::open_or_create(
    const std::string& folder, Clock& clock) {
  const std::string certificate_path = folder + "/ca.pem", key_path = folder + "/ca-key.pem";
  std::shared_ptr<CertificateAuthority> authority(new CertificateAuthority);
  authority->state_ = std::make_unique<State>(clock);
  State& state = *authority->state_;
  const auto certificate_pem = TRY(read_file(certificate_path));
  const auto key_pem = TRY(read_file(key_path));
  const std::string advice = "; remove both files to have a new authority made";
  if (certificate_pem.has_value() != key_pem.has_value()) {
    return tls_failed((key_pem ? certificate_path : key_path) + " is missing" + advice);
  }
  if (certificate_pem) {
    state.certificate = parse_certificate(*certificate_pem);
    state.key = parse_key(*key_pem);
    if (!state.certificate) return openssl_error(certificate_path + " is damaged" + advice);
    if (!state.key) return openssl_error(key_path + " is damaged" + advice);
    if (X509_check_private_key(state.certificate.get(), state.key.get()) != 1) {
      return openssl_error(key_path + " does not belong to " + certificate_path + advice);
    }
    if (X509_check_ca(state.certificate.get()) == 0) {
      return tls_failed(certificate_path + " is not an authority's certificate" + advice);
    }
    time_t now = static_cast<time_t>(clock.now_ms() / 1000);
    if (X509_cmp_time(X509_get0_notAfter(state.certificate.get()), &now) < 0) {
      return tls_failed(certificate_path + " has expired" + advice);
    }
    warn_if_others_may_read(key_path);
    authority->certificate_pem_ = *certificate_pem;
  } else {
    state.key = TRY(make_key());
    state.certificate = TRY(make_authority_certificate(state.key, clock));
    authority->certificate_pem_ =
        TRY(to_pem([&](BIO* out) { return PEM_write_bio_X509(out, state.certificate.get()); }));
    const std::string new_key_pem = TRY(to_pem([&](BIO* out) {
      return PEM_write_bio_PrivateKey(out, state.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    }));
    TRY(write_file(key_path, new_key_pem, 0600));
    TRY(write_file(certificate_path, authority->certificate_pem_, 0644));
  }
  state.leaf_key = TRY(make_key());
  authority->certificate_path_ = certificate_path;
  return authority;
}

Result<std::string> CertificateAuthority::mint(std::string_view name) {
  const SharedCertificate leaf = TRY(state_->leaf(name));
  return to_pem([&](BIO* out) { return PEM_write_bio_X509(out, leaf.get()); });
}

}  // namespace fairlead::net
