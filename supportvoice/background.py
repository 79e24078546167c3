"""Work on a thread of its own, so that who has some is never held up by it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)


class Background:
    """`wake()` costs nothing: any number of them within `pause_s` are one call of `work`. What that raises is
    logged.
    """

    def __init__(self, name: str, work: Callable[[], None], pause_s: float) -> None:
        self._work = work
        self._pause_s = pause_s
        self._wanted = threading.Event()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def wake(self) -> None:
        if not self._wanted.is_set():
            self._wanted.set()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                self._work()
            except Exception:
                log.exception("in the background")
            time.sleep(self._pause_s)
