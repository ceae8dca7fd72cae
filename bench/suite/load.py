"""Runs the load generator and the invoke driver; their one line of JSON comes back as a dict."""
import json
import os
import subprocess

from servers import Failed

LIMIT_SECONDS = 180


def _run(argv):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=LIMIT_SECONDS, check=False)
    if done.returncode != 0:
        raise Failed((done.stderr or done.stdout).strip()[-1000:])
    return json.loads(done.stdout)


def _options(given):
    flat = []
    for name, value in given.items():
        flat += ["--" + name, str(value)]
    return flat


def load(setup, mode, prefix=(), **options):
    return _run([*prefix, os.path.join(setup.build, "bench/bench_load"), mode, *_options(options)])


def loads(setup, mode, runs):
    """Several load generators at once, one dict of options for each; their results in order."""
    started = [subprocess.Popen(
        [os.path.join(setup.build, "bench/bench_load"), mode, *_options(one)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for one in runs]
    found, failed = [], []
    for process in started:
        out, err = process.communicate(timeout=LIMIT_SECONDS)
        if process.returncode == 0:
            found.append(json.loads(out))
        else:
            failed.append((err or out).strip()[-1000:])
    if failed:
        raise Failed("; ".join(failed))
    return found


def invoke(setup, mode, prefix=(), **options):
    return _run([*prefix, os.path.join(setup.build, "bench/bench_invoke"), mode,
                 *_options(options)])


class Sink:
    """WebSocket connections that read what is pushed; `answers` holds each one's first message."""

    def __init__(self, setup, url, connections, text):
        program = os.path.join(setup.build, "bench/bench_load")
        self._process = subprocess.Popen(
            [program, "ws-sink", "--url", url, "--connections", str(connections), "--text", text],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answers = [self._process.stdout.readline().strip() for _ in range(connections)]
        if not all(self.answers):
            raise Failed("ws-sink got no answers")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
