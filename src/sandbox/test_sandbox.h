// What the tests with real sandboxes share: a server that says from where it is called, a launcher,
// and shell scripts run inside.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <fstream>

#include "net/http_server.h"
#include "sandbox/launcher.h"

namespace fairlead::sandbox {

// A folder that everybody may pass through, so that sandboxes with users of their own can see what
// is mounted from it.
struct Scratch {
  Scratch() {
    char pattern[] = "/tmp/fairlead-sandbox-XXXXXX";
    path = ::mkdtemp(pattern);
    std::filesystem::permissions(path, std::filesystem::perms(0755));
  }
  ~Scratch() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path + "/" + name).parent_path());
    std::ofstream(path + "/" + name) << text;
    return path + "/" + name;
  }
  std::string path;
};

inline bool wait_readable(int fd, int timeout_ms = 20'000) {
  pollfd wanted{fd, POLLIN, 0};
  return ::poll(&wanted, 1, timeout_ms) == 1;
}

inline std::string read_to_end(int fd) {
  std::string text;
  char bytes[4096];
  while (wait_readable(fd)) {
    const ssize_t n = ::read(fd, bytes, sizeof bytes);
    if (n <= 0) break;
    text.append(bytes, static_cast<std::size_t>(n));
  }
  return text;
}

struct Ran {
  int code = 9999;
  std::string output, errors;
};

// Reads both to the end, then collects.
inline Ran finish(net::Child& child) {
  Ran ran;
  ran.output = read_to_end(child.descriptors().output.get());
  ran.errors = read_to_end(child.descriptors().errors.get());
  if (!wait_readable(child.descriptors().exit.get())) return ran;
  if (const auto end = child.reap()) ran.code = end->code;
  return ran;
}

inline net::ChildSpec script(const std::string& text) {
  net::ChildSpec spec;
  spec.argv = {"/bin/sh", "-c", text};
  spec.environment = {"PATH=/usr/bin:/bin"};
  spec.working_folder = "/";
  spec.attachment = net::ChildAttachment{{}, "test", 0, 64LL * 1024 * 1024};
  return spec;
}

inline net::ChildSpec python(const std::string& text) {
  net::ChildSpec spec = script("");
  spec.argv = {"/usr/bin/python3", "-c", text};
  return spec;
}

class SandboxTest : public ::testing::Test {
 protected:
  SandboxTest() : loops(2) {
    loops.start();
    server.emplace(loops, net::ServerOptions{}, [](net::Exchange& exchange) {
      exchange.respond(200, {},
                       exchange.peer().origin + " " + std::to_string(exchange.peer().local_port) +
                           " " + exchange.head().target);
    });
  }
  ~SandboxTest() override {
    launcher.reset();
    server.reset();
  }

  Options options() {
    Options with;
    with.mode = Mode::kStrict;
    with.folder = scratch.path + "/sandbox";
    with.ca_file = scratch.file("ca.pem", "-----BEGIN CERTIFICATE-----\n");
    with.server_port = 4566;
    with.attachable = {scratch.path + "/code"};
    std::filesystem::create_directories(scratch.path + "/code");
    return with;
  }
  // Skips the test, with the reason, only where the kernel forbids namespaces altogether.
  void make(Options with) {
    auto made = make_launcher(loops, *server, std::move(with));
    if (!made.ok()) {
      const std::string& reason = made.error().message;
      const bool forbidden = reason.find("making namespaces") != reason.npos ||
                             reason.find("mounting /proc") != reason.npos;
      ASSERT_TRUE(forbidden) << reason;
      GTEST_SKIP() << reason;
    }
    launcher = std::move(made).value();
    ASSERT_TRUE(launcher->sandboxes());
  }
  void SetUp() override { make(options()); }

  std::unique_ptr<net::Child> launch(net::ChildSpec spec) {
    auto child = launcher->launch(std::move(spec));
    EXPECT_TRUE(child.ok()) << child.error().message;
    return child.ok() ? std::move(child).value() : nullptr;
  }
  Ran run(net::ChildSpec spec) {
    const auto child = launch(std::move(spec));
    return child ? finish(*child) : Ran{};
  }
  Ran run(const std::string& text) { return run(script(text)); }

  Scratch scratch;
  net::Loops loops;
  std::optional<net::HttpServer> server;
  std::unique_ptr<net::ChildLauncher> launcher;
};

}  // namespace fairlead::sandbox
