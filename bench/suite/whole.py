"""The program as a whole: starting it, and building it."""
import os
import shutil
import socket
import subprocess
import time

from report import LESS, Row
from servers import ROOT, START_SECONDS, Failed, Server, dynalite, memory_kib


def _milliseconds_to_listen(setup, argv, port, name):
    began = time.monotonic()
    server = Server(name, argv, setup.scratch)
    try:
        while time.monotonic() - began < START_SECONDS:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    took = (time.monotonic() - began) * 1000
                    time.sleep(1)
                    return took, memory_kib(server.pid, "VmRSS") / 1024
            if server.process.poll() is not None:
                break
            time.sleep(0.0005)
        raise Failed(f"{name} does not listen:\n{server.output()[-1000:]}")
    finally:
        server.stop()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(setup):
    """From exec to a listening socket with an empty store, and resident memory a second later;
    beside dynalite in memory, which is one service of the house."""
    ours, peer = [], []
    program = os.path.join(setup.build, "fairlead")
    again = []
    for at in range(max(setup.rounds, 3)):
        data = os.path.join(setup.scratch, "start-data")
        shutil.rmtree(data, ignore_errors=True)
        for taken in (ours, again):  # the second time the store and the certificates are there
            port = _free_port()
            argv = [program, "start", "--listen", f"127.0.0.1:{port}", "--data-dir", data]
            taken.append(_milliseconds_to_listen(setup, argv, port, f"start-{at}"))
        with dynalite(setup) as server:
            argv = server.process.args
        port = int(argv[argv.index("--port") + 1])
        peer.append(_milliseconds_to_listen(setup, argv, port, "start-dynalite"))
    return [
        Row("start to listening, empty store", "ms", LESS, [run[0] for run in ours],
            [run[0] for run in peer], "dynalite, memory", limit=50),
        Row("start to listening, second start", "ms", LESS, [run[0] for run in again]),
        Row("resident after 1 s", "MiB", LESS, [run[1] for run in ours],
            [run[1] for run in peer], "dynalite, memory", limit=25),
    ]


def build(setup):
    """A clean release build of `fairlead` with an empty ccache, with as many jobs as cores."""
    folder = os.path.join(setup.scratch, "clean-build")
    shutil.rmtree(folder, ignore_errors=True)
    quiet = {"cwd": ROOT, "check": True, "stdout": subprocess.DEVNULL,
             "env": {**os.environ, "CCACHE_DISABLE": "1"}}
    began = time.monotonic()
    subprocess.run(["cmake", "--preset", "release", "-B", folder, "-DFAIRLEAD_BENCH=OFF"], **quiet)
    subprocess.run(["ninja", "-C", folder, "fairlead"], **quiet)
    took = time.monotonic() - began
    shutil.rmtree(folder)
    return [Row("clean release build", "s", LESS, [took], limit=240)]
