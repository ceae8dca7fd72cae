// Chooses where a worker's process comes from: the stock, a zygote's fork or an exec of its own;
// and sees to it that none outlives the launcher.
#include "workers/launcher.h"

#include "base/log.h"
#include "workers/child_spec.h"
#include "workers/extension_programs.h"
#include "workers/frame_process.h"
#include "workers/process_worker.h"
#include "workers/runtime_api_host.h"
#include "workers/runtime_api_process.h"
#include "workers/zygote.h"

namespace fairlead::workers {
namespace {

constexpr std::int64_t kEndWaitMs = 10'000;
constexpr std::int64_t kNoLimit = INT64_MAX;

}  // namespace

ProcessLauncher::ProcessLauncher(net::Loops& loops, std::unique_ptr<net::ChildLauncher> children,
                                 StockLimits stock_limits)
    : loops_(loops),
      children_(children ? std::move(children) : net::make_plain_launcher()),
      live_(std::make_shared<LiveProcesses>()) {
  Stock::Orders orders;
  orders.start = [this](const platform::WorkerBase& base) { return start_for_stock(base); };
  orders.unused = [this](const std::string& key) {
    const std::lock_guard lock(mutex_);
    zygotes_.erase(key);
  };
  stock_ = std::make_unique<Stock>(loops, stock_limits, std::move(orders));
}

ProcessLauncher::~ProcessLauncher() {
  stock_.reset();
  zygotes_.clear();
  live_->kill_all();
  if (loops_.running() && !live_->wait_empty(kEndWaitMs)) {
    log_warn("killed workers do not end", {{"processes", live_->size()}});
  }
}

void ProcessLauncher::keep_ready(std::shared_ptr<const platform::WorkerBase> base) {
  stock_->keep_ready(std::move(base));
}

std::shared_ptr<RuntimeApiHost> ProcessLauncher::runtime_api_host() {
  const std::lock_guard lock(mutex_);
  if (!host_) host_ = std::make_shared<RuntimeApiHost>(loops_);
  return host_;
}

net::ChildLauncher& ProcessLauncher::plain_launcher() {
  if (!children_->sandboxes()) return *children_;
  const std::lock_guard lock(mutex_);
  if (!plain_) plain_ = net::make_plain_launcher();
  return *plain_;
}

std::shared_ptr<net::ChildForker> ProcessLauncher::forker_for(const platform::WorkerBase& base) {
  if (base.zygote.empty() || !children_->sandboxes()) return nullptr;
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Zygote>& zygote = zygotes_[base.key];
  if (zygote) return zygote;
  auto start = [this,
                key = base.key](net::ChildSpec spec) -> Result<std::shared_ptr<ZygoteProcess>> {
    WatchedProcess::Setup setup{
        .loop = loops_.at(0),
        .name = "zygote " + key,
        .child = TRY(plain_launcher().launch(std::move(spec))),
        .log =
            [key](std::int64_t, std::string_view text) {
              log_info("zygote", {{"of", key}, {"says", text}});
            },
        .memory_limit_bytes = kNoLimit,
        .gone = [live = live_](WatchedProcess& process) { live->remove(process); }};
    auto process = std::make_shared<ZygoteProcess>(std::move(setup));
    live_->add(process);
    process->loop().post([process] { process->begin(); });
    return process;
  };
  zygote = std::make_shared<Zygote>(base, std::move(start));
  return zygote;
}

Result<std::unique_ptr<net::Child>> ProcessLauncher::start_for_stock(
    const platform::WorkerBase& base) {
  net::ChildSpec spec = base_child(base);
  spec.forker = forker_for(base);
  return children_->launch(std::move(spec));
}

Result<ProcessLauncher::Made> ProcessLauncher::make(const platform::WorkerSpec& spec) {
  const auto extensions = find_extensions(spec, *this);
  if (spec.protocol == platform::WorkerProtocol::kRuntimeApi || !extensions.empty()) {
    return make_with_api(spec, extensions);
  }
  Made made;
  made.init = spec.init;
  if (spec.base) made.child = take_ready(spec);
  if (made.child) return made;
  net::ChildSpec child = own_child(spec);
  if (spec.base) child.forker = forker_for(*spec.base);
  made.child = TRY(children_->launch(std::move(child)));
  return made;
}

std::unique_ptr<net::Child> ProcessLauncher::take_ready(const platform::WorkerSpec& spec) {
  auto child = stock_->take(spec.base);
  if (!child) return nullptr;
  const Status attached = child->attach(attachment_of(spec));
  if (attached.ok()) return child;
  log_warn("a prepared process could not be given its function",
           {{"function", spec.name}, {"why", attached.error().message}});
  return nullptr;
}

// Outside of sandboxes the port is ours and must be known before the process starts; inside it is
// always the same, and its listener comes with the process.
Result<ProcessLauncher::Made> ProcessLauncher::make_with_api(
    const platform::WorkerSpec& spec, const std::vector<ExtensionProgram>& extensions) {
  Made made;
  made.host = runtime_api_host();
  made.init = spec.init;
  net::ChildSpec child = own_child(spec);
  if (!extensions.empty()) child.argv = with_extensions(extensions, spec.argv);
  if (!sandboxed()) made.api = TRY(made.host->open(extension_environment(spec, extensions)));
  const std::string address =
      "127.0.0.1:" + std::to_string(made.api ? made.api->port() : kSandboxApiPort);
  std::erase_if(child.environment,
                [](const auto& one) { return one.starts_with("AWS_LAMBDA_RUNTIME_API="); });
  child.environment.push_back("AWS_LAMBDA_RUNTIME_API=" + address);
  if (made.init["environment"].is_object()) {
    Json environment = made.init["environment"];
    environment.set("AWS_LAMBDA_RUNTIME_API", address);
    made.init.set("environment", std::move(environment));
  }
  if (sandboxed()) child.api_port = kSandboxApiPort;
  auto launched = children_->launch(std::move(child));
  if (!launched.ok()) {
    if (made.api) made.host->close(*made.api);
    return std::move(launched).error();
  }
  made.child = std::move(launched).value();
  if (!made.api) {
    made.api = TRY(made.host->adopt(std::move(made.child->descriptors().api),
                                    extension_environment(spec, extensions)));
  }
  return made;
}

Result<std::unique_ptr<platform::Worker>> ProcessLauncher::launch(const platform::WorkerSpec& spec,
                                                                  platform::WorkerLog log) {
  Made made = TRY(make(spec));
  net::Loop* const here = net::Loop::current();
  WatchedProcess::Setup setup{.loop = here != nullptr ? *here : loops_.pick(),
                              .name = spec.name,
                              .child = std::move(made.child),
                              .log = std::move(log),
                              .memory_limit_bytes = std::int64_t{spec.memory_mb} * 1024 * 1024,
                              .gone = [live = live_, weak = std::weak_ptr(made.host),
                                       api = made.api](WatchedProcess& process) {
                                // Not a share in the host: its server must not end on a loop's
                                // thread.
                                if (const auto alive = weak.lock()) alive->close(*api);
                                live->remove(process);
                              }};
  std::shared_ptr<WorkerProcess> process;
  if (spec.protocol == platform::WorkerProtocol::kFrames) {
    process = std::make_shared<FrameProcess>(std::move(setup), made.init, made.api);
  } else {
    process = std::make_shared<RuntimeApiProcess>(std::move(setup), made.api);
  }
  live_->add(process);
  return std::unique_ptr<platform::Worker>(std::make_unique<ProcessWorker>(std::move(process)));
}

}  // namespace fairlead::workers
