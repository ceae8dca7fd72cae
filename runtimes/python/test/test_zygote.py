"""The zygote forks workers into sandboxes made by unshare(1). Needs root."""

import base64
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest

from driver import FOLDER, SECONDS, Case, Frames, READY, for_each_python, init_body, write_files

# Inside: /var/runtime, /var/task and the interpreter as a function sees them; then it waits to be
# killed.
SANDBOX = """
set -e
mount --make-rprivate /
mount -t tmpfs none /var
mkdir /var/runtime /var/task /var/lang
mount --bind "$1" /var/runtime
mount --bind "$2" /var/task
mount --bind "$3" /var/lang
if [ "$3" != /usr ]; then
  mount -t tmpfs -o mode=755 none "/$(echo "$3" | cut -d/ -f2)"
  mkdir -p "$3"
  mount --bind /var/lang "$3"
fi
mount -t proc none /proc
echo ready
exec sleep 1000
"""
ALLOW_ALL = struct.pack("HBBI", 6, 0, 0, 0x7FFF0000)
# mkdirat and mkdir are refused with EPERM, all else is allowed (x86-64 numbers).
NO_MKDIR = (struct.pack("HBBI", 0x20, 0, 0, 0) + struct.pack("HBBI", 0x15, 1, 0, 83) +
            struct.pack("HBBI", 0x15, 0, 1, 258) + struct.pack("HBBI", 6, 0, 0, 0x00050001) +
            ALLOW_ALL)

REPORT = """
import os, sys
def status(name):
    return [l.split(None, 1)[1].strip() for l in open('/proc/self/status') if l.startswith(name + ':')][0]
def handler(event, context):
    import boto3, urllib3, json
    try:
        os.mkdir('/tmp/no'); made = 'made'
    except OSError as error:
        made = error.strerror
    return {'pid': os.getpid(), 'parent': os.getppid(), 'uid': os.getresuid(), 'gid': os.getresgid(),
            'groups': os.getgroups(), 'caps': [status(n) for n in ('CapEff', 'CapPrm', 'CapBnd', 'CapInh')],
            'no_new_privs': status('NoNewPrivs'), 'seccomp': status('Seccomp'), 'mkdir': made,
            'fds': sorted(os.listdir('/proc/self/fd'), key=int)[:-1], 'boto3': boto3.__file__,
            'path': sys.path[:3], 'environment': dict(os.environ).get('TABLE'),
            'left': [n for n in os.environ if n.startswith('FAIRLEAD')], 'session': os.getsid(0) == os.getpid(),
            'client': boto3.client('s3', region_name='us-east-1', aws_access_key_id='k',
                                   aws_secret_access_key='s').meta.endpoint_url,
            'main': sys.argv, 'named': boto3.Session.__init__.__code__.co_filename,
            'finders': [type(f).__name__ for f in sys.meta_path if type(f).__module__ == '__main__'],
            'late': __import__('botocore.docs', fromlist=['x']).__file__}
"""


def needs_root(test):
    return unittest.skipUnless(os.geteuid() == 0, "needs root")(test)


class Zygote:
    def __init__(self, python):
        self.orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.orders.settimeout(SECONDS)
        self.process = subprocess.Popen(
            [python, "-S", "-X", "utf8", FOLDER + "/zygote.py"], pass_fds=(3,), cwd="/",
            preexec_fn=lambda: os.dup2(theirs.fileno(), 3), stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "FAIRLEAD_ZYGOTE": "1", "LANG": "en_US.UTF-8"})
        theirs.close()
        assert json.loads(self.orders.recv(4096)) == {"ready": 1}

    def order(self, pidfd, channel, identifier=1, cgroups=(), **more):
        out = os.open("/dev/null", os.O_WRONLY)
        order = {"id": identifier, "environment": {"FAIRLEAD_FRAMES": "1"}, "workingFolder": "/",
                 "uid": 993, "gid": 990, "maxOpenFiles": 512, "maxProcesses": 100,
                 "cgroups": len(cgroups), "seccomp": base64.b64encode(NO_MKDIR).decode()}
        order.update(more)
        descriptors = [pidfd, out, out, channel, *cgroups]
        self.orders.sendmsg([json.dumps(order).encode()], [(
            socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("%di" % len(descriptors), *descriptors))])
        os.close(out)
        return json.loads(self.orders.recv(4096))

    def stop(self):
        self.orders.close()
        return self.process.wait(SECONDS)


class Sandbox:
    def __init__(self, files, python):
        prefix = os.path.dirname(os.path.dirname(python))
        self.folder = tempfile.mkdtemp(prefix="fairlead-zygote-")
        os.chmod(self.folder, 0o755)
        write_files(self.folder + "/task", files)
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child",
             "sh", "-c", SANDBOX, "sh", FOLDER, self.folder + "/task", prefix],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        line = self.process.stdout.readline()
        assert line == b"ready\n", line
        children = "/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)
        self.first = int(open(children).read().split()[0])
        self.pidfd = os.pidfd_open(self.first)

    def stop(self):
        os.kill(self.first, signal.SIGKILL)
        os.close(self.pidfd)
        self.process.stdout.close()
        self.process.wait()
        shutil.rmtree(self.folder)


