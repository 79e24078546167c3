"""One run of the demo, from the lock to the last process stopped."""

from __future__ import annotations

import http.client
import os
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sandbox.demo import children
from sandbox.demo.environment import DEFAULTS, demo_environment, given_servers, published
from sandbox.demo.interruption import Interruption, Stopped
from sandbox.demo.supervisor import Supervisor, described
from supportvoice.embedded.failure import StartError, last_lines
from supportvoice.embedded.lock import runner_lock
from supportvoice.embedded.ports import is_taken
from supportvoice.embedded.processes import Roster, Running
from supportvoice.embedded.servers import running_servers

FIRST_PAGE_TRIES = 600
WEB_POOL_SIZE = "8"


@dataclass
class Session:
    root: Path  # the project: manage.py and the packages
    local: Path  # the demo's files: secrets, data, logs
    say: Callable[[str], None]

    def run(self) -> int:
        interruption = Interruption()
        folder = self.local / "demo"
        try:
            with runner_lock(folder):
                self.run_locked(folder, interruption)
        except Stopped:
            self.say("Stopped.")
        except StartError as error:
            if interruption.asked:
                return 0
            self.say(str(error))
            return 1
        except PermissionError as error:
            self.say(f"{error.filename} belongs to another user. Run as that user, or remove it.")
            return 1
        return 0

    def run_locked(self, folder: Path, interruption: Interruption) -> None:
        roster = Roster(folder / "processes")
        roster.reap()
        port = free_or_fail(os.environ.get("PORT") or DEFAULTS["PORT"])
        given = given_servers(folder, os.environ)
        if len(given) < 2:
            self.say("Starting PostgreSQL and Valkey ...")
        with running_servers(folder, roster, given) as urls:
            environment = demo_environment(self.local / "secrets.env", urls, os.environ)
            supervisor = Supervisor(roster, folder / "logs", environment, self.root, self.say)
            with published(folder / "servers.env", environment):
                try:
                    self.prepare("migrate", supervisor, interruption)
                    web = supervisor.start("web", children.web(port), DATABASE_POOL_SIZE=WEB_POOL_SIZE)
                    self.prepare("seed", supervisor, interruption)
                    await_first_page(web, port, interruption)
                    self.serve(supervisor, interruption, folder, port)
                finally:
                    supervisor.stop()

    def prepare(self, name: str, supervisor: Supervisor, interruption: Interruption) -> None:
        line, command = children.STEPS[name]
        self.say(line)
        step = supervisor.start(name, command)
        while not step.ended():
            interruption.pause()
        if step.process.returncode:
            raise StartError(described(step))
        supervisor.forget(name)

    def serve(self, supervisor: Supervisor, interruption: Interruption, folder: Path, port: int) -> None:
        supervisor.start("worker", children.WORKER)
        supervisor.start("crm-worker", children.CRM_WORKER)
        supervisor.start("beat", children.beat(folder))
        if supervisor.environment.get("DEMO_CALLS") != "0":
            supervisor.start("traffic", children.TRAFFIC)
        self.say(welcome(port, supervisor.environment))
        while True:
            supervisor.check()
            interruption.pause()


def free_or_fail(port: str) -> int:
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise StartError(f"PORT must be a number from 1 to 65535, not {port!r}.")
    if is_taken(int(port)):
        other = int(port) % 65535 + 1
        raise StartError(f"Port {port} is taken. Set PORT to another one, e.g. PORT={other} make demo.")
    return int(port)


def await_first_page(web: Running, port: int, interruption: Interruption) -> None:
    for _ in range(FIRST_PAGE_TRIES):
        status = page_status(port)
        if web.ended() or status:
            break
        interruption.pause()
    if web.ended():
        raise StartError(described(web))
    if not status or status >= 500:
        why = f"answers {status}" if status else "does not answer"
        raise StartError(f"The first page {why} ({web.log}):\n{last_lines(web.log)}")


def page_status(port: int) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with suppress(OSError, http.client.HTTPException), closing(connection):
        connection.request("GET", "/login/")
        return connection.getresponse().status
    return None


def welcome(port: int, environment: Mapping[str, str]) -> str:
    password = environment["DEMO_PASSWORD"]
    address = f"SupportVoice is running at http://127.0.0.1:{port}/"
    return f"{address}  login: demo  password: {password}  (Ctrl-C stops it)"
