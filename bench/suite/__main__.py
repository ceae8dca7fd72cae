"""Runs benches, prints one table and writes the pages. bench/run builds and then calls this.

    python3 bench/suite --build FOLDER [--rounds N] [--seconds S] [--no-pages] [name…]
"""
import argparse
import os
import sys
import time
import traceback

import dynamodb
import functions
import invoke
import micro
import report
import websocket
import whole
from servers import BENCH, Failed

BENCHES = {
    "ws": websocket.ws,
    "ws-callgrind": websocket.ws_callgrind,
    "mock": websocket.mock,
    "idle": websocket.idle,
    "idle-50000": websocket.idle_50000,
    "accept": websocket.accept,
    "connections-post": websocket.connections_post,
    "dynamodb": dynamodb.dynamodb,
    "invoke": invoke.invoke,
    "lambda": functions.functions,
    "start": whole.start,
    "micro": micro.micro,
    "build": whole.build,
}
ONLY_BY_NAME = ("build", "micro", "idle-50000")


def _arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--no-pages", action="store_true")
    parser.add_argument("names", nargs="*")
    setup = parser.parse_args()
    unknown = [name for name in setup.names if name not in BENCHES]
    if unknown:
        parser.error(f"no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    setup.build = os.path.abspath(setup.build)
    setup.scratch = os.path.join(setup.build, "bench/scratch")
    os.makedirs(setup.scratch, exist_ok=True)
    return setup


def main():
    setup = _arguments()
    names = setup.names or [name for name in BENCHES if name not in ONLY_BY_NAME]
    finished, failed = [], 0
    for name in names:
        print(f"… {name}", file=sys.stderr, flush=True)
        began = time.monotonic()
        try:
            rows = BENCHES[name](setup)
        except Failed as reason:
            print(f"{name} could not be measured: {reason}", file=sys.stderr)
            failed += 1
            continue
        except Exception:  # one broken bench must not take the others' results along
            traceback.print_exc()
            failed += 1
            continue
        finished.append((name, rows))
        if not setup.no_pages:
            report.write_page(os.path.join(BENCH, "results"), name, BENCHES[name].__doc__.replace(
                "\n    ", "\n"), rows, time.monotonic() - began,
                              os.path.join(setup.build, "fairlead"))
    print(report.screen(finished))
    return 1 if failed else 0  # a missed target is a finding, not a failure


if __name__ == "__main__":
    sys.exit(main())
