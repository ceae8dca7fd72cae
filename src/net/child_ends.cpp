// Pipes and socketpairs for child processes.
#include "net/child_ends.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace fairlead::net {

namespace {
constexpr int kFirstSafeFd = 10;
constexpr int kChannelBuffer = 256 * 1024;
constexpr int kOomScoreAdj = 500;
}  // namespace

Error cannot_launch(const std::string& step, int error_number) {
  return Error{&kCannotLaunch, step + ": " + std::strerror(error_number), {}};
}

Descriptor above_standard(int fd) {
  Descriptor low(fd);
  return Descriptor(::fcntl(fd, F_DUPFD_CLOEXEC, kFirstSafeFd));
}

Result<ChildEnds> make_child_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return cannot_launch("pipe", errno);
  ChildEnds ends{above_standard(fds[0]), above_standard(fds[1])};
  if (!ends.ours.open() || !ends.theirs.open()) return cannot_launch("pipe", errno);
  ::fcntl(ends.ours.get(), F_SETFL, O_NONBLOCK);
  return ends;
}

Result<ChildEnds> make_child_channel(ChildChannel kind) {
  int fds[2];
  const int type = kind == ChildChannel::kSeqPacket ? SOCK_SEQPACKET : SOCK_STREAM;
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) != 0) {
    return cannot_launch("socketpair", errno);
  }
  ChildEnds ends{above_standard(fds[0]), above_standard(fds[1])};
  if (!ends.ours.open() || !ends.theirs.open()) return cannot_launch("socketpair", errno);
  ::fcntl(ends.ours.get(), F_SETFL, O_NONBLOCK);
  for (const int fd : {ends.ours.get(), ends.theirs.get()}) {
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kChannelBuffer, sizeof kChannelBuffer);
  }
  return ends;
}

void prefer_for_oom(int pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/oom_score_adj";
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  const std::string score = std::to_string(kOomScoreAdj);
  if (file.open()) (void)!::write(file.get(), score.data(), score.size());
}

}  // namespace fairlead::net
