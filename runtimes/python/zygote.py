"""A Python with the runtime and boto3 loaded, which forks itself into prepared sandboxes.

Format and steps: docs/formats/zygote.md. It runs no user code. It lives outside, where the runtime's
folder has another path than in a sandbox (/var/runtime); so its modules are imported as if they
came from there, and a fork finds the rest of them at their places.
"""

import base64
import ctypes
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import select
import signal
import socket
import stat
import sys
import time

_HERE = os.path.dirname(os.path.abspath(__file__))
_INSIDE = "/var/runtime"
_ORDERS = 3
_ORDER_BYTES = 64 * 1024
_ORDER_SECONDS = 2
_MOST_DESCRIPTORS = 32

_RANDOM_DEVICES = (os.makedev(1, 8), os.makedev(1, 9))

_libc = ctypes.CDLL(None, use_errno=True)


# --- Importing from here as if it were /var/runtime ----------------------------------------------

class _Place:
    root = _HERE  # in a fork: _INSIDE

    @classmethod
    def of(cls, inside):
        if inside == _INSIDE or inside.startswith(_INSIDE + "/"):
            return cls.root + inside[len(_INSIDE):]
        return inside


class _Loader(importlib.machinery.SourceFileLoader):
    def path_stats(self, path):
        return super().path_stats(_Place.of(path))

    def get_data(self, path):
        return super().get_data(_Place.of(path))

    def set_data(self, path, data, *, _mode=0o666):
        super().set_data(_Place.of(path), data, _mode=_mode)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname, path, target=None):
        name = fullname.rpartition(".")[2]
        for folder in (_INSIDE, _INSIDE + "/site") if path is None else path:
            if not folder.startswith(_INSIDE):
                continue
            for file, inner in ((folder + "/" + name + "/__init__.py", [folder + "/" + name]),
                                (folder + "/" + name + ".py", None)):
                if os.path.isfile(_Place.of(file)):
                    return importlib.util.spec_from_file_location(
                        fullname, file, loader=_Loader(fullname, file),
                        submodule_search_locations=inner)
        return None


def _top_level_names(folder):
    try:
        return {entry.partition(".")[0] for entry in os.listdir(folder)}
    except OSError:
        return set()


def _load_packages():
    """What functions use most. Without the packages (no `install` yet) the runtime alone."""
    import concurrent.futures.thread  # noqa: F401  (boto3's transfers)
    import email.parser  # noqa: F401
    import http.client  # noqa: F401
    import urllib.request  # noqa: F401
    import uuid  # noqa: F401
    try:
        import boto3  # noqa: F401
        import botocore.session
        import boto3.dynamodb.conditions  # noqa: F401
        import urllib3  # noqa: F401
        from fairlead_runtime import botocore_data
        data = _HERE + "/site/botocore/data"
        # A client brings in what boto3 imports only when it makes one.
        session = botocore.session.Session()
        session.get_component("data_loader").search_paths.append(data)
        session.create_client("dynamodb", region_name="us-east-1", aws_access_key_id="none",
                              aws_secret_access_key="none")
        botocore_data.keep(data)
    except Exception as error:
        print("python zygote: boto3 is not loaded ahead: %s" % error, file=sys.stderr, flush=True)


def _load():
    sys.path[:] = [entry for entry in sys.path
                   if entry and not os.path.abspath(entry).startswith((_HERE, _INSIDE))]
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    from fairlead_runtime import preload, worker
    before = set(sys.modules)
    _load_packages()
    preload.remember(before, _top_level_names(_HERE + "/site"))
    return finder, worker


def _become_inside(finder):
    _Place.root = _INSIDE
    sys.meta_path.remove(finder)
    for folder in list(sys.path_importer_cache):
        if folder.startswith(_INSIDE):
            del sys.path_importer_cache[folder]
    sys.argv = [_INSIDE + "/bootstrap.py"]


# --- Steps of a fork -----------------------------------------------------------------------------

