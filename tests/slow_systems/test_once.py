"""Each write reaches the CRM once: its worker is killed at every point around the request, and another one goes on."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest

from calls.answers.ledger import CHECKING
from sandbox.vapi.control import control_port
from tests.slow_systems.asking import post, tool_call
from tests.slow_systems.far_crm import FarCrm
from tests.stack import wait_until

pytestmark = pytest.mark.timeout(180)


def state_of(crm: FarCrm, issue: str) -> list[str]:
    query = """SELECT operation.state FROM tickets_operation operation
               JOIN tickets_ticket ticket ON ticket.number = operation.ticket_id WHERE ticket.issue = %s"""
    return [state for (state,) in crm.stack.sql(query, issue)]


def open_ticket(crm: FarCrm) -> str:
    issue = f"The parcel {uuid.uuid4().hex[:8]} never came"
    assert "is being opened" in post(crm.stack, tool_call("createTicket", issue=issue))
    return issue


def its_lease_is_over(crm: FarCrm) -> None:
    """The minute that a dead worker's lease lasts, without waiting for it."""
    crm.stack.sql("UPDATE tickets_operation SET lease_until = now() WHERE state = 'running' RETURNING id")


def before_the_claim(crm: FarCrm) -> str:
    crm.stack.kill("crm-worker")
    return open_ticket(crm)


def after_the_claim(crm: FarCrm) -> str:
    """The row as a worker leaves it that claims and dies before it asks."""
    crm.stack.kill("crm-worker")
    issue = open_ticket(crm)
    crm.stack.sql(
        "UPDATE tickets_operation SET state = 'running', attempt = 1, lease_until = now() WHERE state = 'waiting'"
        " RETURNING id"
    )
    return issue


def in_the_request(crm: FarCrm) -> str:
    """The CRM has it and does it only when the one who asked is dead."""
    return _killed_while_held(crm, "hold-before")


def after_the_write(crm: FarCrm) -> str:
    """The ticket is there; its answer reaches nobody."""
    return _killed_while_held(crm, "hold-after")


def before_the_commit(crm: FarCrm) -> str:
    """The answer is there; what it says is never written down."""
    crm.knobs(traps=["hold-after"])
    issue = open_ticket(crm)
    wait_until(crm.is_held, 15, what="the request")
    with psycopg.connect(crm.stack.environment["DATABASE_URL"]) as other:
        other.execute("SELECT FROM tickets_operation WHERE state = 'running' FOR UPDATE")
        crm.knobs(release=True)
        waits = "SELECT FROM pg_locks WHERE NOT granted"
        wait_until(lambda: crm.stack.sql(waits), 15, what="the worker at its commit")
        crm.stack.kill("crm-worker")
    return issue


def _killed_while_held(crm: FarCrm, trap: str) -> str:
    crm.knobs(traps=[trap])
    issue = open_ticket(crm)
    wait_until(crm.is_held, 15, what="the request")
    crm.stack.kill("crm-worker")
    crm.knobs(release=True)
    return issue


@pytest.mark.parametrize(
    "point", [before_the_claim, after_the_claim, in_the_request, after_the_write, before_the_commit]
)
def test_a_worker_killed_at_this_point_leaves_one_ticket(crm: FarCrm, point: Callable[[FarCrm], str]) -> None:
    issue = point(crm)
    its_lease_is_over(crm)
    crm.start_worker()
    wait_until(lambda: state_of(crm, issue) == ["done"], 40, what="the write")
    assert [row["what"] for row in crm.ledger(issue)] == ["create"]
    assert len(crm.stack.sql("SELECT FROM tickets_ticket WHERE issue = %s", issue)) == 1


def test_fifty_deliveries_of_one_tool_call_while_a_worker_is_killed_leave_one_ticket(crm: FarCrm) -> None:
    issue = f"The parcel {uuid.uuid4().hex[:8]} never came"
    body = tool_call("createTicket", issue=issue)
    crm.knobs(traps=["hold-after"])

    def deliver(times: int) -> None:
        with httpx.Client(trust_env=False) as connection:
            for _ in range(times):
                post(crm.stack, body, connection)

    with ThreadPoolExecutor(8) as connections:
        sent = [connections.submit(deliver, times) for times in (7, 7, 6, 6, 6, 6, 6, 6)]
        wait_until(crm.is_held, 15, what="the request")
        crm.stack.kill("crm-worker")
        for each in sent:
            each.result()
    crm.knobs(release=True)
    its_lease_is_over(crm)
    crm.start_worker()
    wait_until(lambda: state_of(crm, issue) == ["done"], 40, what="the write")
    assert [row["what"] for row in crm.ledger(issue)] == ["create"]


def test_what_a_slow_crm_says_later_is_said_in_the_running_call_once_for_each_tool(crm: FarCrm) -> None:
    customer = crm.plant(user={"name": "Ada Byrne", "email": "ada@example.com", "phone": "+447700900018"})
    tickets = [crm.plant(ticket={"subject": f"Kettle {one}", "requester_id": customer}) for one in range(2)]
    crm.knobs(latency_s=3)
    try:
        with control_port() as vapi:
            call_id = str(uuid.uuid4())
            where = vapi.begin(call_id)
            for number in tickets:
                body = tool_call("getTicketDetails", call_id=call_id, control_url=where, ticketId=number)
                assert post(crm.stack, body).startswith(CHECKING)
            wait_until(lambda: len(vapi.heard[call_id]) == len(tickets), 30, what="the late answers")
            said = sorted(str(one["message"]["content"]) for one in vapi.heard[call_id])
    finally:
        crm.knobs(latency_s=0)
    assert ["Kettle 0" in said[0], "Kettle 1" in said[1]] == [True, True]
    states = crm.stack.sql("SELECT state FROM calls_delivery ORDER BY id DESC LIMIT 2")
    assert states == [("spoken",), ("spoken",)]


def test_a_crm_that_is_down_opens_its_breaker_and_nobody_waits_for_it(crm: FarCrm, kept_there: None) -> None:
    """What is known here is told from the copy; what is to be written waits, and is done when it is back."""
    crm.knobs(is_down=True)
    try:
        for _ in range(3):
            open_ticket(crm)
        wait_until(lambda: breaker_of(crm) == "open", 30, what="the breaker")
        told = post(crm.stack, tool_call("getTicketDetails", ticketId="12345"))
        assert told.startswith(CHECKING)
        assert "The parcel was marked as delivered" in told
    finally:
        crm.knobs(is_down=False)
    wait_until(lambda: not crm.stack.sql(STILL_OPEN), 60, what="the writes, when it is back")


@pytest.fixture
def kept_there(crm: FarCrm) -> Iterator[None]:
    """Ticket 12345 is also the CRM's."""
    where = "UPDATE tickets_ticket SET crm = %s, crm_number = %s WHERE number = 12345 RETURNING number"
    crm.stack.sql(where, "zendesk", "12345")
    yield
    crm.stack.sql(where, "", "")


def breaker_of(crm: FarCrm) -> str:
    return crm.stack.manage("shell", "--no-imports", "--command", BREAKER).split()[-1]


BREAKER = "from tickets.crm.guard import breaker; print(breaker('zendesk').state())"
STILL_OPEN = "SELECT FROM tickets_operation WHERE state IN ('waiting', 'running')"
