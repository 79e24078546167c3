"""Opens each page of a server over HTTP, and counts its queries here. Started with the environment of one database."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from statistics import quantiles
from typing import Any

import httpx
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.growth.addresses import Page, pages
from bench.growth.world import World
from tests.stack import PASSWORD

LEAST_OPENED = 20
WARM_UP = 2
COUNTED = 3
PATIENCE_S = 60.0


def measure(page: Page, server: httpx.Client, here: Client) -> dict[str, Any]:
    """Milliseconds from the request to the last byte of its answer; `queries` at most, of some of its addresses."""
    for address in page.addresses[:WARM_UP]:
        _open(server, address)
    times = max(LEAST_OPENED, len(page.addresses))
    opened = [(*_open(server, address), address) for address in islice(cycle(page.addresses), times)]
    cuts = quantiles([ms for ms, _, _ in opened], n=100, method="inclusive")
    return {
        "page": page.name,
        "opened": times,
        "p50_ms": cuts[49],
        "p95_ms": cuts[94],
        "slowest": max(opened)[2],
        "failed": [address for _, status, address in opened if status != 200],
        "queries": max(queries(here, address) for address in page.addresses[:COUNTED]),
    }


def _open(server: httpx.Client, address: str) -> tuple[float, int]:
    began = time.perf_counter()
    status = server.get(address).status_code
    return (time.perf_counter() - began) * 1_000, status


def queries(client: Client, address: str) -> int:
    """Of the second time: the first one asks for what is kept afterwards, such as content types."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


@contextmanager
def logged_in(port: int) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as server:
        server.get("/login/")
        form = {"username": "demo", "password": PASSWORD, "csrfmiddlewaretoken": server.cookies["csrftoken"]}
        response = server.post("/login/", data=form)
        if response.status_code != 302:
            raise RuntimeError(f"no login: {response.status_code}")
        yield server


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.growth.measure", description=__doc__)
    parser.add_argument("--calls", type=int, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--only", default="", help="pages whose name begins so")
    options = parser.parse_args(arguments)
    here, found = Client(HTTP_HOST="127.0.0.1"), []
    here.force_login(User.objects.get(username="demo"))
    with logged_in(options.port) as server:
        for page in pages(World(options.calls)):
            if page.addresses and page.name.startswith(options.only):
                found.append(measure(page, server, here))
                sys.stderr.write("  {page}: {p50_ms:.0f} {p95_ms:.0f} ms, {queries} queries\n".format(**found[-1]))
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
