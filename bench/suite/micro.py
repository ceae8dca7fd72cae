"""The micro benchmarks (bench/micro), as far as they say something about a request's cost."""
import json
import os
import subprocess

from report import LESS, Row

PEERS = {"json_parse": "simdjson DOM"}  # bench/micro has a `<name>_peer` beside it


def micro(setup):
    """Single functions on the road of a request, by Google Benchmark: CPU time for each call."""
    program = os.path.join(setup.build, "bench/bench_micro")
    done = subprocess.run(
        [program, "--benchmark_format=json", f"--benchmark_repetitions={setup.rounds}",
         "--benchmark_min_time=0.1"], capture_output=True, text=True, check=True)
    taken = {}
    for run in json.loads(done.stdout)["benchmarks"]:
        if run["run_type"] == "iteration":
            taken.setdefault(run["run_name"], []).append(run["cpu_time"])
    rows = []
    for name, times in taken.items():
        if name.split("/")[0].endswith("_peer"):
            continue
        base, _, size = name.partition("/")
        peer = taken.get(f"{base}_peer/{size}" if size else f"{base}_peer")
        rows.append(Row(name, "ns", LESS, times, peer, PEERS.get(base, "")))
    return rows
