"""Loads calls, and all that hangs on them, into the database that the environment names."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

from django.apps import apps
from django.contrib.auth.models import User
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from bench.growth import of_both, of_calls, of_events, of_tickets
from bench.growth.copying import Table, copy
from bench.growth.settings_rows import load_settings
from bench.growth.world import World

APPS = ("calls", "tickets")
NOT_READY = """
UPDATE pg_index SET indisready = false, indisvalid = false
FROM pg_class, pg_am
WHERE pg_class.oid = indexrelid AND pg_am.oid = relam AND amname = 'gin' AND indrelid::regclass::text = ANY(%s)
RETURNING relname
"""


def load(world: World) -> int:
    """How many rows. The rows fit each other, so foreign keys are not looked at one by one: that takes longer than all
    the rest. Words are indexed when all are there.
    """
    of_events.make_partitions(world.now)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        load_settings(world)
        with words_indexed_last():
            rows = sum(_copied(table) for table in tables(world))
        cursor.execute("SET LOCAL session_replication_role = origin")
    _number_on()
    return rows


def tables(world: World) -> Iterator[Table]:
    return chain.from_iterable(part.tables(world) for part in (of_tickets, of_calls, of_both, of_events))


def tidy() -> None:
    """As autovacuum leaves them; outside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


@contextmanager
def words_indexed_last() -> Iterator[None]:
    """Whoever writes passes over an index that is not ready, and REINDEX makes it whole, as it was set up."""
    with connection.cursor() as cursor:
        cursor.execute(NOT_READY, [[model._meta.db_table for model in _models()]])
        names = [name for (name,) in cursor.fetchall()]
        yield
        for name in names:
            cursor.execute(f"REINDEX INDEX {connection.ops.quote_name(name)}")


def _copied(table: Table) -> int:
    began = time.monotonic()
    rows = copy(table)
    sys.stderr.write(f"  {table.model._meta.verbose_name_plural}: {rows:,} in {time.monotonic() - began:.1f} s\n")
    return rows


def _number_on() -> None:
    """The next row of each table comes after those that were loaded."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [*_models(), User]):
            cursor.execute(statement)


def _models() -> list[type[Model]]:
    return [model for app in APPS for model in apps.get_app_config(app).get_models()]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.growth.load", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    calls, began = parser.parse_args(arguments).calls, time.monotonic()
    rows = load(World(calls))
    loaded = time.monotonic()
    tidy()
    took = f"{loaded - began:.0f} s, tidied in {time.monotonic() - loaded:.0f} s"
    sys.stderr.write(f"{calls:,} calls, {rows:,} rows in {took}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
