"""One process of the web server: uvicorn under gunicorn, which starts it, watches it, and puts another in its place."""

from __future__ import annotations

import asyncio
import math
import os
import signal
from typing import Any

from uvicorn_worker import UvicornWorker

# uvloop takes one connection of each listening socket in a round of its loop. In a burst of new connections a tool
# call would wait in their queue for seconds; through so many doors they all come in.
DOORS = 16
# Of the time in which it is to stop, what it keeps to commit what was received and to write down what is owed.
DRAINS_S = 8


class WebWorker(UvicornWorker):  # type: ignore[misc]  # it has no types
    sockets: list[Any]
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
        # Streams have no end of their own, and are ended then.
        self.config.timeout_graceful_shutdown = max(self.cfg.graceful_timeout - DRAINS_S, 1)
        # Each second. uvicorn counts by the wall clock, and one that is set back would stop it until gunicorn, which
        # does not, takes the process for dead.
        self.config.timeout_notify = -math.inf

    async def _serve(self) -> None:
        self.sockets = [door for listening in self.sockets for door in doors(listening)]
        await super()._serve()

    def _install_sigquit_handler(self) -> None:
        """Gunicorn's parent, told to stop by ^C, says so by SIGQUIT, which uvicorn does not listen to."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGQUIT, os.kill, os.getpid(), signal.SIGTERM)

    async def callback_notify(self) -> None:
        """Also looks whether its parent still lives: alone it would hold the port for ever."""
        await super().callback_notify()
        if os.getppid() != self.ppid:
            os.kill(os.getpid(), signal.SIGTERM)


def doors(listening: Any) -> list[Any]:
    """In place of the one that gunicorn opened: it refuses who comes when all are closed."""
    opened = [listening.sock.dup() for _ in range(DOORS)]
    listening.close()
    return opened
