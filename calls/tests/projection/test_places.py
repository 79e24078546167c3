"""A machine of two processors projects in one process at a time, and nothing waits for good because of it."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from calls.intake.wake import PROJECT_PENDING
from calls.models import Pending
from calls.projection import pending, places, run
from calls.projection.places import place
from calls.projection.run import project_where_there_is_a_place
from calls.tests.projection.build import body, row, store
from supportvoice.wake import is_awake

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "PLACES", 2)


def come(number: int = 0) -> None:
    store([row({**body("hang__late-answer", number), "call": {"id": f"call-{number}"}})], f"call-{number}")


def test_there_are_as_many_places_as_it_says() -> None:
    with ExitStack() as stack:
        assert [stack.enter_context(place()) for _ in range(3)] == [True, True, False]
    with place() as there_is_one:
        assert there_is_one


def test_a_place_is_given_back_by_what_fails() -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), place():
            _ = 1 / 0
    with place() as there_is_one:
        assert there_is_one


def test_a_process_that_is_killed_gives_its_place_back() -> None:
    held = [places._file(number) for number in range(2)]
    script = "import fcntl, sys, time\nfiles = [open(name, 'w') for name in sys.argv[1:]]\n"
    script += "[fcntl.flock(file, fcntl.LOCK_EX) for file in files]\nprint('held', flush=True)\ntime.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", script, *map(str, held)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    with place() as there_is_one:
        assert not there_is_one
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    with place() as there_is_one:
        assert there_is_one


def test_another_database_has_places_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    here = places._file(0)
    monkeypatch.setitem(connection.settings_dict, "NAME", "another")
    assert places._file(0) != here


def test_without_a_place_nothing_is_projected() -> None:
    come()
    with place(), place():
        assert project_where_there_is_a_place() == 0
    assert project_where_there_is_a_place() == 1


@pytest.mark.parametrize("found", [0, 1])
def test_what_came_while_others_were_turned_away_is_projected_by_who_gives_its_place_back(
    monkeypatch: pytest.MonkeyPatch, found: int
) -> None:
    real, late = run._project_due, iter([1])

    def with_one_more_at_the_end(*known: Any) -> run.Done:
        done = real(*known)
        for number in late:
            come(number)
        return done

    monkeypatch.setattr(run, "_project_due", with_one_more_at_the_end)
    for _ in range(found):
        come()
    assert project_where_there_is_a_place() == found + 1
    assert not Pending.objects.exists()


def test_who_projects_is_not_woken_meanwhile_and_is_when_it_looks_for_the_last_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An event that comes after the last look needs a wake, and one that comes before it does not."""
    project, look, seen = run._project_due, pending.due_calls, list[tuple[str, bool]]()

    def projecting(*known: Any) -> run.Done:
        seen.append(("projects", is_awake(PROJECT_PENDING)))
        return project(*known)

    def looking(limit: int, without: frozenset[str]) -> list[str]:
        found = look(limit, without=without)
        seen.append((f"finds {len(found)}", is_awake(PROJECT_PENDING)))
        return found

    monkeypatch.setattr(run, "_project_due", projecting)
    monkeypatch.setattr(pending, "due_calls", looking)
    come()
    project_where_there_is_a_place()
    assert seen == [("projects", True), ("finds 1", True), ("finds 0", True), ("finds 0", False)]


@pytest.mark.parametrize("file", ["directory", "link"])
def test_where_places_cannot_be_counted_there_is_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str
) -> None:
    """A limit that is only considerate stops nothing."""
    if file == "directory":
        (tmp_path / "place").mkdir()
    else:
        (tmp_path / "place").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setattr(places, "_file", lambda _: tmp_path / "place")
    come()
    assert project_where_there_is_a_place() == 1
