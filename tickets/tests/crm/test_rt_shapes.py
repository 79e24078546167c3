"""The stand-in for Request Tracker answers in the shape of the real one, to every request that the adapter makes."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.rt.server import Rt
from tickets.crm.http import Http, Reply
from tickets.crm.interface import Change, NewTicket
from tickets.tests.crm.far_ends import (
    ADA,
    FarEnd,
    forget_everybody,
    real_far_end,
    request_tracker_stand_in,
    with_real_rt,
)

SOON_S = 20.0
KEY, OTHER = "a1" * 32, "b2" * 32
# The adapter follows no address.
NEVER_READ = ("_url", "_hyperlinks")
# Pages are a whole number that Perl writes as it has counted them: 1, 1.0.
NUMBERS = {"int": "number", "float": "number"}
Shapes = dict[str, dict[str, set[str]]]


@pytest.mark.skipif(not with_real_rt(), reason="needs a real Request Tracker: make test-rt")
def test_the_stand_in_answers_in_the_real_ones_shape(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rt: Rt = request.getfixturevalue("real_rt")
    forget_everybody(rt)
    real = shapes_of(real_far_end(rt), monkeypatch)
    with request_tracker_stand_in(tmp_path) as stand_in:
        ours = shapes_of(stand_in, monkeypatch)
    assert len(ours) >= 8
    assert ours.keys() == real.keys()
    assert ours == real


def shapes_of(far_end: FarEnd, monkeypatch: pytest.MonkeyPatch) -> Shapes:
    """Request → place in its answers → types seen there."""
    seen: Shapes = defaultdict(lambda: defaultdict(set))
    send = Http.send

    def watched(self: Http, method: str, path: str, *rest: Any, **more: Any) -> Reply:
        reply = send(self, method, path, *rest, **more)
        places(reply.body, "", seen[f"{method} {re.sub('[0-9]+', 'N', path)}"])
        return reply

    with monkeypatch.context() as patch:
        patch.setattr(Http, "send", watched)
        everything_the_adapter_asks(far_end)
    return seen


def places(value: Any, place: str, seen: dict[str, set[str]]) -> None:
    kind = type(value).__name__
    seen[place].add(NUMBERS.get(kind, kind))
    for name, one in inside(value):
        if name not in NEVER_READ:
            places(one, f"{place}.{name}", seen)


def inside(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return [("[]", one) for one in value] if isinstance(value, list) else []


def everything_the_adapter_asks(far_end: FarEnd) -> None:
    adapter = far_end.adapter
    far_end.person("Ada Byrne", "ada@example.com", ADA)
    far_end.ticket("ada@example.com", "Cold", "open")
    assert adapter.health(timeout_s=SOON_S).works
    number = adapter.create(NewTicket("Cold", "Very", "high"), key=KEY, timeout_s=SOON_S).number
    adapter.add_note(number, "x", public=False, key=OTHER, timeout_s=SOON_S)
    adapter.add_note(number, "x", public=True, key=OTHER, timeout_s=SOON_S)
    adapter.update(number, Change(status="open", priority="urgent"), key=OTHER, timeout_s=SOON_S)
    adapter.escalate(number, brief="x", priority="urgent", key=OTHER, timeout_s=SOON_S)
    assert adapter.find_written("create", "", key=KEY, timeout_s=SOON_S)
    assert adapter.find_written("add-note", number, key=OTHER, timeout_s=SOON_S)
    assert adapter.find_by_number("99999999", timeout_s=SOON_S) is None
    assert adapter.find_open_by_contact(phone=ADA, timeout_s=SOON_S).tickets
