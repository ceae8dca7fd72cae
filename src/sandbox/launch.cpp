// One launch, step by step with the first process: namespaces, users, plan, listeners, way out,
// start or fork.
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.h"
#include "base/park.h"
#include "net/child_ends.h"
#include "sandbox/clone.h"
#include "sandbox/control.h"
#include "sandbox/egress.h"
#include "sandbox/errors.h"
#include "sandbox/sandbox_child.h"
#include "sandbox/seccomp.h"

namespace fairlead::sandbox {

namespace {

constexpr int kStepTimeoutMs = 20'000;  // for an answer of the first process
constexpr int kHttpPort = 80, kHttpsPort = 443;
constexpr int kOurOwn = 1;  // process in the group: the first
constexpr int kControlBuffer = 1024 * 1024;

class Launch {
 public:
  Launch(const std::shared_ptr<House>& house, net::ChildSpec& spec)
      : house_(house), spec_(spec), holdings_(std::make_unique<Holdings>(house->server)) {}
  ~Launch();
  Result<std::unique_ptr<net::Child>> run();

 private:
  Status make_ends();
  Status make_group();
  void join_group();
  Status make_process();
  Status send_plan();
  Plan plan() const;
  Status take_listeners();
  Status start_function();
  Status start_by_fork();
  Result<Message> await(MessageKind kind);
  Status send(MessageKind kind, std::vector<std::int64_t> numbers = {});

