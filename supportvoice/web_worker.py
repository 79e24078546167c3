"""One process of the web server: uvicorn under gunicorn, which starts it, watches it, and puts another in its place."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import sys
from typing import Any

from gunicorn.arbiter import Arbiter
from uvicorn_worker import UvicornWorker

from supportvoice.accepting import EvenServer, Shares

# Of the time in which it is to stop, what it keeps to commit what was received and to write down what is owed.
DRAINS_S = 8


class WebWorker(UvicornWorker):  # type: ignore[misc]  # it has no types
    sockets: list[Any]
    shares = Shares()
    # What the address of a sender is, only Django's own setting says (BEHIND_TLS_PROXY).
    CONFIG_KWARGS = {
        "http": "supportvoice.one_write:Protocol",
        "ws": "none",
        "proxy_headers": False,
        "server_header": False,
        "access_log": False,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = self.shares.join()  # in the parent: this process is still to part
        # Streams have no end of their own, and are ended then.
        self.config.timeout_graceful_shutdown = max(self.cfg.graceful_timeout - DRAINS_S, 1)
        # Each second. uvicorn counts by the wall clock, and one that is set back would stop it until gunicorn, which
        # does not, takes the process for dead.
        self.config.timeout_notify = -math.inf

    async def _serve(self) -> None:
        self.config.app = self.wsgi
        server = EvenServer(self.config, self.shares, self.number)
        self._install_sigquit_handler()
        await server.serve(sockets=[listening.sock for listening in self.sockets])
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)

    def _install_sigquit_handler(self) -> None:
        """Gunicorn's parent, told to stop by ^C, says so by SIGQUIT, which uvicorn does not listen to."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGQUIT, os.kill, os.getpid(), signal.SIGTERM)

    async def callback_notify(self) -> None:
        """Also looks whether its parent still lives: alone it would hold the port for ever."""
        await super().callback_notify()
        if os.getppid() != self.ppid:
            os.kill(os.getpid(), signal.SIGTERM)


def child_exit(_: Arbiter, worker: WebWorker) -> None:
    """Gunicorn calls it in the parent, however the process ended."""
    worker.shares.leave(worker.number)
