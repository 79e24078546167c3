"""Working at the desk: nothing typed is lost, times go on by themselves, and everything is reached by keyboard."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.audit import ADD_FOLLOW_UPS, GO_SLOWLY
from tests.browser.test_a_call import deliver
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

ACT = """
from django.contrib.auth.models import User
from calls.escalations import {act}
{act}({pk}, by=User.objects.get(username="maya"){more})
"""


SPEAK_AS_THE_SERVER = """
window.EventSource = class extends EventTarget { constructor() { super(); window.stream = this; } close() {} };
window.tell = (name, data) => window.stream.dispatchEvent(new MessageEvent(name, {data: JSON.stringify(data)}));
// A fetch waits where the last one was a moment ago, however slow the machine is.
window.rest = () => { document.querySelector("#desk").fetchedAt = Date.now(); };
window.signal = (now_ms) => tell("calls", {ids: null, at_ms: now_ms, now_ms});
window.beat = (now_ms) => tell("beat", {now_ms});
window.tool = () => tell("words", [{topic: "tools", call: "c", name: "getTicket", state: "running"}]);
"""


def asked(stack: Stack, reason: str) -> int:
    call = str(uuid.uuid4())
    deliver(stack, call, "status-update", status="in-progress")
    arguments = {"reason": reason, "ticketId": "12345"}
    deliver(stack, call, "tool-calls", toolCallList=[{"id": call, "name": "escalateToHuman", "arguments": arguments}])
    ((pk,),) = stack.sql(f"SELECT max(id) FROM calls_escalation WHERE reason = '{reason}'")
    return int(pk)


def by_maya(stack: Stack, act: str, pk: int, more: str = "") -> None:
    stack.manage("shell", "--no-imports", "--command", ACT.format(act=act, pk=pk, more=more))


def test_what_is_being_typed_outlives_a_colleague_who_takes_it(page: Page, stack: Stack) -> None:
    pk = asked(stack, "typed and taken")
    page.goto(f"/escalations/{pk}/")
    page.get_by_label("How it was resolved").fill("Refund agreed for Friday")
    by_maya(stack, "claim", pk)
    expect(page.get_by_text("Maya Okafor has it now.")).to_be_visible()
    expect(page.get_by_label("What you wrote")).to_have_value("Refund agreed for Friday")
    by_maya(stack, "release", pk)
    expect(page.get_by_label("How it was resolved")).to_have_value("Refund agreed for Friday")
    by_maya(stack, "resolve", pk, ", resolution='Done by me'")
    expect(page.get_by_text("It was resolved by Maya Okafor meanwhile.")).to_be_visible()
    page.get_by_role("button", name="Save as a note on ticket 12345").click()
    expect(page.get_by_role("status")).to_have_text("Saved as a note on ticket 12345.")
    expect(page.get_by_label("What you wrote")).to_have_count(0)
    page.goto("/tickets/12345/")
    expect(page.get_by_text("Refund agreed for Friday")).to_be_visible()


def test_resolving_leaves_nothing_behind(page: Page, stack: Stack) -> None:
    pk = asked(stack, "typed and resolved")
    page.goto(f"/escalations/{pk}/")
    page.get_by_label("How it was resolved").fill("Called back")
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_role("heading", name="Resolved")).to_be_visible()
    expect(page.get_by_label("What you wrote")).to_be_hidden()


def test_the_time_left_goes_on_by_itself_and_says_when_it_is_over(page: Page, stack: Stack) -> None:
    pk = asked(stack, "runs out of time")
    stack.sql(f"UPDATE calls_escalation SET created_at = now() - interval '297 seconds' WHERE id = {pk} RETURNING id")
    page.goto(f"/escalations/{pk}/")
    page.route("**/escalations/**", lambda route: route.abort())  # no answer of the server helps
    expect(page.locator(".page-head [data-until]")).to_have_text(re.compile(r"overdue by 0:0\d"))


def test_a_callback_is_called_and_settled(page: Page, stack: Stack) -> None:
    stack.manage("shell", "--no-imports", "--command", ADD_FOLLOW_UPS)
    page.goto("/follow-ups/")
    row = page.locator("[data-row]").first
    key = row.get_attribute("data-row")
    row.get_by_role("button", name="show the number").click()
    expect(row.get_by_role("link", name="+447700900018")).to_have_attribute("href", "tel:+447700900018")
    row.get_by_text("Done or cancel it").click()
    row.get_by_label("What came of it").fill("Reached, all well")
    row.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_role("status")).to_have_text("The callback is cancelled.")
    expect(page.locator(f"[data-row={key}]")).to_have_count(0)
    page.get_by_role("link", name="Settled").click()
    expect(page.locator(f"[data-row={key}]")).to_contain_text("Cancelled by Demo: Reached, all well")


def test_a_write_that_the_crm_refused_is_settled(page: Page, stack: Stack) -> None:
    stack.manage("shell", "--no-imports", "--command", GO_SLOWLY)
    page.goto("/")
    page.get_by_role("link", name="writes to the CRM need a person").click()
    row = page.locator("[data-row]", has_text="the ticket is closed")
    key = row.get_attribute("data-row")
    row.get_by_text("Settle or try again").click()
    row.get_by_label("What you found, or did yourself").fill("Opened a follow-up there")
    row.get_by_role("button", name="Settle").click()
    expect(page.get_by_role("status")).to_have_text("Settled.")
    expect(page.locator(f"[data-row={key}]")).to_have_count(0)
    page.get_by_role("link", name="Ended").click()
    expect(page.locator(f"[data-row={key}]")).to_contain_text("Settled by a person by Demo: Opened a follow-up there")


def test_a_fetch_says_which_signal_it_follows_and_none_where_it_follows_something_else(
    page: Page, stack: Stack
) -> None:
    deliver(stack, str(uuid.uuid4()), "status-update", status="in-progress")
    page.add_init_script(SPEAK_AS_THE_SERVER)
    page.goto("/")

    def heard_ms(act: str) -> str | None:
        with page.expect_request(lambda request: request.headers.get("hx-target") == "desk") as fetched:
            page.evaluate(act)
        fetched.value.response()
        return fetched.value.headers.get("x-heard-ms")

    assert heard_ms("signal(1)") == "1"
    assert heard_ms("rest(); signal(2); signal(3)") == "3"
    assert heard_ms("rest(); signal(4); tool()") is None
    assert heard_ms("rest(); tool(); signal(5)") == "5"
    assert heard_ms("rest(); tool(); beat(6)") == "6"
    page.evaluate("document.querySelector('#desk').dataset.every = 5000; rest(); signal(7)")
    assert heard_ms("document.querySelector('[data-select]').click()") is None
    assert heard_ms("") is None, "what it shows may have been made before the click"


@pytest.mark.parametrize("width", [360, 1280])
def test_every_link_is_reached_by_keyboard_and_nothing_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.goto("/tickets/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    navigation = page.get_by_role("navigation", name="Main")
    if width == 360:
        navigation.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(navigation.get_by_role("link", name="Follow-ups")).to_be_visible()
        page.keyboard.press("Escape")
        expect(navigation.get_by_role("link", name="Follow-ups")).to_be_hidden()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
    else:
        navigation.get_by_role("link", name="Follow-ups").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_title("Follow-ups · SupportVoice")
