"""Lambda: warm and cold functions, sandboxes, memory, a burst of asynchronous invocations."""
import json
import os
import subprocess
import time

import aws
from load import _options, invoke as drive, load
from report import LESS, MORE, Row
from servers import BENCH, NODE, PEERS, ROOT, Failed, product

PYTHON = "/usr/bin/python3"
ONE_CPU = ("taskset", "-c", "0")  # else waking the other virtual CPU is what is measured
EVENT = os.path.join(PEERS, "trivial/event.json")
WITHIN = 1 / 1.5  # of the bare frame loop
ADDED_MS = {"node": 120, "python": 40}  # to the interpreter's own start
LIMIT_SECONDS = 300
ASYNC_COUNT = 1000

RUNTIMES = {
    "node": {"program": NODE, "runtime": "nodejs20.x",
             "script": os.path.join(ROOT, "runtimes/nodejs/bootstrap.js"),
             "task": os.path.join(PEERS, "trivial")},
    "python": {"program": PYTHON, "runtime": "python3.11",
               "script": os.path.join(ROOT, "runtimes/python/bootstrap.py"),
               "task": os.path.join(BENCH, "lambda/functions/python")},
}
SANDBOX = {name: {"sandbox": 1, "runtime-folder": os.path.dirname(given["script"])}
           for name, given in RUNTIMES.items()}
BOTO3 = {"task": os.path.join(BENCH, "lambda/functions/boto3"),
         "zygote": os.path.join(ROOT, "runtimes/python/zygote.py")}


def _measure(setup, mode, prefix=(), **options):
    program = os.path.join(setup.build, "bench/bench_lambda")
    done = subprocess.run([*prefix, program, mode, *_options(options)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    if done.returncode != 0:
        raise Failed((done.stderr or done.stdout).strip()[-1000:])
    return json.loads(done.stdout)


def _warm_rows(setup, name):
    given = RUNTIMES[name]
    timed = {"event": EVENT, "seconds": setup.seconds, "warmup": 1}
    ours, held, bare = [], [], []
    for _ in range(setup.rounds):
        bare.append(drive(setup, "frames", ONE_CPU, node=given["program"], script=given["script"],
                          task=given["task"], **timed))
        ours.append(_measure(setup, "warm", ONE_CPU, **given, **timed))
        held.append(_measure(setup, "warm", ONE_CPU, **given, **SANDBOX[name], **timed))
    rows = []
    for what, runs, target in ((f"warm {name}", ours, WITHIN),
                               (f"warm {name}, sandboxed", held, WITHIN)):
        rows.append(Row(what, "invocations/s", MORE, [run["per_second"] for run in runs],
                        [run["per_second"] for run in bare], "bare frame loop",
                        least_ratio=round(target, 2)))
        rows.append(Row(f"{what}, event to answer", "p50 µs", LESS, [run["p50_us"] for run in runs],
                        [run["p50_us"] for run in bare], "bare frame loop",
                        least_ratio=round(target, 2)))
    return rows


def _ms(runs):
    return [run["p50_us"] / 1000 for run in runs]


def _empty_script(setup, name):
    path = os.path.join(setup.scratch, f"empty-{name}.txt")
    with open(path, "w", encoding="utf-8"):
        return path


def _cold_rows(setup, name):
    given = RUNTIMES[name]
    ways = {"by exec, no sandbox": {}, "by exec in a sandbox": SANDBOX[name],
            "from the stock, no sandbox": {"stock": 1},
            "from the stock of sandboxes": {"stock": 1, **SANDBOX[name]}}
    if name == "python":
        ways["boto3, zygote's fork into a sandbox"] = {**SANDBOX[name], **BOTO3}
        ways["boto3, from the stock of forks"] = {"stock": 1, **SANDBOX[name], **BOTO3}
    start, taken = [], {way: [] for way in ways}
    for _ in range(setup.rounds):
        start.append(_measure(setup, "start", count=10, program=given["program"],
                              script=_empty_script(setup, name)))
        for way, options in ways.items():
            count = 5 if options.get("stock") else 8
            taken[way].append(_measure(setup, "cold", count=count, **{**given, **options}))
    # The promise is about what functions mostly meet; by exec is for bursts beyond the stock.
    limit = min(_ms(start)) + ADDED_MS[name]
    return [Row(f"cold {name}, {way}", "ms until init is answered", LESS, _ms(runs), _ms(start),
                "the interpreter's empty script", limit=None if "by exec" in way else limit)
            for way, runs in taken.items()]


def _idle_rows(setup):
    ways = {"node, no sandbox": RUNTIMES["node"],
            "node, sandboxed": {**RUNTIMES["node"], **SANDBOX["node"]},
            "python, sandboxed": {**RUNTIMES["python"], **SANDBOX["python"]},
            "python with boto3, zygote's fork": {**RUNTIMES["python"], **SANDBOX["python"], **BOTO3}}
    rows = []
    for what, options in ways.items():
        # A zygote is shared: that of the stock is there before and after.
        runs = [_measure(setup, "idle", count=4, event=EVENT,
                         **({"stock": 1} if "zygote" in options else {}), **options)
                for _ in range(setup.rounds)]
        rows.append(Row(f"idle {what}", "private MiB each", LESS,
                        [run["private_kib"] / 1024 for run in runs]))
    return rows


def _executed(logs, name):
    """How many invocations have been reported in the function's log."""
    count, token = 0, None
    while True:
        page = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}", filterPattern="REPORT",
                                      **({"nextToken": token} if token else {}))
        count += len(page["events"])
        token = page.get("nextToken")
        if not token:
            return count


