"""DynamoDB: reading and writing single items beside dynalite."""
import os
import shutil

import aws
from load import load
from report import LESS, MORE, Row
from servers import dynalite, product

CLIENTS = 64
KEYS = 512


def _item(key):
    return {"id": {"S": f"connection-{key:06d}"}, "room": {"S": "lobby"}, "n": {"N": str(key)},
            "joined": {"N": "1795203000123"}, "tags": {"SS": ["a", "b"]}, "note": {"S": "x" * 200}}


def _prepare(setup, server):
    """A table with KEYS items, and the files of signed requests."""
    client = aws.client(server, "dynamodb")
    client.create_table(
        TableName="bench", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
    client.get_waiter("table_exists").wait(
        TableName="bench", WaiterConfig={"Delay": 0.1, "MaxAttempts": 50})
    puts = [aws.dynamodb_request(server, "PutItem", {"TableName": "bench", "Item": _item(key)})
            for key in range(KEYS)]
    gets = [aws.dynamodb_request(server, "GetItem",
                                 {"TableName": "bench", "Key": {"id": _item(key)["id"]}})
            for key in range(KEYS)]
    files = {}
    for name, requests in (("PutItem", puts), ("GetItem", gets)):
        files[name] = aws.write_requests(
            os.path.join(setup.scratch, f"{server.name}-{name}"), requests)
    url = f"http://127.0.0.1:{server.port}"
    load(setup, "http", url=url, requests=files["PutItem"], connections=1, messages=KEYS)
    return url, files


def dynamodb(setup):
    """GetItem and PutItem of items of about 300 bytes by 64 keep-alive clients, SigV4-signed,
    beside dynalite with its store in memory and with LevelDB. Ours verifies each signature and
    acknowledges a put once it is synced to disk; dynalite does neither."""
    level = os.path.join(setup.scratch, "dynalite-level-data")
    shutil.rmtree(level, ignore_errors=True)
    with product(setup) as mine, dynalite(setup) as memory, dynalite(setup, level) as disk:
        prepared = {server.name: (server, *_prepare(setup, server))
                    for server in (mine, memory, disk)}
        taken = {(name, operation): [] for name in prepared for operation in ("GetItem", "PutItem")}
        for _ in range(setup.rounds):
            for operation in ("GetItem", "PutItem"):
                for name, (server, url, files) in prepared.items():
                    taken[name, operation].append(
                        load(setup, "http", url=url, requests=files[operation],
                             connections=CLIENTS, pid=server.pid, seconds=setup.seconds,
                             warmup=0.5))

    def series(name, operation, field):
        return [run[field] for run in taken[name, operation]]

    rows = []
    for operation, what in (("GetItem", "GetItem"), ("PutItem", "PutItem (ours durable)")):
        for peer, peer_name in (("dynalite", "dynalite, memory"),
                                ("dynalite-level", "dynalite, LevelDB")):
            rows.append(Row(what, "requests/s", MORE, series("fairlead", operation, "per_second"),
                            series(peer, operation, "per_second"), peer_name, least_ratio=5))
        rows.append(Row(operation, "CPU µs", LESS, series("fairlead", operation, "cpu_us"),
                        series("dynalite", operation, "cpu_us"), "dynalite, memory"))
        rows.append(Row(operation, "p50 µs", LESS, series("fairlead", operation, "p50_us"),
                        series("dynalite", operation, "p50_us"), "dynalite, memory"))
    return rows
