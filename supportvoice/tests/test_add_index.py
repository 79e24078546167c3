"""A migration that gave up half way can be run again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.state import ProjectState

from supportvoice.add_index import STATE, AddIndex

NAME = "call_by_our_number"
LEFT_BEHIND = {
    "nothing": [],
    "a half": [
        f"CREATE INDEX {NAME} ON calls_call (our_number)",
        f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{NAME}'::regclass",
    ],
    "a whole one": [f"CREATE INDEX {NAME} ON calls_call (our_number)"],
}


@pytest.fixture(params=LEFT_BEHIND)
def left_behind(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[str]:
    with connection.cursor() as cursor:
        for statement in LEFT_BEHIND[request.param]:
            cursor.execute(statement)
        yield request.param
        cursor.execute(f"DROP INDEX {NAME}")


@pytest.mark.usefixtures("left_behind")
def test_whatever_was_left_behind_there_is_a_whole_index() -> None:
    now = ProjectState.from_apps(apps)
    with connection.schema_editor(atomic=False) as editor:
        AddIndex("call", models.Index(fields=["our_number"], name=NAME)).database_forwards("calls", editor, now, now)
    with connection.cursor() as cursor:
        cursor.execute(STATE, [NAME])
        assert cursor.fetchone() == (True,)
