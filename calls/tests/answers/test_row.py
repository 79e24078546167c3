"""The row of a tool call is there before anything is done for it, costs no wait for the disk, and few trips."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.answers.registry import Context
from calls.answers.requested import RequestedCall
from calls.answers.row import claim, lock, write_answer
from calls.answers.tool_calls import answer_tool_calls
from calls.identity import Caller
from calls.intake.envelope import open_envelope
from calls.message import Message
from calls.models import Call, ToolCall
from calls.tests.answers.asking import ADA, CALL_ID, function, tool_calls
from tickets.models import Ticket

ASKED = RequestedCall("call_1", "getTicket", {"ticketId": "12345"})


def context(call: Call | None) -> Context:
    return Context("", Caller(ADA), call, timezone.now())


def committed_how() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('synchronous_commit')")
        return str((cursor.fetchone() or [""])[0])


@pytest.fixture
def committed_as_they_claim(transactional_db: None) -> Iterator[None]:
    """The database writes into each new row whether its commit waits for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = 'on'")
        cursor.execute(
            "CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN NEW.failure := current_setting('synchronous_commit'); RETURN NEW; END $$"
        )
        cursor.execute("CREATE TRIGGER told BEFORE INSERT ON calls_toolcall FOR EACH ROW EXECUTE FUNCTION told()")
        yield
        cursor.execute("DROP FUNCTION told() CASCADE")


def test_a_second_delivery_finds_the_row_of_the_first(db: None) -> None:
    call = Call.objects.create(vapi_id=CALL_ID, began_at=timezone.now())
    first, second = claim(ASKED, context(call)), claim(ASKED, context(call))
    assert first == second
    stored = ToolCall.objects.get()
    assert (stored.arguments, stored.state, stored.requested_at) == (
        {"ticketId": "12345"},
        ToolCall.State.RUNNING,
        first.requested_at,
    )


def test_where_no_call_is_named_each_is_its_own(db: None) -> None:
    assert claim(ASKED, context(None)) != claim(ASKED, context(None))


def test_what_is_claimed_can_be_changed_and_saved(db: None) -> None:
    row = claim(ASKED, context(None))
    row.result = "open"
    row.save(update_fields=["result"])
    assert ToolCall.objects.get().result == "open"


@pytest.mark.usefixtures("committed_as_they_claim")
def test_only_the_claim_does_not_wait_for_the_disk() -> None:
    claim(ASKED, context(None))
    assert ToolCall.objects.get().failure == "off"
    assert committed_how() == "on"


@pytest.mark.parametrize("do", [lock, write_answer])
def test_a_row_that_somebody_has_deleted_is_not_answered(db: None, do: Callable[[ToolCall], None]) -> None:
    row = claim(ASKED, context(None))
    ToolCall.objects.all().delete()
    with pytest.raises(ToolCall.DoesNotExist):
        do(row)


@pytest.mark.parametrize(
    ("name", "arguments", "trips"),
    [("getTicketDetails", {"ticketId": "12345"}, 12), ("createTicket", {"issue": "It rattles"}, 11)],
)
def test_an_answer_takes_few_trips_to_the_database(
    ticket: Ticket, name: str, arguments: dict[str, str], trips: int
) -> None:
    Call.objects.create(vapi_id=CALL_ID, began_at=timezone.now())
    told = {"customer": {"number": ADA}, "call": {"id": CALL_ID, "customer": {"number": ADA}}}

    def asked(tool_call_id: str) -> Message:
        return open_envelope(json.dumps(tool_calls(function(name, arguments, tool_call_id), **told)).encode())

    answer_tool_calls(asked("call_1"))  # the first one learns which CRM is active
    with CaptureQueriesContext(connection) as captured:
        (result,) = answer_tool_calls(asked("call_2"))["results"]
    assert "result" in result
    assert [query["sql"] for query in captured][trips:] == []
