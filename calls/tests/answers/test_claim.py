"""The row of a tool call is there before anything is done for it, and costs no wait for the disk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import timezone

from calls.answers.registry import Context
from calls.answers.requested import RequestedCall
from calls.answers.row import claim
from calls.identity import Caller
from calls.models import Call, ToolCall
from calls.tests.answers.asking import ADA, CALL_ID

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