  const std::shared_ptr<House>& house_;
  net::ChildSpec& spec_;
  std::unique_ptr<Holdings> holdings_;
  net::ChildEnds output_, errors_, channel_, control_;
  std::shared_ptr<const std::vector<net::Descriptor>> procs_;  // the group's; or none
  Future<Status> joined_;
  bool joining_ = false;
  net::Child::Descriptors descriptors_;
  IdMaps ids_;
  int pid_ = -1;
};

Launch::~Launch() {
  if (pid_ < 0) return;
  if (joining_) (void)joined_.get();  // by its number, which must be nobody else's by then
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Status Launch::make_ends() {
  if (spec_.argv.empty()) return cannot_sandbox("program", ENOENT);
  output_ = TRY(net::make_child_pipe());
  errors_ = TRY(net::make_child_pipe());
  if (spec_.channel != net::ChildChannel::kNone) {
    channel_ = TRY(net::make_child_channel(spec_.channel));
  }
  control_ = TRY(net::make_child_channel(net::ChildChannel::kSeqPacket));
  for (const int fd : {control_.ours.get(), control_.theirs.get()}) {
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kControlBuffer, sizeof kControlBuffer);
  }
  return {};
}

Status Launch::make_group() {
  if (!house_->cgroups) return {};
  holdings_->cgroup = TRY(house_->cgroups->make());
  TRY(holdings_->cgroup->limit_processes(spec_.max_processes + kOurOwn));
  if (spec_.attachment) TRY(holdings_->cgroup->limit_memory(memory_limit(*spec_.attachment)));
  procs_ =
      std::make_shared<const std::vector<net::Descriptor>>(TRY(holdings_->cgroup->open_procs()));
  return {};
}

// The first process joins, and what it starts is born there. The kernel may take its ten
// milliseconds for it, so this goes on beside the rest.
void Launch::join_group() {
  joining_ = true;
  if (!procs_) return joined_.set({});
  house_->joining.post([procs = procs_, pid = std::to_string(pid_), joined = joined_] {
    for (const net::Descriptor& file : *procs) {
      if (::write(file.get(), pid.data(), pid.size()) < 0) {
        return joined.set(cannot_sandbox("joining the control group", errno));
      }
    }
    joined.set({});
  });
}

Status Launch::make_process() {
  const net::Descriptor input = net::above_standard(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!input.open()) return cannot_sandbox("/dev/null", errno);
  pid_ = TRY(clone_first_process({input.get(), output_.theirs.get(), errors_.theirs.get(),
                                  channel_.theirs.get(), control_.theirs.get()}));
  control_.theirs.close();
  descriptors_.exit = net::Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  const std::string status = "/proc/" + std::to_string(pid_) + "/status";
  descriptors_.status = net::Descriptor(::open(status.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptors_.exit.open() || !descriptors_.status.open()) {
    return cannot_sandbox("pidfd", errno);
  }
  net::prefer_for_oom(pid_);
  ids_ = house_->identities ? house_->identities->next() : Identities::single();
  TRY(write_id_maps(pid_, ids_));
  // So that the function may open /dev/stdout, which leads to the pipe.
  for (const int fd : {output_.theirs.get(), errors_.theirs.get()}) {
    (void)!::fchown(fd, static_cast<uid_t>(ids_.outer_function), static_cast<gid_t>(-1));
  }
  return {};
}

Plan Launch::plan() const {
  Plan plan;
  plan.opener = house_->opener();
  plan.mounts = house_->skeleton->base_mounts();
  for (PlannedMount& mount : planned(spec_.mounts)) plan.mounts.push_back(std::move(mount));
  if (spec_.attachment) {
    for (PlannedMount& mount : planned(spec_.attachment->mounts)) {
      plan.mounts.push_back(std::move(mount));
    }
  } else if (plan.opener == Opener::kFirstProcess) {
    plan.attachable = house_->options.attachable;
  }
  plan.tmp_bytes = spec_.attachment.value_or(net::ChildAttachment{}).tmp_bytes;
  plan.tcp_ports = {kHttpPort, kHttpsPort};
  const int own = house_->options.server_port;
  if (own != 0 && own != kHttpPort && own != kHttpsPort) plan.tcp_ports.push_back(own);
  if (spec_.api_port != 0) plan.tcp_ports.push_back(spec_.api_port);
  plan.uid = kFunctionUid;
  plan.gid = kFunctionGid;
  plan.changes_ids = house_->identities != nullptr;
  plan.argv = spec_.argv;
  plan.environment = spec_.environment;
  plan.working_folder = spec_.working_folder;
  plan.max_open_files = spec_.max_open_files;
  plan.max_processes = spec_.max_processes;
  return plan;
}

Status Launch::send_plan() {
  const Plan plan = this->plan();
  Message message = to_message(plan);
  message.descriptors = TRY(prepare_mounts(*house_, plan.mounts));
  if (send_message(control_.ours.get(), message)) return {};
  return cannot_sandbox("sending the plan", errno);
}

Status Launch::send(MessageKind kind, std::vector<std::int64_t> numbers) {
  const Message message{kind, {}, std::move(numbers), {}};
  if (send_message(control_.ours.get(), message)) return {};
  return cannot_sandbox("talking to the sandbox", errno);
}

Result<Message> Launch::await(MessageKind kind) {
  auto message = await_message(control_.ours.get(), kStepTimeoutMs);
  if (!message) return cannot_sandbox("the sandbox's first process does not answer");
  if (message->kind == MessageKind::kFailed && !message->texts.empty() &&
      !message->numbers.empty()) {
    return cannot_sandbox(message->texts[0], static_cast<int>(message->numbers[0]));
  }
  if (message->kind != kind) return cannot_sandbox("the sandbox's first process is out of step");
  return std::move(*message);
}

Status Launch::take_listeners() {
  Message message = TRY(await(MessageKind::kListeners));
  std::vector<net::Descriptor>& sockets = message.descriptors;
  if (sockets.size() != plan().tcp_ports.size() + 1) {
    return cannot_sandbox("listening inside", EBADMSG);
  }
  holdings_->resolver =
      Resolver::start(house_->loops.pick(), std::move(sockets.back()), house_->upstream);
  sockets.pop_back();
  if (spec_.api_port != 0) {
    descriptors_.api = std::move(sockets.back());
    sockets.pop_back();
  }
  const std::string origin = spec_.attachment ? spec_.attachment->origin : "";
  for (net::Descriptor& socket : sockets) {
    holdings_->listeners.push_back(TRY(house_->server.adopt(std::move(socket), origin)));
  }
  return {};
}

Status Launch::start_by_fork() {
  net::ForkOrder order;
  order.sandbox = descriptors_.exit.get();
  order.output = output_.theirs.get();
  order.errors = errors_.theirs.get();
  order.channel = channel_.theirs.get();
  if (procs_) {
    for (const net::Descriptor& procs : *procs_) order.cgroups.push_back(procs.get());
  }
  order.environment = spec_.environment;
  order.working_folder = spec_.working_folder;
  if (house_->identities) {
    order.uid = kFunctionUid;
    order.gid = kFunctionGid;
  }
  order.max_open_files = spec_.max_open_files;
  order.max_processes = spec_.max_processes;
  order.seccomp = function_filter_bytes();
  const int number = TRY(spec_.forker->fork_into(order));
  return send(MessageKind::kForked, {number});
}

Status Launch::start_function() {
  TRY(await(MessageKind::kReady));
  TRY(joined_.get());
  const Status forked = spec_.forker ? start_by_fork() : Status{};
  if (!forked.ok() && !house_->said_forker_failed.exchange(true)) {
    log_warn("functions cannot be forked from a process that is warm; they are started anew",
             {{"reason", forked.error().message}});
  }
  if (!spec_.forker || !forked.ok()) TRY(send(MessageKind::kStart));
  TRY(await(MessageKind::kStarted));
  return {};
}

Result<std::unique_ptr<net::Child>> Launch::run() {
  TRY(make_ends());
  TRY(make_group());
  TRY(make_process());
  join_group();
  TRY(send_plan());
  TRY(take_listeners());
  if (house_->options.egress == Egress::kOpen) {
    holdings_->outside = TRY(connect_outside(*house_->plain, house_->slirp, pid_));
  }
  TRY(start_function());
  descriptors_.output = std::move(output_.ours);
  descriptors_.errors = std::move(errors_.ours);
  descriptors_.channel = std::move(channel_.ours);
  const int pid = std::exchange(pid_, -1);
  return std::make_unique<SandboxChild>(house_, pid, std::move(descriptors_),
                                        std::move(control_.ours), std::move(holdings_));
}

}  // namespace

Result<std::unique_ptr<net::Child>> launch_sandbox(const std::shared_ptr<House>& house,
                                                   net::ChildSpec& spec) {
  return Launch(house, spec).run();
}

}  // namespace fairlead::sandbox
