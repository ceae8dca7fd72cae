// Starts a worker of either kind, and sees to it that no process outlives the launcher.
#include "workers/launcher.h"

#include <chrono>

#include "base/log.h"
#include "workers/frame_process.h"
#include "workers/process_worker.h"
#include "workers/runtime_api_host.h"
#include "workers/runtime_api_process.h"

namespace fairlead::workers {
namespace {

constexpr std::int64_t kEndWaitMs = 10'000;
constexpr const char* kFramesVersion = "FAIRLEAD_FRAMES=1";

net::ChildSpec child_spec(const platform::WorkerSpec& spec, const std::string& extra_variable) {
  net::ChildSpec child;
  child.argv = spec.argv;
  for (const auto& [name, value] : spec.environment)
    child.environment.push_back(name + "=" + value);
  child.environment.push_back(extra_variable);
  child.working_folder = spec.working_folder;
  if (spec.protocol == platform::WorkerProtocol::kFrames) {
    child.channel = net::ChildChannel::kSocketPair;
  }
  return child;
}

}  // namespace

void LiveProcesses::add(std::shared_ptr<WorkerProcess> process) {
  const std::lock_guard lock(mutex_);
  WorkerProcess* const key = process.get();
  processes_.emplace(key, std::move(process));
}

void LiveProcesses::remove(WorkerProcess& process) {
  const std::lock_guard lock(mutex_);
  processes_.erase(&process);
  changed_.notify_all();
}

void LiveProcesses::kill_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, process] : processes_) process->kill();
}

bool LiveProcesses::wait_empty(std::int64_t timeout_ms) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                           [this] { return processes_.empty(); });
}

std::size_t LiveProcesses::size() const {
  const std::lock_guard lock(mutex_);
  return processes_.size();
}

ProcessLauncher::ProcessLauncher(net::Loops& loops, std::unique_ptr<net::ChildLauncher> children)
    : loops_(loops),
      children_(children ? std::move(children) : net::make_plain_launcher()),
      live_(std::make_shared<LiveProcesses>()) {}

ProcessLauncher::~ProcessLauncher() {
  live_->kill_all();
  if (loops_.running() && !live_->wait_empty(kEndWaitMs)) {
    log_warn("killed workers do not end", {{"processes", live_->size()}});
  }
}

Result<std::shared_ptr<RuntimeApiHost>> ProcessLauncher::runtime_api_host() {
  const std::lock_guard lock(host_mutex_);
  if (!host_) host_ = std::make_shared<RuntimeApiHost>(loops_);
  return host_;
}

Result<std::unique_ptr<platform::Worker>> ProcessLauncher::launch(const platform::WorkerSpec& spec,
                                                                  platform::WorkerLog log) {
  const bool frames = spec.protocol == platform::WorkerProtocol::kFrames;
  std::shared_ptr<RuntimeApiHost> host;
  std::shared_ptr<RuntimeApi> api;
  std::string variable = kFramesVersion;
  if (!frames) {
    host = TRY(runtime_api_host());
    api = TRY(host->open());
    variable = "AWS_LAMBDA_RUNTIME_API=127.0.0.1:" + std::to_string(api->port());
  }
  auto child = children_->launch(child_spec(spec, variable));
  if (!child.ok()) {
    if (api) host->close(*api);
    return std::move(child).error();
  }
  net::Loop* const here = net::Loop::current();
  WorkerProcess::Setup setup{
      .loop = here != nullptr ? *here : loops_.pick(),
      .name = spec.name,
      .child = std::move(child).value(),
      .log = std::move(log),
      .memory_limit_bytes = std::int64_t{spec.memory_mb} * 1024 * 1024,
      .gone = [live = live_, weak = std::weak_ptr(host), api](WorkerProcess& process) {
        // Not a share in the host: its server must not end on a loop's thread.
        if (const auto alive = weak.lock()) alive->close(*api);
        live->remove(process);
      }};
  std::shared_ptr<WorkerProcess> process;
  if (frames) {
    process = std::make_shared<FrameProcess>(std::move(setup), spec.init);
  } else {
    process = std::make_shared<RuntimeApiProcess>(std::move(setup), api);
  }
  live_->add(process);
  return std::unique_ptr<platform::Worker>(std::make_unique<ProcessWorker>(std::move(process)));
}

}  // namespace fairlead::workers