_CLONE_NEWUSER = 0x10000000
# mount, pid, net, ipc, uts
_CLONE_OTHERS = 0x00020000 | 0x20000000 | 0x40000000 | 0x08000000 | 0x04000000
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 4, 22, 24
_PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63
_CLOSE_RANGE = 436
_EINVAL, _EPERM = 22, 1


class _Failed(Exception):
    pass


def _failure(step, number):
    return _Failed("%s: %s" % (step, os.strerror(number)))


def _prctl(step, option, *arguments):
    values = [ctypes.c_ulong(value) if isinstance(value, int) else value for value in arguments]
    values += [ctypes.c_ulong(0)] * (4 - len(values))
    if _libc.prctl(ctypes.c_int(option), *values) != 0:
        raise _failure(step, ctypes.get_errno())


def _attempt(step, action, *arguments):
    try:
        return action(*arguments)
    except (OSError, ValueError) as error:
        raise _Failed("%s: %s" % (step, getattr(error, "strerror", None) or error)) from None


def _setns(pidfd):
    if _libc.setns(pidfd, _CLONE_NEWUSER | _CLONE_OTHERS) == 0:
        return
    if ctypes.get_errno() == _EINVAL and _libc.setns(pidfd, _CLONE_OTHERS) == 0:
        return
    raise _failure("setns", ctypes.get_errno())


