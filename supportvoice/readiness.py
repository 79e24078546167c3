"""Can this installation do its work now? Each part says what is wrong with it, and nothing where it is well.

For whoever rolls out and watches. A load balancer asks /healthz: deliveries are taken while the broker is away.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from supportvoice.impatient import redis_client

BROKER_WITHIN_S = 0.5
WELL = "ok"
UNKNOWN = "not known without the database"

log = logging.getLogger(__name__)

Look = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Readiness:
    """By part: WELL, or what is wrong in plain words. No address, no version: whoever is in the network may ask."""

    parts: dict[str, str]

    @property
    def is_ready(self) -> bool:
        return all(said == WELL for said in self.parts.values())

    def as_json(self) -> bytes:
        return json.dumps({"ready": self.is_ready, **self.parts}).encode()


def look() -> Readiness:
    """Without the database the rest is not asked: each part would wait for a connection of its own."""
    parts = {name: _looked(PARTS[name]) for name in ("database", "broker")}
    others = {name: part for name, part in PARTS.items() if name not in parts}
    is_there = parts["database"] == WELL
    return Readiness(parts | {name: _looked(part) if is_there else UNKNOWN for name, part in others.items()})


def _looked(part: Look) -> str:
    try:
        return part() or WELL
    except Exception as error:
        log.warning("not ready: %s: %s", part.__name__, type(error).__name__)
        return "does not answer"


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def migrations() -> str:
    missing = _brought() - set(MigrationRecorder(connection).applied_migrations())
    return f"not applied: {len(missing)}" if missing else ""


@cache
def _brought() -> frozenset[tuple[str, str]]:
    """The migrations of this process's code: they do not change while it runs."""
    return frozenset(MigrationLoader(None).graph.nodes)


def broker() -> str:
    redis_client(settings.REDIS_URL, BROKER_WITHIN_S).ping()
    return ""


# The apps add theirs in their AppConfig; those are asked only while the database answers.
PARTS: dict[str, Look] = {"database": database, "migrations": migrations, "broker": broker}
