"""The stand-in CRMs as a process of their own: `python -m sandbox.crm --port 8100 --latency 3`."""

from __future__ import annotations

import argparse
import contextlib

from sandbox.crm.server import Server


def main() -> None:
    parser = argparse.ArgumentParser(description="Stand-in CRMs at /zendesk and /request-tracker")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that every answer takes")
    options = parser.parse_args()
    server = Server(options.port)
    for desk in server.desks.values():
        desk.knobs.latency_s = options.latency
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
