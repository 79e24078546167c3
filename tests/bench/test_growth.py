"""The bench growth in small: no page asks more of two thousand calls than of sixty, or reads all that was ever said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.growth.addresses import Page, pages
from bench.growth.load import load
from bench.growth.room import too_little
from bench.growth.table import Line
from bench.growth.world import World
from calls.models import Call, Turn
from tickets.models import Comment

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]


@contextmanager
def filled(calls: int) -> Iterator[list[Page]]:
    with transaction.atomic():
        world = World(calls)
        load(world)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield pages(world)
        transaction.set_rollback(True)


@pytest.fixture
def superuser() -> Client:
    """Content types are asked for once a process, and are known."""
    ContentType.objects.get_for_models(*apps.get_models())
    client = Client()
    client.force_login(User.objects.create_superuser("growth"))
    return client


def asked(client: Client, page: Page) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page.addresses[0]).status_code == 200, page
    return [each["sql"] for each in captured.captured_queries]


def reads_all(statement: str) -> bool:
    """Whether the database would read a whole table of words for it."""
    if not statement.startswith("SELECT") or not {Turn._meta.db_table, Comment._meta.db_table} & set(
        statement.split('"')
    ):
        return False
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement.replace("%", "%%"), [])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    return any(f"Seq Scan on {table}" in plan for table in (Turn._meta.db_table, Comment._meta.db_table))


def test_no_page_asks_more_of_many_calls_than_of_few(superuser: Client) -> None:
    with filled(60) as few:
        before = {page.name: len(asked(superuser, page)) for page in few if page.addresses}
    with filled(2_000) as many:
        statements = {page.name: asked(superuser, page) for page in many if page.addresses}
        whole = {name for name, found in statements.items() if any(map(reads_all, found))}
        assert (Call.objects.count(), Turn.objects.count()) == (2_000, 40_000)
    counts = {name: (before[name], len(found)) for name, found in statements.items() if name in before}
    more = {name: both for name, both in counts.items() if both[1] > both[0]}
    assert more == {}
    assert whole == set()


def test_what_is_loaded_fits_together(superuser: Client) -> None:
    """Foreign keys are not looked at while loading."""
    with filled(60):
        connection.check_constraints()


def test_a_disk_without_room_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    url = connection.get_connection_params()
    address = f"postgres://{url['user']}:{url['password']}@{url['host']}:{url['port']}/{url['dbname']}"
    assert too_little(address, 1) == ""
    assert "are missing" in too_little(address, 10**9)


def test_a_page_misses_its_aim_where_it_is_slow_or_asks_more() -> None:
    well = {"p95_ms": 149.0, "queries": 7, "failed": []}
    assert Line(well, well).misses == ""
    assert Line(well, {**well, "p95_ms": 151.0, "queries": 8}).misses == "slow, more queries"
    assert Line(well, {**well, "failed": ["/"]}).misses == "failed"
