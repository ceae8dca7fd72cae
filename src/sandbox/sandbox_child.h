// A child in a sandbox, from the server's side: its first process, the line to it, and what the
// server holds for it (listeners, resolver, control group, the way out).
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "net/child_process.h"
#include "sandbox/house.h"

namespace fairlead::sandbox {

// What goes when the sandbox goes. Its destructor may block.
struct Holdings {
  explicit Holdings(net::HttpServer& of) : server(of) {}
  ~Holdings();
  Holdings(const Holdings&) = delete;

  net::HttpServer& server;
  std::vector<net::HttpServer::ListenerId> listeners;
  std::shared_ptr<Resolver> resolver;
  std::unique_ptr<net::Child> outside;
  std::unique_ptr<Cgroup> cgroup;
};

class SandboxChild final : public net::Child {
 public:
  SandboxChild(std::shared_ptr<House> house, int pid, Descriptors descriptors,
               net::Descriptor control, std::unique_ptr<Holdings> holdings);
  ~SandboxChild() override;

  net::ChildMemory memory() const override;
  Status attach(const net::ChildAttachment& attachment) override;

 private:
  net::ChildExit ended(net::ChildExit exit) override;
  Status attach_here(const net::ChildAttachment& attachment);
  Status await_attached();

  const std::shared_ptr<House> house_;
  net::Descriptor control_;
  mutable std::mutex mutex_;            // the two below
  std::unique_ptr<Holdings> holdings_;  // until the end
  std::optional<int> end_code_;         // as the first process told it
};

// Opens what is mounted, if the server is the one to do so, and makes the places for it.
Result<std::vector<net::Descriptor>> prepare_mounts(House& house,
                                                    const std::vector<PlannedMount>& mounts);
std::vector<PlannedMount> planned(const std::vector<net::ChildMount>& mounts);
// The limit that the kernel enforces: /tmp lives in memory, too, and AWS does not count it there.
// That anonymous memory stays within memory_bytes is what the worker's watch sees to.
std::int64_t memory_limit(const net::ChildAttachment& attachment);

}  // namespace fairlead::sandbox
