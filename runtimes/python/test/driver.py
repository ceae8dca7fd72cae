"""The server's side of docs/formats/worker-frames.md, as small as a test needs it: starts the
bootstrap with a socketpair on descriptor 3 and a folder made of the given files."""

import glob
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REQUEST_ID = "11111111-2222-4333-8444-555555555555"
SECONDS = 20
READY, INIT_ERROR, RESPONSE, FUNCTION_ERROR, LOG = 16, 17, 18, 19, 20


def interpreters():
    """Version (the 12 of 3.12) -> program, for every Python from 3.8 on that this machine has."""
    only = os.environ.get("FAIRLEAD_TEST_PYTHON")
    patterns = [only] if only else ["/usr/bin/python3.*", "/usr/local/bin/python3.*",
                                    os.path.expanduser("~/.pyenv/versions/3.*/bin/python3.*")]
    found = {}
    for pattern in patterns:
        for program in sorted(glob.glob(pattern)):
            match = re.search(r"python3\.(\d+)$", os.path.realpath(program))
            if match and int(match.group(1)) >= 8:
                found.setdefault(int(match.group(1)), os.path.realpath(program))
    return found


PYTHONS = interpreters()


def for_each_python(test):
    """Runs a test method once for every interpreter: self.minor, self.python."""
    def run(self):
        self.assertTrue(PYTHONS, "no Python to test with")
        for minor, program in sorted(PYTHONS.items()):
            with self.subTest(python="3.%d" % minor):
                self.minor, self.python = minor, program
                test(self)
    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


def frame(kind, body=b""):
    return (len(body) + 1).to_bytes(4, "little") + bytes((kind,)) + body


def with_header(header, payload):
    text = json.dumps(header).encode()
    return len(text).to_bytes(4, "little") + text + payload


class Frames:
    """Frames over a socket, from the server's side."""

    def __init__(self, end):
        self.end = end
        self.end.settimeout(SECONDS)
        self.logs = []
        self._rest = b""

    def send(self, kind, body=b""):
        self.end.sendall(frame(kind, body))

    def next(self):
        """The next frame that is no log: type and body; (None, b"") at the end."""
        while True:
            while len(self._rest) < 4 or len(self._rest) < 4 + int.from_bytes(self._rest[:4], "little"):
                try:
                    some = self.end.recv(1 << 20)
                except ConnectionResetError:
                    some = b""
                if not some:
                    return None, b""
                self._rest += some
            size = 4 + int.from_bytes(self._rest[:4], "little")
            kind, body, self._rest = self._rest[4], self._rest[5:size], self._rest[size:]
            if kind != LOG:
                return kind, body
            self.logs.append(body[8:].decode())

    def invoke(self, payload, **header):
        whole = {"requestId": REQUEST_ID, "deadlineMs": int(time.time() * 1000) + 3000,
                 "invokedFunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:tested",
                 "traceId": "Root=1-2-3"}
        whole.update(header)
        text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.send(2, with_header(whole, text))

    def call(self, payload=None, **header):
        """("answer", text), ("error", object, type) or ("end",)."""
        self.invoke(payload, **header)
        kind, body = self.next()
        if kind is None:
            return ("end",)
        if kind == RESPONSE:
            return "answer", body.decode()
        size = int.from_bytes(body[:4], "little")
        return "error", json.loads(body[4 + size:]), json.loads(body[4:4 + size])["errorType"]


def init_body(task_root, minor, handler, environment, **more):
    body = {
        "handler": handler, "runtime": "python3.%d" % minor, "taskRoot": task_root, "layers": [],
        "environment": dict({"PATH": os.environ["PATH"], "TZ": ":UTC",
                             "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/tested",
                             "AWS_LAMBDA_LOG_STREAM_NAME": "stream"}, **environment),
        "function": {"name": "tested", "version": "$LATEST", "memoryMb": 128, "timeoutMs": 3000,
                     "arn": "arn:aws:lambda:us-east-1:000000000000:function:tested",
                     "logGroup": "/aws/lambda/tested", "logStream": "stream"},
    }
    body.update(more)
    return json.dumps(body).encode()


def write_files(folder, files):
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


class Worker(Frames):
    def __init__(self, python, minor, files, handler="app.handler", environment=None, layer=None,
                 start=None, **more):
        ours, theirs = socket.socketpair()
        super().__init__(ours)
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="fairlead-python-"))
        self.task_root = self.folder + "/task"
        os.mkdir(self.task_root)
        write_files(self.task_root, {"app.py": files} if isinstance(files, str) else files)
        if layer:
            write_files(self.folder + "/opt", layer)
            more["layers"] = [self.folder + "/opt"]
        spare = os.open("/dev/null", os.O_RDONLY)  # so that 3 is nobody's in what follows

        def descriptors():
            os.dup2(theirs.fileno(), 3)

        self.process = subprocess.Popen(
            [python, "-S", "-X", "utf8", FOLDER + "/bootstrap.py"], preexec_fn=descriptors,
            pass_fds=(3,), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, cwd=self.folder,
            env=dict({"PATH": os.environ["PATH"], "PYTHONPATH": FOLDER, "FROM_START": "yes",
                      "FAIRLEAD_FRAMES": "1"}, **(start or {})))
        os.close(spare)
        theirs.close()
        self.send(1, init_body(self.task_root, minor, handler, environment or {}, **more))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end.close()
        self.process.kill()
        self.process.stdout.close()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def exit_code(self):
        return self.process.wait(SECONDS)


class Case(unittest.TestCase):
    maxDiff = None

    def worker(self, files, **options):
        return Worker(self.python, self.minor, files, **options)

    def ready(self, files, **options):
        worker = self.worker(files, **options)
        kind, body = worker.next()
        if kind != READY:
            with worker:
                self.fail("not ready: %s %s %s" % (kind, body, worker.logs))
        return worker

    def init_error(self, files, **options):
        with self.worker(files, **options) as worker:
            kind, body = worker.next()
            self.assertEqual(kind, INIT_ERROR, worker.logs)
            self.assertEqual(worker.exit_code(), 1)
            return json.loads(body), worker.logs


if os.path.dirname(FOLDER) not in sys.path:
    sys.dont_write_bytecode = True