def _async_rows(setup):
    """As fast as they are accepted, and until all were executed; the peer waits for each answer."""
    accepted, executed, answered = [], [], []
    with product(setup) as server:
        name = aws.create_function(server, "burst", {
            "index.js": os.path.join(PEERS, "trivial/index.js")}, Runtime="nodejs20.x",
            Handler="index.handler")
        logs = aws.client(server, "logs")
        event = aws.trivial_event(PEERS)
        url = f"http://127.0.0.1:{server.port}"
        queued = aws.write_requests(os.path.join(setup.scratch, "invoke-event"),
                                    [aws.invoke_request(server, name, event, "Event")])
        waiting = aws.write_requests(os.path.join(setup.scratch, "invoke-wait"),
                                     [aws.invoke_request(server, name, event)])
        load(setup, "http", url=url, requests=waiting, connections=1, messages=50)
        time.sleep(1.5)
        for _ in range(setup.rounds):
            before = _executed(logs, name)
            began = time.monotonic()
            run = load(setup, "http", url=url, requests=queued, connections=50,
                       messages=ASYNC_COUNT)
            accepted.append(run["per_second"])
            while _executed(logs, name) - before < ASYNC_COUNT:
                if time.monotonic() - began > LIMIT_SECONDS:
                    raise Failed("not all asynchronous invocations were executed")
                time.sleep(0.05)
            executed.append(ASYNC_COUNT / (time.monotonic() - began))
            run = load(setup, "http", url=url, requests=waiting, connections=50,
                       messages=ASYNC_COUNT)
            answered.append(run["per_second"])
    peer = "waiting for each answer"
    return [Row("1,000 Event invocations at once, accepted", "invocations/s", MORE, accepted,
                answered, peer),
            Row("1,000 Event invocations at once, executed and logged", "invocations/s", MORE,
                executed, answered, peer)]


def functions(setup):
    """Functions in the product's workers room, driven without the rest of the product (a small C++
    program with one loop): warm beside the bare frame loop of the same process, cold starts beside the
    interpreter's own (an empty script, start to end), memory that is a process's alone (with its sandbox's
    first process). Then 1,000 signed Event invocations of a Node function at once through the product;
    `executed` lags behind by up to a second, in which logs become durable."""
    rows = []
    for name in RUNTIMES:
        rows += _warm_rows(setup, name)
    for name in RUNTIMES:
        rows += _cold_rows(setup, name)
    return rows + _idle_rows(setup) + _async_rows(setup)
