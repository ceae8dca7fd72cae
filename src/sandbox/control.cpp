// Packing, sending and receiving the messages of control.h.
#include "sandbox/control.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace fairlead::sandbox {

namespace {

constexpr std::size_t kMaxItems = 16 * 1024;  // texts or numbers of one message

void put_number(std::string& out, std::int64_t value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof bytes);
}

bool take_number(std::string_view& in, std::int64_t& value) {
  if (in.size() < sizeof value) return false;
  std::memcpy(&value, in.data(), sizeof value);
  in.remove_prefix(sizeof value);
  return true;
}

bool take_count(std::string_view& in, std::size_t& count) {
  std::int64_t value = 0;
  if (!take_number(in, value) || value < 0 || value > static_cast<std::int64_t>(kMaxItems)) {
    return false;
  }
  count = static_cast<std::size_t>(value);
  return true;
}

bool take_text(std::string_view& in, std::string& text) {
  std::int64_t size = 0;
  if (!take_number(in, size) || size < 0 || static_cast<std::uint64_t>(size) > in.size()) {
    return false;
  }
  text.assign(in.substr(0, static_cast<std::size_t>(size)));
  in.remove_prefix(static_cast<std::size_t>(size));
  return true;
}

struct alignas(cmsghdr) ControlBuffer {
  char bytes[CMSG_SPACE(kMaxDescriptors * sizeof(int))];
};

void take_descriptors(msghdr& header, std::vector<net::Descriptor>& into) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof fd);
      into.emplace_back(fd);
    }
  }
}

}  // namespace

std::string pack(const Message& message) {
  std::string out;
  put_number(out, static_cast<std::int64_t>(message.kind));
  put_number(out, static_cast<std::int64_t>(message.numbers.size()));
  for (const std::int64_t number : message.numbers) put_number(out, number);
  put_number(out, static_cast<std::int64_t>(message.texts.size()));
  for (const std::string& text : message.texts) {
    put_number(out, static_cast<std::int64_t>(text.size()));
    out += text;
  }
  return out;
}

std::optional<Message> unpack(std::string_view bytes) {
  Message message;
  std::int64_t kind = 0;
  std::size_t numbers = 0, texts = 0;
  if (!take_number(bytes, kind) || kind < static_cast<std::int64_t>(MessageKind::kPlan) ||
      kind > static_cast<std::int64_t>(MessageKind::kEnded) || !take_count(bytes, numbers)) {
    return std::nullopt;
  }
  message.kind = static_cast<MessageKind>(kind);
  for (std::size_t i = 0; i < numbers; ++i) {
    if (!take_number(bytes, message.numbers.emplace_back())) return std::nullopt;
  }
  if (!take_count(bytes, texts)) return std::nullopt;
  for (std::size_t i = 0; i < texts; ++i) {
    if (!take_text(bytes, message.texts.emplace_back())) return std::nullopt;
  }
  if (!bytes.empty()) return std::nullopt;
  return message;
}

bool send_message(int socket, const Message& message) {
  std::string bytes = pack(message);
  if (bytes.size() > kMaxMessageBytes || message.descriptors.size() > kMaxDescriptors) {
    errno = EMSGSIZE;
    return false;
  }
  iovec piece{bytes.data(), bytes.size()};
  ControlBuffer control{};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  if (!message.descriptors.empty()) {
    header.msg_control = control.bytes;
    header.msg_controllen = CMSG_SPACE(message.descriptors.size() * sizeof(int));
    cmsghdr* part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(message.descriptors.size() * sizeof(int));
    for (std::size_t i = 0; i < message.descriptors.size(); ++i) {
      const int fd = message.descriptors[i].get();
      std::memcpy(CMSG_DATA(part) + i * sizeof(int), &fd, sizeof fd);
    }
  }
  for (;;) {
    const ssize_t sent = ::sendmsg(socket, &header, MSG_NOSIGNAL);
    if (sent >= 0) return true;
    if (errno != EINTR) return false;
  }
}

std::optional<Message> receive_message(int socket) {
  const auto buffer = std::make_unique_for_overwrite<char[]>(kMaxMessageBytes);
  iovec piece{buffer.get(), kMaxMessageBytes};
  ControlBuffer control{};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes;
  header.msg_controllen = sizeof control.bytes;
  ssize_t got = -1;
  do {
    got = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return std::nullopt;
  std::vector<net::Descriptor> descriptors;
  take_descriptors(header, descriptors);
  if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) return std::nullopt;
  auto message = unpack({buffer.get(), static_cast<std::size_t>(got)});
  if (message) message->descriptors = std::move(descriptors);
  return message;
}

std::optional<Message> await_message(int socket, int timeout_ms) {
  pollfd wanted{socket, POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&wanted, 1, timeout_ms);
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) return std::nullopt;
  return receive_message(socket);
}

}  // namespace fairlead::sandbox
