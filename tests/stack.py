"""A whole installation for tests: a database of its own; web server, worker and beat as processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from sandbox.demo import children
from supportvoice.embedded.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
# Installations beside each other, each with a Redis database of its own.
DATABASE, BENCH_DATABASE = "stack", "stack_bench"
REDIS = {DATABASE: "15", BENCH_DATABASE: "14"}
PASSWORD = "correct-horse-battery"
START_TIMEOUT_S = 60


@dataclass
class Stack:
    """`manage()` runs a command to its end; `sql()` looks at what it left in the database."""

    folder: Path
    port: int
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str, command: list[str], **environment: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            command, cwd=ROOT, env=self.environment | environment, stdout=log, stderr=log, process_group=0
        )
        log.close()

    def start_web(self, *options: str, **environment: str) -> None:
        self.start("web", [*children.web(self.port), *options], DATABASE_POOL_SIZE="8", **environment)
        wait_until(lambda: answers(f"{self.address}/login/"), START_TIMEOUT_S, what="the first page")

    def kill(self, name: str) -> None:
        """As the machine's power does."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def stop(self, name: str) -> None:
        process = self.processes.pop(name)
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, check=False, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def sandbox(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Calls placed beside the test; the caller waits for it."""
        self.start("sandbox", [*children.MANAGE, "sandbox", *arguments])
        return self.processes["sandbox"]

    def sql(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as connection:
            return connection.execute(query, parameters).fetchall()

    def wait_until_projected(self) -> None:
        wait_until(lambda: not self.sql("SELECT FROM calls_pending LIMIT 1"), 60, what="the projection")


def answers(url: str) -> bool:
    try:
        with closing(urllib.request.urlopen(url, timeout=5)):
            return True
    except OSError:
        return False


def wait_until(condition: Callable[[], Any], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        time.sleep(0.1)


@contextmanager
def running_stack(
    folder: Path,
    servers: Mapping[str, str] = MappingProxyType({}),
    database: str = DATABASE,
    web: Sequence[str] = (),
) -> Iterator[Stack]:
    """`servers`: the URLs of others than the runner's. `web`: more options of the web server."""
    port = free_port()
    agents = shutil.copytree(ROOT / "assistants", folder / "assistants", dirs_exist_ok=True)
    own = {"PORT": str(port), "ASSISTANTS_DIR": str(agents), "PUBLIC_URL": "https://desk.example"}
    stack = Stack(folder, port, stack_environment({**os.environ, **servers}, database) | own)
    try:
        stack.manage("migrate", "--no-input", "--skip-checks")
        stack.manage("seed_demo", "--skip-checks")
        stack.start_web(*web)
        stack.start("worker", children.WORKER)
        stack.start("crm-worker", children.CRM_WORKER)
        stack.start("beat", children.beat(folder))
        yield stack
    finally:
        for name in reversed(list(stack.processes)):
            stack.stop(name)


def stack_environment(outer: Mapping[str, str], database: str = DATABASE) -> dict[str, str]:
    """The servers that are there, with a database and a Redis database of its own."""
    server = outer["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {database}")
    redis = urlsplit(outer["REDIS_URL"])
    return {
        # asgi.py, which some test imports, leaves its own here: it is for processes with threads.
        **{name: value for name, value in outer.items() if name != "DATABASE_POOL_SIZE"},
        "DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{database}")),
        "REDIS_URL": urlunsplit(redis._replace(path=f"/{REDIS[database]}")),
        "DEMO_PASSWORD": PASSWORD,
        "VAPI_API_KEY": "tests-private-key",
        "DISCLOSURE_POLICY": "*=ticket-number",
        "LOCAL_MODE": "1",
        # As in the image: threads that come and go keep no memory of their own, and long reports give theirs back.
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "131072",
    }
