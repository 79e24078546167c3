"""The pages that every audit looks at, and what makes them worth a look: a call with everything, one still going on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.test_a_call import deliver
from tests.stack import PASSWORD, Stack

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text()
GRAVE = ("serious", "critical")
STRANGER = "stranger"
CREATE_STRANGER = f"""
from django.contrib.auth.models import User
stranger, _ = User.objects.get_or_create(username="{STRANGER}")
stranger.set_password("{PASSWORD}")
stranger.save()
"""
ADD_FOLLOW_UPS = """
from datetime import timedelta
from django.utils import timezone
from calls.models import Callback
from tickets.models import ServiceRequest
now = timezone.now()
common = {"number": "+447700900018", "topic": "Where is the parcel"}
for minutes in (-5, 30):
    Callback.objects.create(due_at=now + timedelta(minutes=minutes), **common)
Callback.objects.create(due_at=now, state="done", settled_at=now, note="Reached.", **common)
ServiceRequest.objects.get_or_create(ticket_id=12345, kind="refund", state="requested")
"""
# A CRM that was slow: what it was to be told in each state a person sees, an answer said late, one too late.
GO_SLOWLY = """
from django.utils import timezone
from calls.models import Delivery, Disclosure, Judgement, ToolCall
from tickets.models import Operation
now = timezone.now()
said = "The parcel is still not here, says the caller, and the neighbours have not seen it either."
why = {"dead": "Zendesk refused it: the ticket is closed.", "differs": "Still open there.", "unclear": "No answer."}
for state in ("dead", "differs", "unclear", "done", "settled"):
    about = {"kind": "add-note", "crm": "zendesk", "ticket_id": 12345, "payload": {"text": said}, "state": state}
    about |= {"ended_at": now if state in ("done", "settled") else None, "reason": why.get(state, ""), "attempt": 5}
    Operation.objects.get_or_create(key=state, defaults=about)
for tool_call, state in zip(ToolCall.objects.order_by("-id")[:2], ("spoken", "too-late")):
    told = {"state": state, "text": "Ticket 12345 is open.", "ended_at": now}
    Delivery.objects.get_or_create(tool_call=tool_call, defaults=told)
    why = {"step": "caller-number", "evidence": "the call comes from a number that is the customer's alone"}
    judged = {"intent": "cancel", "verdict": "do", "reason": "An order", "words": "just cancel it", "mark": "wrong"}
    Judgement.objects.get_or_create(tool_call=tool_call, defaults=judged | {"marked_at": now})
    Disclosure.objects.create(call=tool_call.call, tool_call=tool_call, ticket_id=12345, tool="getTicket", **why)
"""
HAVE_VERSIONS = """
from calls.models import Managed, SyncRun
row, is_new = Managed.objects.get_or_create(kind="assistant", key="audited")
if is_new:
    for number, words in ((1, "Hello"), (2, "Good morning")):
        row.versions.create(number=number, source="applied", document={"firstMessage": words, "name": "Audited"})
    SyncRun.objects.create(act="apply", state="failed", said="assistant audited: changed: firstMessage")
"""


@dataclass(frozen=True)
class Audited:
    """An installation with calls to look at: one that ended, one that goes on."""

    stack: Stack
    ended: str
    running: str
    escalation: int
    event: str

    @property
    def pages(self) -> dict[str, str]:
        """What a manager sees, by address."""
        return {
            "live": "/",
            "calls": "/calls/",
            "calls filtered": "/calls/?interrupted=slow&escalated=open",
            "no call found": "/calls/?q=nothing-like-this",
            "filter not understood": "/calls/?interrupted=nonsense",
            "an ended call": f"/calls/{self.ended}/",
            "a running call": f"/calls/{self.running}/",
            "not found": "/nowhere",
            "escalations": "/escalations/",
            "overdue escalations": "/escalations/?show=overdue",
            "one escalation": f"/escalations/{self.escalation}/",
            "callbacks": "/follow-ups/",
            "requests": "/follow-ups/?show=requests",
            "settled": "/follow-ups/?show=settled",
            "tickets": "/tickets/",
            "a ticket": "/tickets/12345/",
            "crm": "/crm/",
            "crm, ended": "/crm/?show=ended",
            "intent": "/intent/",
            "intent, wrong": "/intent/?show=wrong",
            "assistants": "/assistants/",
            "an assistant": "/assistants/assistant/audited/",
            "tools": "/tools/",
            "completeness": "/completeness/",
            "doctor": "/doctor/",
            "events": "/events/",
            "one event": f"/events/{self.event}/",
        }

    def open(self, browser: Browser, user: str | None, **context: Any) -> Page:
        page = browser.new_context(base_url=self.stack.address, **context).new_page()
        page.goto("/login/")
        if user:
            page.get_by_label("User name").fill(user)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.wait_for_load_state()
        return page


def audited(stack: Stack) -> Audited:
    assert stack.sandbox("--calls", "1", "--speed", "8", "--scenario", "angry_caller").wait(timeout=90) == 0
    stack.manage("shell", "--no-imports", "--command", CREATE_STRANGER)
    running = str(uuid.uuid4())
    deliver(stack, running, "status-update", status="in-progress")
    deliver(stack, running, "transcript", role="user", transcriptType="final", transcript="Get me a person, please.")
    escalate = {"id": f"tool-{running}", "name": "escalateToHuman", "arguments": {"reason": "Asked for a person"}}
    deliver(stack, running, "tool-calls", toolCallList=[escalate])
    stack.wait_until_projected()
    ((ended,),) = stack.sql(
        "SELECT vapi_id FROM calls_call WHERE interruption_count > 0 AND ended_at IS NOT NULL ORDER BY id DESC LIMIT 1"
    )
    stack.manage("shell", "--no-imports", "--command", ADD_FOLLOW_UPS)
    stack.manage("shell", "--no-imports", "--command", GO_SLOWLY)
    stack.manage("shell", "--no-imports", "--command", HAVE_VERSIONS)
    ((escalation,),) = stack.sql("SELECT max(id) FROM calls_escalation WHERE state <> 'resolved'")
    ((event,),) = stack.sql("SELECT id::text FROM calls_event ORDER BY id DESC LIMIT 1")
    return Audited(stack, ended, running, escalation, event)


def findings(page: Page) -> list[str]:
    """What axe calls serious or critical, with the element and why."""
    page.evaluate(AXE)
    violations = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [
        f"{found['id']}: {node['html'][:120]} {' '.join(node['failureSummary'].split())[:160]}"
        for found in violations
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]
