"""A real Request Tracker 5 of Debian's packages in a folder of its own: SQLite, standalone, up in seconds."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from supportvoice.embedded.ports import free_port

HERE = Path(__file__).parent
SETUP = "/usr/sbin/rt-setup-database-5"
SERVER = "/usr/share/request-tracker5/libexec/rt-server"
STARTS_WITHIN_S = 60


@dataclass(frozen=True)
class Rt:
    """`tokens`: user → token, of root, supportvoice and stranger."""

    url: str
    tokens: dict[str, str]

    def ask(self, method: str, path: str, user: str = "root", **more: object) -> httpx.Response:
        headers = {"authorization": f"token {self.tokens[user]}"}
        return httpx.request(
            method,
            f"{self.url}/REST/2.0/{path}",
            headers=headers,
            timeout=30,
            trust_env=False,
            **more,  # type: ignore[arg-type]
        )


@contextmanager
def request_tracker(folder: Path) -> Iterator[Rt]:
    port = free_port()
    config = folder / "RT_SiteConfig.pm"
    shutil.copy(HERE / "RT_SiteConfig.pm", config)
    (folder / "conf.d").mkdir()
    environment = os.environ | {
        "RT_TEST_FOLDER": str(folder),
        "RT_TEST_PORT": str(port),
        "RT_SITE_CONFIG": str(config),
        "RT_SITE_CONFIG_DIR": str(folder / "conf.d"),
    }
    _run([SETUP, "--action", "init", "--skip-create"], environment)
    _run([SETUP, "--action", "insert", "--datafile", str(HERE / "initialdata.pl"), "--skip-create"], environment)
    said = _run(["perl", str(HERE / "tokens.pl"), "root", "supportvoice", "stranger"], environment)
    tokens = dict(line.split() for line in said.splitlines())
    with (folder / "server.log").open("wb") as log:
        command = ["perl", SERVER, "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    rt = Rt(f"http://127.0.0.1:{port}", tokens)
    try:
        _wait_for(rt)
        yield rt
    finally:
        process.terminate()
        process.wait(timeout=20)


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, f"{command}: {done.stdout[-1000:]} {done.stderr[-2000:]}"
    return done.stdout


def _wait_for(rt: Rt) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        try:
            if rt.ask("GET", "rt").is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise AssertionError("Request Tracker did not start")
