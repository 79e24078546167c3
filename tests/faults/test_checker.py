"""The checker sees what it is there to see: a green run says something."""

from __future__ import annotations

from typing import Any

import pytest

from calls.answers.ledger import IN_PROGRESS
from tests.faults.checker import Counts, count
from tests.faults.load import Sent

FIRST_WORD, TICKET_WORD = "w" + "1" * 16, "w" + "2" * 16


class Database:
    """What is there, in place of a stack."""

    def __init__(self, rows: list[Any], said: list[str], opened: list[str]) -> None:
        self._answers = [rows, [(text,) for text in said], [(text,) for text in opened]]

    def sql(self, _query: str) -> list[Any]:
        return self._answers.pop(0)


def found(
    answers: tuple[list[int | None], list[int | None]] = ([200], [200]),
    rows: tuple[int, int] = (1, 1),
    said: tuple[str, ...] = (FIRST_WORD,),
    opened: tuple[str, ...] = (TICKET_WORD,),
    told: str = "Ticket 7 is open",
) -> Counts:
    """Two events of a call: a word and a ticket, with what became of each."""
    told = f'{{"result":"{told}"}}'
    sent = [Sent("call", 1, FIRST_WORD, False, answers[0]), Sent("call", 2, TICKET_WORD, True, answers[1], told)]
    stored = [("call", stamp_ms, times) for stamp_ms, times in enumerate(rows, 1) if times]
    database: Any = Database(stored, [f"I said {word}." for word in said], list(opened))
    return count(database, sent)


def wrong(counts: Counts) -> tuple[int, int, int]:
    return len(counts.lost), len(counts.duplicated), len(counts.unexpected)


def test_all_is_well_where_each_is_there_once() -> None:
    assert (wrong(found()), found().accepted, found().recovered) == ((0, 0, 0), 2, 0)


def test_accepted_and_not_there_is_lost() -> None:
    assert wrong(found(rows=(0, 1), said=())) == (1, 0, 0)


def test_stored_and_without_its_effect_is_lost() -> None:
    assert wrong(found(said=())) == (1, 0, 0)
    assert wrong(found(opened=())) == (1, 0, 0)
    assert wrong(found(answers=([None], [200]), said=())) == (1, 0, 0)


def test_a_ticket_that_is_only_being_opened_may_be_missing_and_is_counted() -> None:
    counts = found(opened=(), told=str(IN_PROGRESS.result))
    assert (wrong(counts), counts.unkept) == ((0, 0, 0), 1)


def test_a_second_row_or_effect_is_a_duplicate() -> None:
    assert wrong(found(rows=(2, 1))) == (0, 1, 0)
    assert wrong(found(said=(FIRST_WORD, FIRST_WORD))) == (0, 1, 0)
    assert wrong(found(opened=(TICKET_WORD, TICKET_WORD))) == (0, 1, 0)


def test_refused_or_never_sent_and_there_is_unexpected() -> None:
    assert wrong(found(answers=([401], [200]))) == (0, 0, 1)
    assert wrong(found(said=(FIRST_WORD, "w" + "3" * 16))) == (0, 0, 1)


@pytest.mark.parametrize("answer", [None, 503])
def test_no_word_of_it_and_there_all_the_same_is_recovered(answer: int | None) -> None:
    counts = found(answers=([answer], [answer]))
    assert (wrong(counts), counts.recovered) == ((0, 0, 0), 2)
    assert wrong(found(answers=([answer], [answer]), rows=(0, 0), said=(), opened=())) == (0, 0, 0)
