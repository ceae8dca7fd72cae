// Builds the program of seccomp.h. Linear: one comparison for each name. The kernel remembers which
// calls are always allowed, so ordinary calls do not walk through it.
#include "sandbox/seccomp.h"

#include <linux/audit.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace fairlead::sandbox {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "No seccomp filter for this architecture"
#endif

constexpr std::uint32_t kX32Bit = 0x40000000;  // x86-64's second system call table
constexpr std::uint32_t kNewNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                         CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
// Younger than Debian 12's headers; the numbers are the same on every architecture.
constexpr int kQuotactlFd = 443, kMountSetattr = 442, kOpenTreeAttr = 467, kMemfdSecret = 447;

constexpr int kDenied[] = {
    // Mounts and roots.
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_move_mount,
    SYS_open_tree,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fspick,
    kMountSetattr,
    kOpenTreeAttr,
    // Namespaces, other processes.
    SYS_unshare,
    SYS_setns,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kcmp,
    SYS_pidfd_getfd,
    SYS_personality,
    // Broad doors into the kernel.
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    kMemfdSecret,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_fanotify_init,
    SYS_fanotify_mark,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    SYS_lookup_dcookie,
    SYS_move_pages,
    SYS_migrate_pages,
    // The machine.
    SYS_kexec_load,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_reboot,
    SYS_swapon,
    SYS_swapoff,
    SYS_quotactl,
    kQuotactlFd,
    SYS_acct,
    SYS_syslog,
    SYS_vhangup,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_clock_adjtime,
    SYS_adjtimex,
    SYS_nfsservctl,
#ifdef SYS_kexec_file_load
    SYS_kexec_file_load,
#endif
#ifdef SYS_iopl
    SYS_iopl,
    SYS_ioperm,
    SYS_modify_ldt,
    SYS_uselib,
    SYS__sysctl,
    SYS_ustat,
    SYS_sysfs,
#endif
};

// Offsets into what the filter sees of a call. Arguments are 64 bits wide; the low half comes first
// on both architectures.
constexpr std::uint32_t kNumber = offsetof(seccomp_data, nr);
constexpr std::uint32_t kArch = offsetof(seccomp_data, arch);
constexpr std::uint32_t argument(std::uint32_t index) {
  return offsetof(seccomp_data, args) + index * 8;
}

class Program {
 public:
  void load(std::uint32_t offset) { add(BPF_LD | BPF_W | BPF_ABS, offset); }
  void answer(std::uint32_t what) { add(BPF_RET | BPF_K, what); }
  // When the loaded word is `value`, the next `count` instructions run, else they are skipped.
  void if_equal(std::uint32_t value, std::uint8_t count) {
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count);
  }
  void unless_equal(std::uint32_t value, std::uint8_t count) {
    add(BPF_JMP | BPF_JEQ | BPF_K, value, count, 0);
  }
  void if_any_bit(std::uint32_t bits, std::uint8_t count) {
    add(BPF_JMP | BPF_JSET | BPF_K, bits, 0, count);
  }
  std::vector<sock_filter> take() { return std::move(code_); }

 private:
  void add(unsigned code, std::uint32_t k, std::uint8_t yes = 0, std::uint8_t no = 0) {
    code_.push_back({static_cast<std::uint16_t>(code), yes, no, k});
  }
  std::vector<sock_filter> code_;
};

constexpr std::uint32_t refusal(int error_number) {
  return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error_number);
}

// The numbers of the checks are how many instructions follow that belong to them.
void check_clone(Program& program) {
  program.if_equal(SYS_clone, 4);
  program.load(argument(0));
  program.if_any_bit(kNewNamespaces, 1);
  program.answer(refusal(EPERM));
  program.answer(SECCOMP_RET_ALLOW);
  program.if_equal(SYS_clone3, 1);
  program.answer(refusal(ENOSYS));
}

void check_socket(Program& program) {
  program.if_equal(SYS_socket, 12);
  program.load(argument(0));
  for (const int family : {AF_UNIX, AF_INET, AF_INET6}) {
    program.if_equal(static_cast<std::uint32_t>(family), 1);
    program.answer(SECCOMP_RET_ALLOW);
  }
  program.if_equal(AF_NETLINK, 3);
  program.load(argument(2));
  program.if_equal(NETLINK_ROUTE, 1);
  program.answer(SECCOMP_RET_ALLOW);
  program.answer(refusal(EAFNOSUPPORT));
}

// Pushing keystrokes into a terminal.
void check_ioctl(Program& program) {
  program.if_equal(SYS_ioctl, 4);
  program.load(argument(1));
  program.if_equal(TIOCSTI, 1);
  program.answer(refusal(EPERM));
  program.answer(SECCOMP_RET_ALLOW);
}

std::vector<sock_filter> build() {
  Program program;
  program.load(kArch);
  program.unless_equal(kArchitecture, 1);
  program.answer(SECCOMP_RET_KILL_PROCESS);
  program.load(kNumber);
#if defined(__x86_64__)
  program.if_any_bit(kX32Bit, 1);
  program.answer(SECCOMP_RET_KILL_PROCESS);
#endif
  for (const int number : kDenied) {
    program.if_equal(static_cast<std::uint32_t>(number), 1);
    program.answer(refusal(EPERM));
  }
  check_clone(program);
  check_socket(program);
  check_ioctl(program);
  program.answer(SECCOMP_RET_ALLOW);
  return program.take();
}

}  // namespace

const std::vector<sock_filter>& function_filter() {
  static const std::vector<sock_filter> filter = build();
  return filter;
}

std::string function_filter_bytes() {
  const auto& filter = function_filter();
  return {reinterpret_cast<const char*>(filter.data()), filter.size() * sizeof(sock_filter)};
}

}  // namespace fairlead::sandbox
