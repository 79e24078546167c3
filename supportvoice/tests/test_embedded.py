"""The local servers: started, found again, stopped, whatever became of the run before."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from supportvoice.embedded import envfile, local_secrets

RUNNER = [sys.executable, "-m", "supportvoice.embedded"]
COUNT = """
import os, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS run (at timestamptz)")
    connection.execute("INSERT INTO run VALUES (now())")
    rows = connection.execute("SELECT count(*) FROM run").fetchone()[0]
    locale = connection.execute("SELECT datlocale FROM pg_database WHERE datname = 'supportvoice'").fetchone()[0]
print(rows, redis.Redis.from_url(os.environ["REDIS_URL"]).incr("run"), locale)
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Open to every user, as a clone usually is; pytest makes its own folders private."""
    path = Path(tempfile.mkdtemp(prefix="supportvoice-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RUNNER, "--folder", str(folder), "--", *command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def count(folder: Path) -> list[str]:
    done = run(folder, sys.executable, "-c", COUNT)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def start(folder: Path) -> subprocess.Popen[str]:
    """A runner whose command has begun and waits."""
    runner = subprocess.Popen(
        [*RUNNER, "--folder", str(folder), "--", "sh", "-c", "echo begun; exec cat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert runner.stdout is not None
    assert runner.stdout.readline() == "begun\n"
    return runner


def servers_in(folder: Path) -> list[psutil.Process]:
    mentioned = [process for process in psutil.process_iter(["cmdline"]) if process.info["cmdline"]]
    return [each for each in mentioned if any(f"{folder}/" in part for part in each.info["cmdline"])]


def test_data_survives_a_restart_and_an_interrupted_first_run(folder: Path) -> None:
    half_made = folder / "postgres.new/data"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    assert count(folder) == ["1", "1", "C.UTF-8"]
    assert count(folder) == ["2", "2", "C.UTF-8"]
    assert servers_in(folder) == []


def test_exit_code_of_the_command_comes_back(folder: Path) -> None:
    assert run(folder, "sh", "-c", "exit 7").returncode == 7


def test_the_command_runs_in_local_mode_with_secrets_of_its_own(folder: Path) -> None:
    names = ["LOCAL_MODE", *local_secrets.MAKERS]
    script = f"import os; print(all(os.environ.get(name) for name in {names}))"
    assert run(folder, sys.executable, "-c", script).stdout == "True\n"


def test_second_runner_is_refused_by_one_line_that_names_the_first(folder: Path) -> None:
    first = start(folder)
    second = run(folder, "true")
    first.communicate()
    assert second.returncode == 1
    assert second.stderr == f"Process {first.pid} already runs in {folder}. Stop it first.\n"
    assert first.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_reach_the_command_and_stop_the_servers(folder: Path, number: signal.Signals) -> None:
    runner = start(folder)
    runner.send_signal(number)
    runner.wait(timeout=30)
    assert runner.returncode == 128 + number
    assert servers_in(folder) == []


def test_servers_of_a_killed_runner_are_stopped_and_their_data_kept(folder: Path) -> None:
    rows = int(count(folder)[0])
    runner = start(folder)
    orphans = servers_in(folder)
    runner.kill()
    runner.communicate()
    assert len(orphans) == 2
    assert count(folder)[0] == str(rows + 1)
    assert servers_in(folder) == []


def test_killed_server_whose_number_another_process_bears_does_not_stop_the_next_start(folder: Path) -> None:
    rows = int(count(folder)[0])
    (folder / "postgres/data/postmaster.pid").write_text(f"{os.getpid()}\n{folder}/postgres/data\n")
    (folder / "processes").write_text(f"{os.getpid()} 15 a command that ended long ago\n")
    assert count(folder)[0] == str(rows + 1)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user may enter their own folders")
def test_folder_that_only_root_may_enter_keeps_its_data_elsewhere(tmp_path: Path) -> None:
    assert count(tmp_path)[0] == "1"
    elsewhere = Path((tmp_path / "home").read_text().strip())
    try:
        assert count(tmp_path)[0] == "2"
        assert not (tmp_path / "postgres").exists()
    finally:
        shutil.rmtree(elsewhere)


def test_env_file_is_private_and_reads_back_what_was_written(tmp_path: Path) -> None:
    values = {"URL": "postgres://a:b@127.0.0.1:1/c?x=y", "SECRET": "with # spaces", "EMPTY": "", "ALL": "*=number"}
    envfile.write(tmp_path / "secrets.env", values)
    assert envfile.read(tmp_path / "secrets.env") == values
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600


def test_secrets_are_made_once_and_missing_ones_added(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    envfile.write(file, {"SECRET_KEY": "kept"})
    first = local_secrets.kept(file)
    assert first["SECRET_KEY"] == "kept"
    assert local_secrets.kept(file) == first
