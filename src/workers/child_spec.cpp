// Translates specs; mounts that base and function have in common are the sandbox's, the rest comes
// with the attachment.
#include "workers/child_spec.h"

namespace fairlead::workers {
namespace {

constexpr std::int64_t kMiB = 1024 * 1024;
constexpr const char* kFramesVersion = "FAIRLEAD_FRAMES=1";

void append_variables(std::vector<std::string>& out, const platform::Variables& variables) {
  for (const auto& [name, value] : variables) out.emplace_back(name).append("=").append(value);
}

void append_mounts(std::vector<net::ChildMount>& out,
                   const std::vector<platform::WorkerMount>& mounts) {
  for (const platform::WorkerMount& mount : mounts) out.push_back({mount.source, mount.target});
}

}  // namespace

net::ChildSpec base_child(const platform::WorkerBase& base) {
  net::ChildSpec child;
  child.argv = base.argv;
  append_variables(child.environment, base.environment);
  child.environment.push_back(kFramesVersion);
  child.working_folder = std::string("/");
  child.channel = net::ChildChannel::kSocketPair;
  append_mounts(child.mounts, base.mounts);
  return child;
}

net::ChildAttachment attachment_of(const platform::WorkerSpec& spec) {
  net::ChildAttachment attachment;
  append_mounts(attachment.mounts, spec.mounts);
  attachment.origin = spec.origin;
  attachment.memory_bytes = spec.memory_mb * kMiB;
  attachment.tmp_bytes = spec.tmp_mb * kMiB;
  return attachment;
}

net::ChildSpec own_child(const platform::WorkerSpec& spec) {
  net::ChildSpec child;
  child.argv = spec.argv;
  append_variables(child.environment, spec.environment);
  child.working_folder = spec.working_folder;
  if (spec.protocol == platform::WorkerProtocol::kFrames) {
    child.environment.push_back(kFramesVersion);
    child.channel = net::ChildChannel::kSocketPair;
  }
  if (spec.base) append_mounts(child.mounts, spec.base->mounts);
  child.attachment = attachment_of(spec);
  return child;
}

}  // namespace fairlead::workers
