"""Starts and stops what is measured: our echo server, the product, and the peers from npm.

Each server is a context manager with `pid` and `port`. Their output goes to a file in the scratch
folder and is shown when one does not start.
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import time

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(BENCH)
PEERS = os.path.join(BENCH, "peers")
NODE = "/usr/bin/node"
START_SECONDS = 120  # under valgrind a start takes a while
STOP_SECONDS = 60


class Failed(Exception):
    """A measurement that could not be made; the message says why."""


class Server:
    def __init__(self, name, argv, scratch, prefix=(), environment=None):
        self.name = name
        self.log_path = os.path.join(scratch, f"{name}.log")
        self._log = open(self.log_path, "wb")
        self.process = subprocess.Popen(
            [*prefix, *argv], stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
            env=environment)
        self.pid = self.process.pid
        self.port = None

    def wait_for(self, ask):
        """Waits until ask() answers something and returns it."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            answer = ask()
            if answer:
                return answer
            if self.process.poll() is not None:
                break
            time.sleep(0.002)
        self.stop()
        raise Failed(f"{self.name} did not start:\n{self.output()[-2000:]}")

    def output(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def _printed_port(server):
    lines = [line for line in server.output().splitlines() if line.isdigit()]
    return int(lines[0]) if lines else None


def net_echo(setup, prefix=(), name="net-echo"):
    program = os.path.join(setup.build, "bench/bench_net_echo_server")
    server = Server(name, [program, "0", "1"], setup.scratch, prefix)
    server.port = server.wait_for(lambda: _printed_port(server))
    return server


def node_peer(setup, script):
    server = Server(script, [NODE, os.path.join(PEERS, script)], setup.scratch)
    server.port = server.wait_for(lambda: _printed_port(server))
    return server


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def dynalite(setup, path=None):
    """In memory (its fastest), or with LevelDB in the folder `path`."""
    argv = [NODE, os.path.join(PEERS, "node_modules/dynalite/cli.js"), "--host", "127.0.0.1",
            "--port", str(_free_port()), "--createTableMs", "0"]
    argv += ["--path", path] if path else []
    server = Server("dynalite-level" if path else "dynalite", argv, setup.scratch)
    server.wait_for(lambda: "listening at" in server.output())
    server.port = int(argv[argv.index("--port") + 1])
    server.endpoint = f"http://127.0.0.1:{server.port}"
    return server


def product(setup, prefix=(), options=(), name="fairlead"):
    """`fairlead start` on a new, empty store."""
    data = os.path.join(setup.scratch, f"{name}-data")
    shutil.rmtree(data, ignore_errors=True)
    os.makedirs(data)
    argv = [os.path.join(setup.build, "fairlead"), "start", "--listen", "127.0.0.1:0",
            "--data-dir", data, *options]
    server = Server(name, argv, setup.scratch, prefix)

    def facts():
        try:
            with open(os.path.join(data, "server.json"), encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            return None

    found = server.wait_for(facts)
    server.data = data
    server.endpoint = found["endpoint"]
    server.port = int(server.endpoint.rsplit(":", 1)[1])
    return server


def memory_kib(pid, field):
    """VmRSS, RssAnon … of /proc/PID/status."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith(field + ":"):
                return int(line.split()[1])
    raise Failed(f"no {field} of process {pid}")