class ZygoteTest(Case):
    def start(self, files):
        if not os.path.exists(FOLDER + "/site/boto3"):
            self.skipTest("runtimes/python/install has not run")
        zygote = Zygote(self.python)
        sandbox = Sandbox(files, self.python)
        return zygote, sandbox

    def fork(self, zygote, sandbox, **more):
        ours, theirs = socket.socketpair()
        started = time.monotonic()
        reply = zygote.order(sandbox.pidfd, theirs.fileno(), **more)
        theirs.close()
        return Frames(ours), reply, (time.monotonic() - started) * 1000

    @needs_root
    @for_each_python
    def test_a_fork_is_a_worker_inside(self):
        zygote, sandbox = self.start({"app.py": REPORT})
        try:
            frames, reply, took_ms = self.fork(zygote, sandbox)
            self.assertEqual(sorted(reply), ["id", "pid"], reply)
            frames.send(1, init_body("/var/task", self.minor, "app.handler", {"TABLE": "t"}))
            kind, body = frames.next()
            self.assertEqual(kind, READY, (body, frames.logs))
            what, text = frames.call({})[:2]
            self.assertEqual(what, "answer", (text, frames.logs))
            told = json.loads(text)
            self.assertEqual(told.pop("path"), [
                "/var/task", "/var/runtime", "/var/runtime/site"])
            self.assertEqual(told, {
                "pid": reply["pid"], "parent": 1, "uid": [993] * 3, "gid": [990] * 3, "groups": [],
                "caps": ["0000000000000000"] * 4, "no_new_privs": "1", "seccomp": "2",
                "mkdir": "Operation not permitted", "fds": ["0", "1", "2", "3"],
                "boto3": "/var/runtime/site/boto3/__init__.py", "environment": "t", "left": [],
                "session": True, "client": "https://s3.amazonaws.com",
                "main": ["/var/runtime/bootstrap.py"], "finders": [],
                "named": "/var/runtime/site/boto3/session.py",
                "late": "/var/runtime/site/botocore/docs/__init__.py"})
            print("python3.%d: a fork is inside after %.1f ms" % (self.minor, took_ms))
            # The zygote's end is not its forks' end.
            self.assertEqual(zygote.stop(), 0)
            self.assertEqual(frames.call({})[0], "answer")
        finally:
            zygote.stop()
            sandbox.stop()

    @needs_root
    @for_each_python
    def test_many_forks_differ_and_leave_nothing(self):
        zygote, sandbox = self.start({"app.py": "import random, uuid\ndef handler(event, context):\n"
                                      "    return [random.random(), str(uuid.uuid4())]\n"})
        try:
            seen, before = [], len(os.listdir("/proc/%d/fd" % zygote.process.pid))
            for number in range(5):
                frames, reply, _ = self.fork(zygote, sandbox, identifier=number)
                self.assertEqual(reply.get("id"), number, reply)
                frames.send(1, init_body("/var/task", self.minor, "app.handler", {}))
                self.assertEqual(frames.next()[0], READY)
                seen += json.loads(frames.call({})[1])
                frames.end.close()
            self.assertEqual(len(set(seen)), 10)
            self.assertEqual(len(os.listdir("/proc/%d/fd" % zygote.process.pid)), before)
            children = open("/proc/%d/task/%d/children" % ((zygote.process.pid,) * 2)).read()
            self.assertEqual(children, "")
        finally:
            zygote.stop()
            sandbox.stop()

    @needs_root
    @for_each_python
    def test_what_the_function_brings_comes_first(self):
        files = {"app.py": "import boto3, queue, email.message\ndef handler(event, context):\n"
                           "    return [boto3.V, queue.V, email.message.__name__]\n",
                 "boto3/__init__.py": "V = 'own'", "queue.py": "V = 'own'", "email/letter.txt": ""}
        zygote, sandbox = self.start(files)
        try:
            frames, _, _ = self.fork(zygote, sandbox)
            frames.send(1, init_body("/var/task", self.minor, "app.handler", {}))
            self.assertEqual(frames.next()[0], READY, frames.logs)
            self.assertEqual(frames.call({}), ("answer", '["own", "own", "email.message"]'))
        finally:
            zygote.stop()
            sandbox.stop()

    @needs_root
    @for_each_python
    def test_failures_are_told(self):
        zygote, sandbox = self.start({"app.py": ""})
        try:
            with open("/dev/null") as file:
                zygote_reply = zygote.order(file.fileno(), file.fileno())
            self.assertRegex(zygote_reply["error"], "^setns: ")
            _, reply, _ = self.fork(zygote, sandbox, workingFolder="/none")
            self.assertEqual(reply["error"], "working folder: No such file or directory")
            _, reply, _ = self.fork(zygote, sandbox, seccomp=base64.b64encode(b"\xff" * 8).decode())
            self.assertRegex(reply["error"], "^seccomp: ")
            zygote.orders.send(b"no json")
            self.assertIn("error", json.loads(zygote.orders.recv(4096)))
            _, reply, _ = self.fork(zygote, sandbox)
            self.assertIn("pid", reply)
        finally:
            self.assertEqual(zygote.stop(), 0)
            sandbox.stop()


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    unittest.main()
