"""The demo as a person meets it: one command, one line, one Ctrl-C."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from supportvoice.embedded import envfile
from supportvoice.embedded.ports import free_port

ROOT: Path = settings.BASE_DIR
# Set and empty: the demo starts servers of its own, and a demo that runs beside the tests is not found.
OWN_SERVERS = {"DATABASE_URL": "", "REDIS_URL": "", "PYTHONWARNINGS": "ignore::UserWarning"}
QUIET = {**OWN_SERVERS, "LOCAL_MODE": "1", "DEMO_CALLS": "0"}
SECRETS = ("SECRET_KEY", "FIELD_KEYS", "VAPI_SERVER_SECRET", "DEMO_PASSWORD")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="supportvoice-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def start(folder: Path, port: int) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name not in SECRETS}
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--folder", str(folder)],
        cwd=ROOT,
        env={**environment, **QUIET, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def lines_until_running(demo: subprocess.Popen[str]) -> list[str]:
    assert demo.stdout is not None
    lines: list[str] = []
    for line in demo.stdout:
        lines.append(line.rstrip())
        if "is running at" in line:
            return lines
    raise AssertionError("\n".join(lines))


def status_of_first_page(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/login/")
    return connection.getresponse().status


def test_demo_runs_until_ctrl_c_and_leaves_nothing_behind(folder: Path) -> None:
    port = free_port()
    demo = start(folder, port)
    lines = lines_until_running(demo)
    password = envfile.read(folder / "secrets.env")["DEMO_PASSWORD"]
    assert lines[-1] == (
        f"SupportVoice is running at http://127.0.0.1:{port}/  login: demo  password: {password}  (Ctrl-C stops it)"
    )
    assert status_of_first_page(port) == 200
    assert envfile.read(folder / "demo/servers.env")["PORT"] == str(port)

    started = psutil.Process(demo.pid).children(recursive=True)
    demo.send_signal(signal.SIGINT)
    demo.communicate(timeout=40)
    assert demo.returncode == 0
    assert len(started) >= 5
    assert [process for process in started if process.is_running()] == []
    assert not (folder / "demo/servers.env").exists()


def test_demo_starts_again_after_it_was_killed(folder: Path) -> None:
    port = free_port()
    killed = start(folder, port)
    lines_until_running(killed)
    killed.kill()
    killed.communicate()

    demo = start(folder, port)
    lines_until_running(demo)
    second = start(folder, free_port())
    refusal, _ = second.communicate(timeout=20)
    demo.terminate()
    demo.communicate(timeout=40)
    assert refusal == f"Process {demo.pid} already runs in {folder / 'demo'}. Stop it first.\n"
    assert (second.returncode, demo.returncode) == (1, 0)


def test_taken_port_is_named_with_the_variable_that_changes_it(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        demo = start(folder, port)
        output, _ = demo.communicate(timeout=20)
    hint = f"Set PORT to another one, e.g. PORT={port % 65535 + 1} make demo."
    assert output == f"Port {port} is taken. {hint}\n"
    assert demo.returncode == 1


def test_port_that_is_no_number_is_refused(folder: Path) -> None:
    demo = subprocess.run(
        [sys.executable, "manage.py", "demo", "--folder", str(folder)],
        cwd=ROOT,
        env={**os.environ, **QUIET, "PORT": "web"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert demo.stdout == "PORT must be a number from 1 to 65535, not 'web'.\n"
    assert demo.returncode == 1
