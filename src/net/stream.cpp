// Reading and writing, with and without TLS.
#include "net/stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace fairlead::net {

namespace {

Transfer tls_outcome(ssl_st* ssl, int result) {
  switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return {Io::kAgain, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {Io::kClosed, 0};
    default:
      ERR_clear_error();
      return {Io::kFailed, 0};
  }
}

Transfer tls_write(ssl_st* ssl, std::string_view bytes) {
  ERR_clear_error();
  const int result =
      SSL_write(ssl, bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX)));
  if (result > 0) return {Io::kOk, static_cast<std::size_t>(result)};
  return tls_outcome(ssl, result);
}

// recv and send are cancellation points, which costs them forty instructions a call in a program
// with threads. Nobody cancels threads here, so the system is asked directly.
ssize_t receive(int fd, char* into, std::size_t n) {
#if defined(__SANITIZE_THREAD__)
  return ::recv(fd, into, n, 0);
#else
  return ::syscall(SYS_recvfrom, fd, into, n, 0, nullptr, nullptr);
#endif
}

ssize_t send_some(int fd, std::string_view bytes) {
#if defined(__SANITIZE_THREAD__)
  return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
#else
  return ::syscall(SYS_sendto, fd, bytes.data(), bytes.size(), MSG_NOSIGNAL, nullptr, 0);
#endif
}

Transfer socket_outcome(ssize_t result) {
  if (result > 0) return {Io::kOk, static_cast<std::size_t>(result)};
  if (result == 0) return {Io::kClosed, 0};
  const bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {again ? Io::kAgain : Io::kFailed, 0};
}

}  // namespace

Stream::Stream(Stream&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), ssl_(std::exchange(other.ssl_, nullptr)) {}

Stream& Stream::operator=(Stream&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(ssl_, other.ssl_);
  return *this;
}

Transfer Stream::read(char* into, std::size_t n) {
  if (!ssl_) [[likely]]
    return socket_outcome(receive(fd_, into, n));
  ERR_clear_error();
  const int result = SSL_read(ssl_, into, static_cast<int>(std::min<std::size_t>(n, INT_MAX)));
  if (result > 0) return {Io::kOk, static_cast<std::size_t>(result)};
  return tls_outcome(ssl_, result);
}

Transfer Stream::write(std::string_view bytes) {
  if (!ssl_) [[likely]]
    return socket_outcome(send_some(fd_, bytes));
  return tls_write(ssl_, bytes);
}

Transfer Stream::write(std::string_view first, std::string_view second) {
  if (ssl_) {
    Transfer sent = tls_write(ssl_, first);
    if (sent.state != Io::kOk || sent.n < first.size()) return sent;
    const Transfer more = tls_write(ssl_, second);
    if (more.state == Io::kOk) sent.n += more.n;
    return sent;
  }
  iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                    {const_cast<char*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  return socket_outcome(::sendmsg(fd_, &message, MSG_NOSIGNAL));
}

void Stream::start_tls(ssl_st* session) { ssl_ = session; }

Io Stream::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  return result == 1 ? Io::kOk : tls_outcome(ssl_, result).state;
}

bool Stream::wants_write() const { return ssl_ && SSL_want_write(ssl_); }
bool Stream::has_pending() const { return ssl_ && SSL_pending(ssl_) > 0; }

std::string Stream::server_name() const {
  const char* name = ssl_ ? SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name) : nullptr;
  return name ? name : "";
}

void Stream::finish_writing() {
  if (ssl_ && SSL_is_init_finished(ssl_)) SSL_shutdown(ssl_);
  ERR_clear_error();
  if (fd_ >= 0) ::shutdown(fd_, SHUT_WR);
}

void Stream::close() {
  if (ssl_) {
    SSL_free(ssl_);
    ssl_ = nullptr;
  }
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace fairlead::net
