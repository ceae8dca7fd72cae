"""Lambda: a warm, trivial Node function."""
import os

from botocore.exceptions import ClientError

import aws
from load import invoke as drive
from load import load
from report import LESS, MORE, Row
from servers import PEERS, ROOT, product

ONE_CPU = ("taskset", "-c", "0")  # else waking the other virtual CPU is what is measured


def _worker_rows(setup):
    """Our bootstrap and the polling worker, each driven by a small C++ program, one at a time."""
    common = {"task": os.path.join(PEERS, "trivial"),
              "event": os.path.join(PEERS, "trivial/event.json"),
              "seconds": setup.seconds, "warmup": 1}
    frames, http = [], []
    for _ in range(setup.rounds):
        frames.append(drive(setup, "frames", ONE_CPU, **common,
                            script=os.path.join(ROOT, "runtimes/nodejs/bootstrap.js")))
        http.append(drive(setup, "http", ONE_CPU, **common,
                          script=os.path.join(PEERS, "http_worker.js")))
    name = "http module"
    rows = [
        Row("worker alone, one at a time", "invocations/s", MORE,
            [run["per_second"] for run in frames], [run["per_second"] for run in http], name,
            least_ratio=4),
        Row("worker alone, event to answer", "p50 µs", LESS,
            [run["p50_us"] for run in frames], [run["p50_us"] for run in http], name)]
    return rows, http


def _functions(server):
    """The trivial handler on our bootstrap, and on the polling worker where the product has
    provided.al2023."""
    handler = {"index.js": os.path.join(PEERS, "trivial/index.js")}
    polling = {**handler, "http_worker.js": os.path.join(PEERS, "http_worker.js"),
               "bootstrap": os.path.join(PEERS, "bootstrap")}
    names = {"ours": aws.create_function(server, "framed", handler, Runtime="nodejs20.x",
                                         Handler="index.handler")}
    try:
        names["http"] = aws.create_function(server, "polling", polling, Handler="index.handler",
                                            Runtime="provided.al2023")
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotImplemented":
            raise
    return names


def _product_rows(setup, alone):
    """Signed Invoke requests to the product. The peer is the polling worker behind the same
    product; without provided.al2023 it is the rate of that worker `alone`, which pays for no
    Invoke request at all."""
    taken = {}
    with product(setup, prefix=ONE_CPU) as server:
        url = f"http://127.0.0.1:{server.port}"
        event = aws.trivial_event(PEERS)
        files = {which: aws.write_requests(os.path.join(setup.scratch, f"invoke-{which}"),
                                           [aws.invoke_request(server, name, event)])
                 for which, name in _functions(server).items()}
        for clients in (1, 4):
            for _ in range(setup.rounds):
                for which, file in files.items():
                    found = load(setup, "http", ONE_CPU, url=url, requests=file,
                                 connections=clients, seconds=setup.seconds, warmup=1)
                    taken.setdefault((clients, which), []).append(found)
    rows = []
    for clients in (1, 4):
        ours, peer = taken[clients, "ours"], taken.get((clients, "http"))
        name = "http module, provided.al2023" if peer else "http module, worker alone"
        rows.append(Row(f"Invoke through the product, {clients} client{'s' * (clients > 1)}",
                        "invocations/s", MORE, [run["per_second"] for run in ours],
                        [run["per_second"] for run in peer or alone], name))
    rows.append(Row("Invoke through the product, 1 client", "p50 µs", LESS,
                    [run["p50_us"] for run in taken[1, "ours"]]))
    return rows


def invoke(setup):
    """A warm, trivial Node handler with a WebSocket event of 600 bytes: our bootstrap (frames on a
    socketpair) beside a worker that polls the Runtime API with Node's `http` module and a kept
    connection. First the workers alone, each driven by a small C++ program; then signed Invoke requests
    through the product (its peer then is the polling worker as a provided.al2023 function, or,
    while the product has none, that worker alone, without any Invoke). All on one CPU."""
    rows, alone = _worker_rows(setup)
    return rows + _product_rows(setup, alone)
