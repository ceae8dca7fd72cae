"""WebSocket: CPU for each message, instructions, idle connections, pushes."""
import json
import os
import re

import aws
from load import Sink, load, loads
from report import LESS, MORE, Row
from servers import Failed, net_echo, node_peer, product


# The account's limits are there and asked, but never reached.
NO_LIMITS = ("--requests-per-second", "1000000000", "--connects-per-second", "1000000000")


def message_text():
    """64 bytes of JSON that select the route "bench"."""
    head, tail = '{"action":"bench","data":"', '"}'
    return head + "x" * (64 - len(head) - len(tail)) + tail


def ws(setup):
    """The net layer's echo server beside npm's `ws`, 64-byte text messages, closed loop: server
    CPU time for each message. One loop, one Node process; compression off on both sides."""
    shapes = ((100, 1), (10, 32))
    ours = {shape: [] for shape in shapes}
    peer = {shape: [] for shape in shapes}
    with net_echo(setup) as mine, node_peer(setup, "ws_echo.js") as theirs:
        for _ in range(setup.rounds):
            for shape in shapes:
                for server, taken in ((mine, ours), (theirs, peer)):
                    found = load(setup, "ws-echo", url=f"ws://127.0.0.1:{server.port}/",
                                 connections=shape[0], depth=shape[1], pid=server.pid,
                                 seconds=setup.seconds, warmup=0.5)
                    taken[shape].append(found["cpu_us"])
    return [Row(f"echo, {count} connections, depth {depth}", "CPU µs/message", LESS,
                ours[count, depth], peer[count, depth], "ws", least_ratio=2)
            for count, depth in shapes]


def mock(setup):
    """A two-way MOCK route of the whole product (route selection, throttling, integration and
    route response) beside a bare echo of npm's `ws`: server CPU time for each message, one at a
    time on 100 connections and bursts of 32 on 10."""
    shapes = ((100, 1), (10, 32))
    ours = {shape: [] for shape in shapes}
    peer = {shape: [] for shape in shapes}
    with product(setup, options=NO_LIMITS) as mine, node_peer(setup, "ws_echo.js") as theirs:
        _, _, url = aws.mock_api(mine, "$default")
        for _ in range(setup.rounds):
            for shape in shapes:
                for server, address, taken in ((mine, url, ours),
                                               (theirs, f"ws://127.0.0.1:{theirs.port}/", peer)):
                    found = load(setup, "ws-echo", url=address, connections=shape[0],
                                 depth=shape[1], text=message_text(), pid=server.pid,
                                 seconds=setup.seconds, warmup=0.5)
                    taken[shape].append(found["cpu_us"])
    return [Row(f"MOCK two-way route, {count} connections, depth {depth}", "CPU µs/message", LESS,
                ours[count, depth], peer[count, depth], "ws, echo only", least_ratio=2)
            for count, depth in shapes]


def _counted(setup, start, address_of, few, many, **load_options):
    """User instructions for each message: two runs under callgrind with different counts, and the
    difference, so that start-up, handshakes and the end cancel out."""
    totals = []
    for messages in (few, many):
        out = os.path.join(setup.scratch, f"callgrind-{start.__name__}-{messages}.out")
        if os.path.exists(out):
            os.remove(out)
        prefix = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}",
                  "--max-stackframe=100000000"]
        limits = {"options": NO_LIMITS} if start is product else {}
        with start(setup, prefix=prefix, name=f"callgrind-{start.__name__}", **limits) as server:
            load(setup, "ws-echo", url=address_of(server), messages=messages, **load_options)
        with open(out, encoding="ascii", errors="replace") as file:
            found = re.search(r"^(?:totals|summary): (\d+)", file.read(), re.MULTILINE)
        if not found:
            raise Failed(f"no totals in {out}")
        totals.append(int(found.group(1)))
    return (totals[1] - totals[0]) / (many - few)


def ws_callgrind(setup):
    """User instructions for each 64-byte message, by callgrind (repeatable to about 1%): the net
    layer's echo, and the whole product's two-way MOCK route. 100 connections at depth 1 is the
    usual shape and the one with the target; with a single connection every message also pays for
    a whole turn of the loop; with 32 messages on the way reads and writes are shared."""
    def net_url(server):
        return f"ws://127.0.0.1:{server.port}/"

    def mock_url(server):
        return aws.mock_api(server, "$default")[2]

    def count(start, url, limit, what, sizes):
        few, many = sizes
        rows = []
        for connections, depth, kept_limit in ((100, 1, limit), (1, 1, None), (10, 32, None)):
            found = _counted(setup, start, url, few, many, connections=connections, depth=depth,
                             text=message_text())
            rows.append(Row(f"{what}, {connections} × depth {depth}", "instructions/message", LESS,
                            [found], limit=kept_limit))
        return rows

    return (count(net_echo, net_url, 800, "net layer echo", (2000, 22000)) +
            count(product, mock_url, 8000, "MOCK two-way route", (2000, 12000)))


