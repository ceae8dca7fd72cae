// One sendmsg for each order, with its descriptors; one message read for each reply.
#include "workers/zygote_process.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/base64.h"
#include "base/json_parse.h"
#include "base/log.h"

namespace fairlead::workers {
namespace {

constexpr std::int64_t kOrderMs = 2'000;
constexpr std::size_t kMaxReply = 4096;
constexpr std::size_t kMaxOrder = 64 * 1024;
constexpr std::size_t kMaxDescriptors = 16;

Error no_fork(const std::string& why) { return Error{&net::kCannotLaunch, "zygote: " + why, {}}; }

std::string order_json(int id, const net::ForkOrder& order) {
  Json environment = Json::object({});
  for (const std::string& variable : order.environment) {
    const std::size_t equals = variable.find('=');
    if (equals == std::string::npos) continue;
    environment.set(variable.substr(0, equals), variable.substr(equals + 1));
  }
  return write_json(Json::object({{"id", id},
                                  {"environment", std::move(environment)},
                                  {"workingFolder", order.working_folder},
                                  {"uid", order.uid},
                                  {"gid", order.gid},
                                  {"maxOpenFiles", order.max_open_files},
                                  {"maxProcesses", order.max_processes},
                                  {"cgroups", static_cast<int>(order.cgroups.size())},
                                  {"seccomp", base64_encode(order.seccomp)}}));
}

}  // namespace

void ZygoteProcess::begin() {
  WatchedProcess::begin();
  loop().watch(child().descriptors().channel.get(), EPOLLIN, this);
}

Result<int> ZygoteProcess::fork_into(const net::ForkOrder& order) {
  const std::int64_t deadline_ms = parking_now_ms() + kOrderMs;
  if (!wait_ready(deadline_ms)) return no_fork("it has not loaded");
  const Reply reply;
  int id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = ++last_id_;
    TRY(send(id, order));
    orders_.emplace(id, reply);
  }
  auto answer = reply.get_until(deadline_ms);
  if (answer) return std::move(*answer);
  kill();
  return no_fork("no answer in time");
}

bool ZygoteProcess::wait_ready(std::int64_t deadline_ms) {
  const Future<bool> wake;
  {
    const std::lock_guard lock(mutex_);
    if (loaded_ || gone_) return loaded_ && !gone_;
    waiting_.push_back(wake);
  }
  return wake.get_until(deadline_ms).value_or(false);
}

// With the mutex held; never waits.
Status ZygoteProcess::send(int id, const net::ForkOrder& order) {
  if (gone_) return no_fork("it has ended");
  std::vector<int> passed = {order.sandbox, order.output, order.errors, order.channel};
  passed.insert(passed.end(), order.cgroups.begin(), order.cgroups.end());
  const std::string text = order_json(id, order);
  if (passed.size() > kMaxDescriptors || text.size() > kMaxOrder) return no_fork("a large order");

  iovec part{const_cast<char*>(text.data()), text.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(kMaxDescriptors * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = CMSG_SPACE(passed.size() * sizeof(int));
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(passed.size() * sizeof(int));
  std::memcpy(CMSG_DATA(header), passed.data(), passed.size() * sizeof(int));
  const int fd = child().descriptors().channel.get();
  if (::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return no_fork(strerror(errno));
  return {};
}

void ZygoteProcess::on_ready(std::uint32_t) {
  const auto keep = shared_from_this();
  char text[kMaxReply];
  while (child().descriptors().channel.open()) {
    const ssize_t n = ::recv(child().descriptors().channel.get(), text, sizeof text, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
      close_channel();
      return kill();
    }
    on_message(std::string_view(text, static_cast<std::size_t>(n)));
  }
}

void ZygoteProcess::on_message(std::string_view text) {
  const auto message = parse_json(text);
  const bool ready = message.ok() && (*message)["ready"].is_number();
  if (!message.ok() || (!ready && !(*message)["id"].is_number())) {
    log_warn("a zygote answers what nobody understands and is killed", {{"pid", pid()}});
    return kill();
  }
  const std::lock_guard lock(mutex_);
  if (ready) {
    loaded_ = true;
    for (const Future<bool>& waiter : waiting_) waiter.set(true);
    waiting_.clear();
    return;
  }
  const auto order = orders_.find(static_cast<int>((*message)["id"].int_or(0)));
  if (order == orders_.end()) return;
  const int inside = static_cast<int>((*message)["pid"].int_or(0));
  if (inside > 0) {
    order->second.set(inside);
  } else {
    order->second.set(no_fork((*message)["error"].string_or("no reason")));
  }
  orders_.erase(order);
}

void ZygoteProcess::close_channel() {
  const std::lock_guard lock(mutex_);
  gone_ = true;
  net::Descriptor& channel = child().descriptors().channel;
  if (!channel.open()) return;
  loop().unwatch(channel.get(), this);
  channel.close();
}

void ZygoteProcess::ended(int) {
  close_channel();
  const std::lock_guard lock(mutex_);
  for (const Future<bool>& waiter : waiting_) waiter.set(false);
  waiting_.clear();
  for (const auto& [id, reply] : orders_) reply.set(no_fork("it has ended"));
  orders_.clear();
}

}  // namespace fairlead::workers
