// Attaching, measuring, and letting go.
#include "sandbox/sandbox_child.h"

#include <cerrno>

#include "base/park.h"
#include "sandbox/control.h"
#include "sandbox/errors.h"
#include "sandbox/process_memory.h"
#include "sandbox/trees.h"

namespace fairlead::sandbox {

namespace {
constexpr int kAttachTimeoutMs = 10'000;
}

Holdings::~Holdings() {
  for (const auto id : listeners) server.disown(id);
  if (resolver) resolver->stop();
}

std::vector<PlannedMount> planned(const std::vector<net::ChildMount>& mounts) {
  std::vector<PlannedMount> list;
  for (const net::ChildMount& mount : mounts) list.push_back({mount.source, mount.target});
  return list;
}

std::int64_t memory_limit(const net::ChildAttachment& attachment) {
  return attachment.memory_bytes > 0 ? attachment.memory_bytes + attachment.tmp_bytes : 0;
}

Result<std::vector<net::Descriptor>> prepare_mounts(House& house,
                                                    const std::vector<PlannedMount>& mounts) {
  std::vector<net::Descriptor> trees;
  for (const PlannedMount& mount : mounts) {
    if (mount.target != "/") TRY(house.skeleton->make_place(mount.source, mount.target));
    if (house.opener() != Opener::kServer) continue;
    trees.push_back(open_read_only_tree(mount.source, mount.target));
    if (!trees.back().open()) return cannot_sandbox("mount of " + mount.source, errno);
  }
  return trees;
}

SandboxChild::SandboxChild(std::shared_ptr<House> house, int pid, Descriptors descriptors,
                           net::Descriptor control, std::unique_ptr<Holdings> holdings)
    : Child(pid, std::move(descriptors)),
      house_(std::move(house)),
      control_(std::move(control)),
      holdings_(std::move(holdings)) {}

SandboxChild::~SandboxChild() { end(); }

net::ChildExit SandboxChild::ended(net::ChildExit exit) {
  const std::lock_guard lock(mutex_);
  while (!end_code_) {
    const auto message = receive_message(control_.get());
    if (!message) break;
    if (message->kind == MessageKind::kEnded && !message->numbers.empty()) {
      end_code_ = static_cast<int>(message->numbers[0]);
    }
  }
  // Somebody who waits for nobody does the rest.
  std::shared_ptr<Holdings> holdings = std::move(holdings_);
  house_->workshop.post([holdings]() mutable { holdings.reset(); });
  return end_code_ ? net::ChildExit{*end_code_} : exit;
}

net::ChildMemory SandboxChild::memory() const {
  net::ChildMemory memory = memory_below(pid());
  const std::lock_guard lock(mutex_);
  if (holdings_ && holdings_->cgroup) {
    memory.anonymous = holdings_->cgroup->anonymous_bytes().value_or(memory.anonymous);
  }
  return memory;
}

Status SandboxChild::attach(const net::ChildAttachment& attachment) {
  const Future<Status> done;
  house_->workshop.post([this, &attachment, done] { done.set(attach_here(attachment)); });
  return done.get();
}

Status SandboxChild::attach_here(const net::ChildAttachment& attachment) {
  const AttachPlan plan{planned(attachment.mounts), attachment.tmp_bytes};
  Message message = to_message(plan);
  message.descriptors = TRY(prepare_mounts(*house_, plan.mounts));
  {
    const std::lock_guard lock(mutex_);
    if (!holdings_) return cannot_sandbox("attaching: the sandbox has ended");
    if (holdings_->cgroup) TRY(holdings_->cgroup->limit_memory(memory_limit(attachment)));
    for (const auto id : holdings_->listeners) house_->server.set_origin(id, attachment.origin);
  }
  if (!send_message(control_.get(), message)) return cannot_sandbox("attaching", errno);
  return await_attached();
}

Status SandboxChild::await_attached() {
  const auto reply = await_message(control_.get(), kAttachTimeoutMs);
  if (!reply) return cannot_sandbox("attaching: the sandbox does not answer");
  if (reply->kind == MessageKind::kAttached) return {};
  if (reply->kind == MessageKind::kFailed && !reply->texts.empty() && !reply->numbers.empty()) {
    return cannot_sandbox(reply->texts[0], static_cast<int>(reply->numbers[0]));
  }
  if (reply->kind == MessageKind::kEnded && !reply->numbers.empty()) {
    const std::lock_guard lock(mutex_);
    end_code_ = static_cast<int>(reply->numbers[0]);
  }
  return cannot_sandbox("attaching: the sandbox has ended");
}

}  // namespace fairlead::sandbox
