// Takes an idle connection or dials one, sends, reads the response, and keeps the connection if it
// may.
#include "net/http_client.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <mutex>

#include "base/clock.h"
#include "net/dial.h"
#include "net/errors.h"
#include "net/http_parser.h"
#include "net/http_writer.h"
#include "net/stream.h"
#include "net/tls.h"
#include "net/url.h"

namespace fairlead::net {

const ErrorCode kBadRequest{"BadRequest", 400};
const ErrorCode kBadResponse{"BadResponse", 502};

namespace {

constexpr std::size_t kReadPiece = 16 * 1024;

struct Idle {
  std::string key;  // scheme, host and port
  Stream stream;
  std::int64_t since_ms;
};

// The server has closed it, or sent what nobody asked for: not to be used again.
bool is_stale(const Stream& stream) {
  char byte;
  const ssize_t n = ::recv(stream.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n >= 0 || (errno != EAGAIN && errno != EINTR);
}

bool is_repeatable(std::string_view method) {
  for (const std::string_view safe : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}) {
    if (method == safe) return true;
  }
  return false;
}

Result<std::string> request_bytes(std::string_view method, const Url& url, const Headers& headers,
                                  std::string_view body) {
  if (!is_http_token(method)) return Error{&kBadRequest, "The method is not a token", {}};
  std::string out;
  append_request_line(out, method, url.target);
  if (find_header(headers, "host") == nullptr) append_header(out, "Host", url.authority);
  for (const Header& header : headers) {
    if (!append_header(out, header.name, header.value)) {
      return Error{&kBadRequest, "The header \"" + header.name + "\" cannot be sent", {}};
    }
  }
  const bool framed = find_header(headers, "content-length") != nullptr ||
                      find_header(headers, "transfer-encoding") != nullptr;
  const bool bodiless = body.empty() && (method == "GET" || method == "HEAD" || method == "DELETE");
  if (!framed && !bodiless) append_header(out, "Content-Length", body.size());
  end_head(out);
  out.append(body);
  return out;
}

// One request and its response on a connection.
class Turn {
 public:
  Turn(Stream& stream, std::int64_t deadline_ms, std::size_t max_bytes)
      : stream_(stream), deadline_ms_(deadline_ms), max_bytes_(max_bytes) {}

  // True once a byte of the response has come: the server has seen the request.
  bool answered() const { return answered_; }
  bool reusable() const { return reusable_; }

  // Stops, too, when the peer closes or answers before it has everything (413): receive() tells.
  Status send(std::string_view bytes) {
    while (!bytes.empty()) {
      const Transfer sent = stream_.write(bytes);
      if (sent.state == Io::kOk) {
        bytes.remove_prefix(sent.n);
        continue;
      }
      cut_ = sent.state != Io::kAgain || has_answer();
      if (cut_) return {};
      if (!wait_until_ready(stream_.fd(), sending_events(), deadline_ms_)) return peer_slow();
    }
    return {};
  }

  Result<HttpResponse> receive(std::string_view method) {
    ResponseParser parser;
    std::string_view rest;
    std::size_t used = 0;
    for (;;) {
      if (rest.empty()) rest = TRY(read_some());
      const ParseState state = parser.feed(rest, used);
      rest.remove_prefix(used);
      if (state == ParseState::kError) return bad_response(parser.error());
      if (state == ParseState::kNeedMore) continue;
      if (parser.head().status >= 200 || parser.head().status == 101) break;
      parser.reset();
    }
    HttpResponse response;
    BodyDecoder decoder(parser.head(), method, max_bytes_);
    for (;;) {
      const auto step = decoder.next_into(rest, response.body);
      rest.remove_prefix(step.consumed);
      if (step.state == BodyDecoder::State::kDone) break;
      if (step.state == BodyDecoder::State::kError) return bad_response(decoder.error());
      auto more = read_some();
      if (!more.ok()) {
        if (more.error().code != &kPeerGone || decoder.at_close() != BodyDecoder::State::kDone) {
          return std::move(more).error();
        }
        break;
      }
      rest = *more;
    }
    reusable_ = !cut_ && parser.head().keep_alive && rest.empty() && parser.head().status != 101;
    response.status = parser.head().status;
    response.headers = std::move(parser.head().headers);
    return response;
  }

 private:
  // Under TLS, readable may mean a session ticket; there an early answer is read after the request.
  bool has_answer() const {
    char byte;
    return !stream_.tls() && ::recv(stream_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
  }
  std::uint32_t sending_events() const {
    if (!stream_.tls()) return EPOLLIN | EPOLLOUT;
    return stream_.wants_write() ? EPOLLOUT : EPOLLIN;
  }

  Result<std::string_view> read_some() {
    if (buffer_.empty()) buffer_.resize(kReadPiece);
    for (;;) {
      const Transfer got = stream_.read(buffer_.data(), buffer_.size());
      if (got.state == Io::kOk) {
        answered_ = true;
        return std::string_view(buffer_).substr(0, got.n);
      }
      if (got.state != Io::kAgain) return peer_gone();
      const std::uint32_t events = stream_.wants_write() ? EPOLLOUT : EPOLLIN;
      if (!wait_until_ready(stream_.fd(), events, deadline_ms_)) return peer_slow();
    }
  }

  Error bad_response(const HttpError& error) const {
    if (error.status == 413) return body_too_large(max_bytes_);
    return Error{&kBadResponse, std::string("The response is not HTTP: ") + error.text, {}};
  }

  Stream& stream_;
  const std::int64_t deadline_ms_;
  const std::size_t max_bytes_;
  std::string buffer_;
  bool cut_ = false;  // the request was not sent whole
  bool answered_ = false;
  bool reusable_ = false;
};

}  // namespace

struct HttpClient::State {
  explicit State(HttpClientOptions with) : options(std::move(with)) {}

