// A connected byte stream: a non-blocking socket, in clear text or under TLS. It keeps no bytes of
// its own (OpenSSL may), and knows no loop: the owner watches the descriptor.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

struct ssl_st;

namespace fairlead::net {

enum class Io {
  kOk,
  kAgain,   // nothing now; wait until the descriptor is ready
  kClosed,  // the peer closed its side in order
  kFailed,  // reset, or broken TLS
};

struct Transfer {
  Io state;
  std::size_t n;  // bytes moved; more than 0 with kOk
};

class Stream {
 public:
  explicit Stream(int fd = -1) : fd_(fd) {}
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&& other) noexcept;
  ~Stream() { close(); }

  int fd() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  bool tls() const { return ssl_ != nullptr; }

  Transfer read(char* into, std::size_t n);
  Transfer write(std::string_view bytes);
  // `first`, then `second`, in one call if possible. Both hold something.
  Transfer write(std::string_view first, std::string_view second);

  void start_tls(ssl_st* session);  // takes the session over
  Io handshake();                   // again until kOk
  bool wants_write() const;         // the last kAgain waits for the descriptor to be writable
  // Decrypted bytes that no event of the descriptor will announce.
  bool has_pending() const;
  std::string server_name() const;  // the client's SNI

  void finish_writing();  // tells the peer that nothing more comes; reading goes on
  void close();

 private:
  int fd_ = -1;
  ssl_st* ssl_ = nullptr;
};

}  // namespace fairlead::net