def idle(setup):
    """Private memory (RssAnon) of the server for each idle WebSocket connection, from the 1,000th
    to the 10,000th, and the CPU time of accepting one, which for the product includes a durable record of the connection,
    so that a crash cannot swallow its $disconnect. The kernel's part of the memory is not in it."""
    everything = {"connections": 10000, "first": 1000}
    ours, peer, whole = [], [], []
    with net_echo(setup) as server:
        ours.append(load(setup, "ws-idle", url=f"ws://127.0.0.1:{server.port}/", pid=server.pid,
                         **everything))
    with node_peer(setup, "ws_echo.js") as server:
        peer.append(load(setup, "ws-idle", url=f"ws://127.0.0.1:{server.port}/", pid=server.pid,
                         **everything))
    with product(setup, options=NO_LIMITS) as server:
        _, _, url = aws.mock_api(server, "$default")
        whole.append(load(setup, "ws-idle", url=url, pid=server.pid, **everything))

    def all_of(name, runs):
        return [run[name] for run in runs]

    return [
        Row("idle connection, net layer", "bytes", LESS, all_of("bytes", ours),
            all_of("bytes", peer), "ws", limit=1024),
        Row("idle connection, whole product", "bytes", LESS, all_of("bytes", whole),
            all_of("bytes", peer), "ws", limit=8192),
        Row("accept and upgrade, net layer", "CPU µs", LESS, all_of("open_cpu_us", ours),
            all_of("open_cpu_us", peer), "ws"),
        Row("accept and upgrade, whole product", "CPU µs", LESS, all_of("open_cpu_us", whole),
            all_of("open_cpu_us", peer), "ws"),
    ]


def idle_50000(setup):
    """51,000 idle connections at once: a process may have 20,000 open files on many machines, so
    three servers with 17,000 each, a load generator for each, four addresses 127.0.0.x. Private
    memory for each connection beyond the first 1,000 of a server."""
    servers = []
    try:
        for number in range(3):
            servers.append(product(setup, options=NO_LIMITS, name=f"fairlead-{number}"))
        found = loads(setup, "ws-idle", [
            {"url": aws.mock_api(server, "$default")[2], "pid": server.pid, "connections": 17000,
             "first": 1000} for server in servers])
    finally:
        for server in servers:
            server.stop()
    return [Row("51,000 idle connections on three servers", "bytes/connection", LESS,
                [max(run["bytes"] for run in found)], limit=8192)]


def accept(setup):
    """CPU time of one handshake with a MOCK `$connect` (and its durable record) while 1,000 to
    16,000 connections are open: it must not grow with their number."""
    taken = {}
    for _ in range(setup.rounds):
        with product(setup, options=NO_LIMITS) as server:
            url = aws.mock_api(server, "$default", connect=True)[2]
            found = load(setup, "ws-idle", url=url, pid=server.pid, first=1000, connections=16000,
                         steps=5)
            for step in found["steps"]:
                taken.setdefault(step["open"], []).append(step["open_cpu_us"])
    least = min(min(values) for values in taken.values())
    return [Row(f"handshake with $connect, up to {count:,} open", "CPU µs", LESS, values,
                limit=1.5 * least) for count, values in taken.items()]


def _post_to_many(setup):
    body = b"x" * 1024
    with product(setup, options=NO_LIMITS) as server:
        api, stage, url = aws.mock_api(server, "known")
        with Sink(setup, url, 10_000, '{"action":"who"}') as sink:
            ids = [json.loads(answer)["connectionId"] for answer in sink.answers]
            requests = aws.write_requests(
                os.path.join(setup.scratch, "posts-many"),
                [aws.push_request(server, api, stage, one, body) for one in ids])
            return [load(setup, "http", url=f"http://127.0.0.1:{server.port}", requests=requests,
                         connections=16, pid=server.pid, seconds=setup.seconds, warmup=0.5)
                    for _ in range(setup.rounds)]


def connections_post(setup):
    """A signed POST to @connections by 16 keep-alive clients: 64 bytes to one of 64 open
    WebSockets, beside a Node program with `http` and `ws` that does the push alone, without
    signature or routing; and 1 KiB to 10,000 WebSockets in turn. Server CPU time for each post, and
    posts a second."""
    body = b"x" * 64
    ours, peer = [], []
    with product(setup, options=NO_LIMITS) as mine, node_peer(setup, "ws_push.js") as theirs:
        api, stage, url = aws.mock_api(mine, "known")
        peer_url = f"ws://127.0.0.1:{theirs.port}/"
        # No route fits "who": the error frame names the connection.
        with Sink(setup, url, 64, '{"action":"who"}') as my_sink, \
                Sink(setup, peer_url, 64, "who") as their_sink:
            ids = [json.loads(answer)["connectionId"] for answer in my_sink.answers]
            mine.requests = aws.write_requests(
                os.path.join(setup.scratch, "posts-ours"),
                [aws.push_request(mine, api, stage, one, body) for one in ids])
            theirs.requests = aws.write_requests(
                os.path.join(setup.scratch, "posts-peer"),
                [aws.plain_request(theirs, f"/{one}", body) for one in their_sink.answers])
            for _ in range(setup.rounds):
                for server, taken in ((mine, ours), (theirs, peer)):
                    taken.append(load(setup, "http", url=f"http://127.0.0.1:{server.port}",
                                      requests=server.requests, connections=16, pid=server.pid,
                                      seconds=setup.seconds, warmup=0.5))
    name = "http + ws, unsigned"
    many = _post_to_many(setup)
    return [
        Row("@connections POST", "CPU µs", LESS, [run["cpu_us"] for run in ours],
            [run["cpu_us"] for run in peer], name),
        Row("1 KiB to 10,000 connections", "posts/s", MORE, [run["per_second"] for run in many],
            limit=40_000),
        Row("1 KiB to 10,000 connections", "CPU µs", LESS, [run["cpu_us"] for run in many],
            limit=10),
        Row("@connections POST", "posts/s", MORE, [run["per_second"] for run in ours],
            [run["per_second"] for run in peer], name),
    ]