  Stream take_idle(const std::string& key);
  void keep(const std::string& key, Stream stream);
  Result<Stream> connect(const Url& url, std::int64_t deadline_ms);
  Result<std::shared_ptr<TlsContext>> tls();

  const HttpClientOptions options;
  mutable std::mutex mutex;
  std::deque<Idle> idle;  // oldest first
  std::shared_ptr<TlsContext> tls_context;
};

HttpClient::HttpClient(HttpClientOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}
HttpClient::~HttpClient() = default;

std::size_t HttpClient::idle_connections() const {
  const std::lock_guard lock(state_->mutex);
  return state_->idle.size();
}

// The newest of that host, which is the least likely to have been closed.
Stream HttpClient::State::take_idle(const std::string& key) {
  const std::int64_t now = system_clock().monotonic_ms();
  const std::lock_guard lock(mutex);
  while (!idle.empty() && now - idle.front().since_ms > options.idle_timeout_ms) idle.pop_front();
  for (std::size_t i = idle.size(); i > 0; --i) {
    if (idle[i - 1].key != key) continue;
    Stream stream = std::move(idle[i - 1].stream);
    idle.erase(idle.begin() + static_cast<std::ptrdiff_t>(i - 1));
    if (!is_stale(stream)) return stream;
  }
  return Stream();
}

void HttpClient::State::keep(const std::string& key, Stream stream) {
  if (options.max_idle == 0 || options.max_idle_each_host == 0) return;
  const std::lock_guard lock(mutex);
  const auto same_host = [&](const Idle& other) { return other.key == key; };
  const auto each = static_cast<std::size_t>(std::count_if(idle.begin(), idle.end(), same_host));
  if (each >= options.max_idle_each_host) {
    idle.erase(std::find_if(idle.begin(), idle.end(), same_host));
  }
  if (idle.size() >= options.max_idle) idle.pop_front();
  idle.push_back({key, std::move(stream), system_clock().monotonic_ms()});
}

Result<std::shared_ptr<TlsContext>> HttpClient::State::tls() {
  const std::lock_guard lock(mutex);
  if (!tls_context) tls_context = TRY(TlsContext::for_client(options.ca_pem));
  return tls_context;
}

Result<Stream> HttpClient::State::connect(const Url& url, std::int64_t deadline_ms) {
  Descriptor fd = TRY(dial(url.host, url.port, deadline_ms));
  Stream stream(fd.release());
  if (url.scheme == Url::Scheme::kHttp) return stream;
  const std::shared_ptr<TlsContext> context = TRY(tls());
  ssl_st* session = context->connect_on(stream.fd(), url.host);
  if (session == nullptr) return tls_failed("No TLS session could be made for " + url.host);
  stream.start_tls(session);
  for (;;) {
    const Io state = stream.handshake();
    if (state == Io::kOk) return stream;
    if (state != Io::kAgain) {
      return tls_failed("The TLS handshake with " + url.authority + " failed");
    }
    const std::uint32_t events = stream.wants_write() ? EPOLLOUT : EPOLLIN;
    if (!wait_until_ready(stream.fd(), events, deadline_ms)) return peer_slow();
  }
}

Result<HttpResponse> HttpClient::request(std::string_view method, std::string_view url_text,
                                         const Headers& headers, std::string_view body,
                                         std::int64_t deadline_ms) {
  const Url url = TRY(parse_url(url_text));
  const std::string bytes = TRY(request_bytes(method, url, headers, body));
  const std::string key = (url.scheme == Url::Scheme::kHttps ? "https " : "http ") + url.host +
                          " " + std::to_string(url.port);
  Stream stream = state_->take_idle(key);
  for (;;) {
    const bool fresh = !stream.open();
    if (fresh) stream = TRY(state_->connect(url, deadline_ms));
    Turn turn(stream, deadline_ms, state_->options.max_response_bytes);
    const Status sent = turn.send(bytes);
    if (!sent.ok()) return sent.error();
    auto response = turn.receive(method);
    if (response.ok()) {
      if (turn.reusable()) state_->keep(key, std::move(stream));
      return response;
    }
    // A kept connection that the server closed just now: once more on a new one, if that is safe.
    const bool again =
        !fresh && !turn.answered() && response.error().code == &kPeerGone && is_repeatable(method);
    if (!again) return response;
    stream = Stream();
  }
}

}  // namespace fairlead::net
