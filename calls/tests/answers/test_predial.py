"""May a campaign dial? Through the DRF view and through the lane."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls.answers import answer
from calls.answers.predial import answer_predial
from calls.intake.envelope import open_envelope
from calls.models import DoNotCall, RefusedDials
from calls.tests.answers.judged import asked
from calls.tests.conftest import Post, load

REQUEST = "campaign.predial__contact"
ADA = "+447700900018"
CONTACT = load(REQUEST)["message"]["contact"]


def eligible(post: Post, contact: Any = CONTACT) -> bool:
    reply: dict[str, bool] = asked(post, REQUEST, contact=contact)
    return reply["eligible"]


def counted() -> dict[str, int]:
    return dict(RefusedDials.objects.filter(day=datetime.now(UTC).date()).values_list("reason", "count"))


def test_who_is_not_on_the_list_may_be_called(post: Post) -> None:
    DoNotCall.objects.create(number="+12025550199")
    assert eligible(post) is True
    assert counted() == {}


@pytest.mark.parametrize("written", [ADA, " +44 7700 900018", "+44 (0)7700 900-018", "+44.7700.900018"])
def test_who_is_on_the_list_may_not_however_the_number_is_written(post: Post, written: str) -> None:
    DoNotCall.objects.create(number=ADA)
    for _ in range(2):
        assert eligible(post, CONTACT | {"number": written}) is False
    assert counted() == {"listed": 2}


GARBLED: list[Any] = [
    *(None, "", 447700900018, "447700900018", "07700 900018", "+", "+44", "withheld", ["+447700900018"], {}),
    *(
        "+447700900018 or +12025550100",
        "call +447700900018",
        "sip:+447700900018@x",
        "+44\x007700900018",
        ADA + "1" * 60,
    ),
]


@pytest.mark.parametrize("number", GARBLED, ids=range(len(GARBLED)))
def test_a_number_that_is_not_plainly_one_is_not_dialled(post: Post, number: Any) -> None:
    assert eligible(post, CONTACT | {"number": number}) is False
    assert counted() == {"no-number": 1}


@pytest.mark.parametrize("contact", [None, [], "x", 7, {}])
def test_without_a_contact_nobody_is_dialled(post: Post, contact: Any) -> None:
    assert eligible(post, contact) is False


def test_where_the_list_cannot_be_asked_nobody_is_dialled(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(**_: Any) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(DoNotCall.objects, "filter", fails)
    assert eligible(post) is False
    assert counted() == {"failed": 1}
    assert "The list could not be asked" in caplog.text


def test_not_even_counting_it_may_fail(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calls.answers.predial.COUNT", "no SQL at all")
    assert eligible(post, {}) is False
    monkeypatch.setattr("calls.answers.predial.refusal", lambda message: 1 / 0)
    assert eligible(post) is False


def test_an_answer_costs_one_query(db: None) -> None:
    message = open_envelope(json.dumps(load(REQUEST)).encode())
    with CaptureQueriesContext(connection) as captured:
        assert answer_predial(message) == {"eligible": True}
    assert len(captured) == 1


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ANYTHING | st.fixed_dictionaries({"number": ANYTHING | st.text("+0123456789 ()-x", max_size=20)}))
def test_it_never_errs_and_never_allows_a_listed_number(db: None, contact: Any) -> None:
    DoNotCall.objects.get_or_create(number=ADA)
    body = json.dumps({"message": {"type": "campaign.predial", "contact": contact}}).encode("utf-8", "replace")
    reply = answer(open_envelope(body))
    assert reply.body in (b'{"eligible":true}', b'{"eligible":false}')


def test_only_e164_can_be_on_the_list(db: None) -> None:
    with pytest.raises(IntegrityError):
        DoNotCall.objects.create(number="07700 900018")


def test_the_command_adds_removes_and_lists(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("do_not_call", "add", "+44 7700 900018", "+12025550199", "--reason", "asked us to stop")
    call_command("do_not_call", "add", ADA)
    call_command("do_not_call", "remove", "+12025550199")
    call_command("do_not_call", "remove", "+12025550199")
    call_command("do_not_call", "list")
    *said, listed = capsys.readouterr().out.splitlines()
    assert said[0] == f"{ADA} is added"
    assert said[2:] == [f"{ADA} was there already", "+12025550199 is removed", "+12025550199 was not there"]
    assert listed.split("\t")[::2] == [ADA, "asked us to stop"]


def test_the_command_does_nothing_where_one_number_is_wrong(db: None) -> None:
    with pytest.raises(CommandError, match="07700"):
        call_command("do_not_call", "add", ADA, "07700 900018")
    assert not DoNotCall.objects.exists()


def test_the_admin_writes_the_number_as_campaigns_do_and_who_added_it(admin_client: Client) -> None:
    admin_client.post("/admin/calls/donotcall/add/", {"number": "+44 (0)7700 900018", "reason": "asked"})
    row = DoNotCall.objects.get()
    assert (row.number, str(row.added_by)) == (ADA, "admin")
    wrong = admin_client.post("/admin/calls/donotcall/add/", {"number": "07700", "reason": ""})
    assert "Write the number as E.164" in wrong.content.decode()
