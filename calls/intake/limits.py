"""How much of a delivery is read, and how much is held at once."""

from __future__ import annotations

from threading import Lock

from calls.intake.message_types import LARGE

MIB = 1024 * 1024
MAX_BODY_BYTES = 10 * MIB
MAX_EVENT_BYTES = 2 * MIB
MAX_IN_FLIGHT_BYTES = 64 * MIB


def too_large(message_type: str, size_bytes: int) -> bool:
    return size_bytes > MAX_EVENT_BYTES and message_type not in LARGE


class InFlight:
    """Bytes of request bodies that this process holds. Safe between threads."""

    def __init__(self, limit_bytes: int = MAX_IN_FLIGHT_BYTES) -> None:
        self.limit_bytes = limit_bytes
        self.held_bytes = 0
        self._lock = Lock()

    def take(self, size_bytes: int) -> bool:
        with self._lock:
            if self.held_bytes + size_bytes > self.limit_bytes:
                return False
            self.held_bytes += size_bytes
            return True

    def give_back(self, size_bytes: int) -> None:
        with self._lock:
            self.held_bytes -= size_bytes


in_flight = InFlight()
