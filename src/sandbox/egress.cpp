// Starting slirp4netns for one sandbox.
#include "sandbox/egress.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "sandbox/errors.h"

namespace fairlead::sandbox {

namespace {

constexpr const char* kPlaces[] = {"/usr/bin/slirp4netns", "/usr/local/bin/slirp4netns",
                                   "/bin/slirp4netns", "/usr/sbin/slirp4netns"};
constexpr int kReadyTimeoutMs = 10'000;

// What it printed, for the error.
std::string last_words(net::Child& child) {
  char text[512];
  const ssize_t n = ::read(child.descriptors().errors.get(), text, sizeof text);
  return n > 0 ? std::string(text, static_cast<std::size_t>(n)) : "it says nothing";
}

}  // namespace

Result<std::string> find_slirp() {
  for (const char* path : kPlaces) {
    if (::access(path, X_OK) == 0) return std::string(path);
  }
  return cannot_sandbox(
      "open egress needs slirp4netns, which is not installed: apt install slirp4netns");
}

Result<std::unique_ptr<net::Child>> connect_outside(net::ChildLauncher& plain,
                                                    const std::string& slirp, int pid) {
  const std::string namespaces = "/proc/" + std::to_string(pid) + "/ns/";
  net::ChildSpec spec;
  spec.argv = {slirp,
               "--configure",
               "--mtu=65520",
               "--disable-host-loopback",
               "--disable-dns",
               "--ready-fd=3",
               "--userns-path=" + namespaces + "user",
               "--netns-type=path",
               namespaces + "net",
               "tap0"};
  spec.environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  spec.channel = net::ChildChannel::kSocketPair;
  auto child = TRY(plain.launch(std::move(spec)));
  pollfd ready{child->descriptors().channel.get(), POLLIN, 0};
  char byte = 0;
  while (::poll(&ready, 1, kReadyTimeoutMs) < 0 && errno == EINTR) {
  }
  if (::read(ready.fd, &byte, 1) != 1) {
    return cannot_sandbox("slirp4netns does not connect the sandbox: " + last_words(*child));
  }
  return child;
}

}  // namespace fairlead::sandbox