def _set_limits(order):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft = order["maxOpenFiles"]
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    _attempt("open files", resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
    processes = order["maxProcesses"]
    _attempt("processes", resource.setrlimit, resource.RLIMIT_NPROC, (processes, processes))
    _attempt("core", resource.setrlimit, resource.RLIMIT_CORE, (0, 0))


def _empty_bounding_set():
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            _prctl("bounding set", _PR_CAPBSET_DROP, capability)
        except _Failed:
            if ctypes.get_errno() == _EINVAL:
                return  # the kernel knows no more
            raise


def _become_user(uid, gid):
    try:
        os.setgroups([])
    except OSError as error:
        if error.errno != _EPERM:
            raise _failure("setgroups", error.errno) from None
    if gid >= 0:
        _attempt("setresgid", os.setresgid, gid, gid, gid)
    if uid >= 0:
        _attempt("setresuid", os.setresuid, uid, uid, uid)


def _drop_capabilities():
    try:
        _prctl("ambient capabilities", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    except _Failed:
        if ctypes.get_errno() != _EINVAL:
            raise
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    if _libc.capset(header, none) != 0:
        raise _failure("capset", ctypes.get_errno())


class _FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def _load_filter(code):
    if not code:
        return
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _FilterProgram(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    _prctl("seccomp", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program))


def _is_random_source(descriptor):
    """A library (s2n in awscrt) may hold one open for good and loops for ever when it is gone."""
    try:
        found = os.fstat(descriptor)
    except OSError:
        return False
    return stat.S_ISCHR(found.st_mode) and found.st_rdev in _RANDOM_DEVICES


def _close_others(report):
    """All but 0 to 3, `report` and sources of random bytes."""
    kept = {fd for fd in map(int, os.listdir("/proc/self/fd")) if _is_random_source(fd)}
    first = 4
    for keep in sorted({fd for fd in kept if fd > 3} | {report, 0x100000000}):
        last, beginning = keep - 1, first
        first = keep + 1
        if beginning > last:
            continue
        if _libc.syscall(_CLOSE_RANGE, ctypes.c_uint(beginning), ctypes.c_uint(last), 0) != 0:
            os.closerange(beginning, min(last + 1, 65536))


def _take_descriptors(descriptors):
    """All of them are above 3, because 0 to 3 are in use here."""
    null = os.open("/dev/null", os.O_RDWR)
    for target, source in enumerate([null] + descriptors[1:4]):
        os.dup2(source, target)


def _become_worker(order, descriptors, report):
    """C: everything before the first instruction of the runtime's loop."""
    _attempt("setsid", os.setsid)
    _attempt("descriptors", _take_descriptors, descriptors)
    _attempt("working folder", os.chdir, order.get("workingFolder") or "/")
    _set_limits(order)
    _empty_bounding_set()
    _become_user(order["uid"], order["gid"])
    _drop_capabilities()
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _close_others(report)
    os.environ.clear()
    os.environ.update(order["environment"])
    code = base64.b64decode(order.get("seccomp") or "")
    _prctl("no new privileges", _PR_SET_NO_NEW_PRIVS, 1)
    _load_filter(code)
    os.write(report, b"ok %d" % os.getpid())
    os.close(report)


def _run_step(report, step, *arguments):
    """Runs `step` in A, B or C; a failure is reported and ends the process."""
    try:
        return step(*arguments)
    except BaseException as error:
        text = str(error) if isinstance(error, _Failed) else "%s: %s" % (type(error).__name__, error)
        try:
            os.write(report, text.encode("utf-8", "replace"))
        finally:
            os._exit(1)


def _enter(order, descriptors, report):
    """A: joins the sandbox. Returns only in C, the worker."""
    for cgroup in descriptors[4:4 + order.get("cgroups", 0)]:
        _attempt("cgroup", os.write, cgroup, b"0")
    _setns(descriptors[0])
    second = _attempt("fork", os.fork)
    if second:
        os.waitpid(second, 0)
        os._exit(0)
    third = _attempt("fork", os.fork)
    if third:
        os._exit(0)
    _become_worker(order, descriptors, report)


# --- Orders --------------------------------------------------------------------------------------

class _Forked(Exception):
    """Not a failure: this process is the fork now."""


def _wait_for_report(reader):
    text = b""
    end = time.monotonic() + _ORDER_SECONDS
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    while True:
        left = end - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            return text or b"no answer from the fork"
        some = os.read(reader, 4096)
        if not some:
            return text or b"the fork ended without a word"
        text += some


def _carry_out(order, descriptors):
    reader, writer = os.pipe()
    first = os.fork()
    if first == 0:
        os.close(reader)
        _run_step(writer, _enter, order, descriptors, writer)
        raise _Forked
    os.close(writer)
    report = _wait_for_report(reader)
    os.close(reader)
    try:
        os.waitpid(first, os.WNOHANG if report == b"no answer from the fork" else 0)
    except ChildProcessError:
        pass
    if report.startswith(b"ok "):
        return {"pid": int(report[3:])}
    return {"error": report.decode("utf-8", "replace")}


def _answer(orders, data, descriptors):
    order = {}
    try:
        order = json.loads(data)
        if len(descriptors) < 4 + order.get("cgroups", 0):
            raise _Failed("descriptors: %d came" % len(descriptors))
        reply = _carry_out(order, descriptors)
    except _Forked:
        raise
    except Exception as error:
        reply = {"error": str(error)}
    reply["id"] = order.get("id") if isinstance(order, dict) else None
    orders.send(json.dumps(reply).encode())


def _receive(orders):
    size = socket.CMSG_SPACE(_MOST_DESCRIPTORS * 4)
    data, ancillary, _, _ = orders.recvmsg(_ORDER_BYTES, size, socket.MSG_CMSG_CLOEXEC)
    descriptors = []
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            for at in range(0, len(content) // 4 * 4, 4):
                descriptors.append(int.from_bytes(content[at:at + 4], sys.byteorder))
    return data, descriptors


def _serve(orders):
    """Returns in a fork only."""
    while True:
        data, descriptors = _receive(orders)
        if not data:
            os._exit(0)  # the server is gone
        try:
            _answer(orders, data, descriptors)
        except _Forked:
            orders.detach()  # its number is the worker's channel now
            return
        for descriptor in descriptors:
            os.close(descriptor)


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    orders = socket.socket(fileno=_ORDERS)
    finder, worker = _load()
    gc.collect()
    gc.freeze()
    orders.send(b'{"ready":1}')
    _serve(orders)
    _become_inside(finder)
    worker.run()


main()
