"""What a manager does: watches a call start, speak, be interrupted, be answered and end, and opens its report."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.stack import Stack, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


# Words are on the screen for a second or two, a call while it lasts: what was ever shown, which of it in italics, and
# what each row last said, is kept for the test.
KEEP_WHAT_IS_SHOWN = """
window.never_reloaded = true; window.shown = ""; window.partials = ""; window.rows = {};
new MutationObserver(() => {
  document.querySelectorAll("[data-words]").forEach((line) => {
    window.shown += line.textContent + "\\n";
    window.partials += line.querySelector("[data-partial]").textContent + "\\n";
  });
  document.querySelectorAll("[data-row]").forEach((row) => { window.rows[row.dataset.row] = row.textContent; });
}).observe(document.body, {subtree: true, childList: true, characterData: true});
"""


def test_a_call_from_its_first_ring_to_its_report(page: Page, stack: Stack) -> None:
    page.evaluate(KEEP_WHAT_IS_SHOWN)
    traffic = stack.sandbox("--calls", "1", "--speed", "2", "--scenario", "interrupted_policy")

    row = page.locator("[data-row]", has_text="Mia Chen")
    expect(row).to_be_visible()
    expect(row).to_contain_text("Orders")
    expect(row).not_to_contain_text("+12025550132")
    for words in ("how can I help", "I already know that, just cancel my order."):
        page.wait_for_function("words => window.shown.includes(words)", arg=words)
    assert "I already know" in page.evaluate("window.partials")
    expect(page.locator(".desk-panel")).to_contain_text("agent stopped 340 ms later")
    expect(page.locator(".desk-panel")).to_contain_text("createTicket")
    assert page.evaluate("window.never_reloaded")

    row.get_by_role("link", name="Open the call of Mia Chen").click()
    page.evaluate("window.never_reloaded = true")
    heard = page.locator(".heard")
    expect(page.locator("h1")).to_contain_text("Mia Chen")
    expect(page.locator("#report")).to_contain_text("The report comes when the call has ended.")
    expect(heard).to_contain_text("I already know that, just cancel my order.")
    expect(heard).to_contain_text("over 220")

    expect(page.locator(".page-head")).to_contain_text("Caller hung up")
    expect(page.locator("#report")).to_contain_text("interrupted the reading of the cancellation policy")
    expect(heard).to_contain_text(re.compile(r"Your cancellation has the number \d+"))
    expect(page.locator(".measures")).to_contain_text("$0.")
    assert page.evaluate("window.never_reloaded")
    assert traffic.wait(timeout=60) == 0

    page.get_by_role("link", name="Calls", exact=True).click()
    page.get_by_role("searchbox").fill("lamp")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("#found")).to_contain_text("Mia Chen")


def test_an_angry_caller_is_marked_as_needing_a_person(page: Page, stack: Stack) -> None:
    traffic = stack.sandbox("--calls", "1", "--speed", "4", "--scenario", "angry_caller")
    expect(page.locator(".tile", has_text="Need a person").locator(".tile-value")).not_to_have_text("0")
    expect(page.locator("[data-row]").first).to_contain_text("person")
    assert traffic.wait(timeout=60) == 0


def deliver(stack: Stack, call_id: str, kind: str, **fields: Any) -> None:
    now = datetime.now(UTC)
    call = {"id": call_id, "type": "webCall", "createdAt": now.isoformat()}
    message = {"type": kind, "timestamp": int(now.timestamp() * 1000), "call": call, **fields}
    body = json.dumps({"message": message}).encode()
    secret = stack.environment["VAPI_SERVER_SECRET"].encode()
    headers = {
        "x-vapi-signature": hmac.new(secret, body, hashlib.sha256).hexdigest(),
        "content-type": "application/json",
    }
    assert httpx.post(f"{stack.address}/webhook/vapi", content=body, headers=headers).status_code == 200


def test_what_callers_say_is_only_ever_text(page: Page, stack: Stack) -> None:
    call_id = str(uuid.uuid4())
    words = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"
    deliver(stack, call_id, "status-update", status="in-progress")
    expect(page.locator(f"[data-row='{call_id}']")).to_be_visible()
    deliver(stack, call_id, "transcript", role="user", transcriptType="partial", transcript=words)
    expect(page.locator(f"[data-row='{call_id}'] [data-words]")).to_contain_text("onerror")
    deliver(stack, call_id, "transcript", role="user", transcriptType="final", transcript=words)
    page.goto(f"/calls/{call_id}/")
    expect(page.locator(".heard")).to_contain_text("<script>window.hacked=1</script>")
    assert page.evaluate("window.hacked") is None
    deliver(stack, call_id, "status-update", status="ended", endedReason="customer-ended-call")
    expect(page.locator(".page-head")).to_contain_text("Caller hung up")


def test_the_page_heals_by_itself_after_the_server_was_away(page: Page, stack: Stack) -> None:
    page.evaluate("window.never_reloaded = true")
    stack.stop("web")
    call_id = str(uuid.uuid4())
    stack.sql(
        "INSERT INTO calls_call (vapi_id, kind, status, assistant_version, customer_name, customer_number,"
        " our_number, ended_reason, ended_group, ended_party, fault, hang_count, interruption_count, last_event_at)"
        " VALUES (%s, 'webCall', 'in-progress', '', 'Came meanwhile', '', '', '', '', '', '', 0, 0, now())"
        " RETURNING id",
        call_id,
    )
    stack.start_web()
    expect(page.locator("#rows")).to_contain_text("Came meanwhile")
    assert page.evaluate("window.never_reloaded")
    stack.sql("UPDATE calls_call SET ended_at = now(), status = 'ended' WHERE vapi_id = %s RETURNING id", call_id)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_the_screen(page: Page, stack: Stack, width: int, scheme: Any) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.emulate_media(color_scheme=scheme)
    ((call_id,),) = stack.sql("SELECT vapi_id FROM calls_call ORDER BY interruption_count DESC LIMIT 1")
    for address in ("/", "/calls/", f"/calls/{call_id}/", "/calls/?q=nothing-like-this", "/nowhere"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert page.evaluate("document.documentElement.dataset.bsTheme") == scheme


def test_the_list_is_worked_with_the_keyboard_alone(page: Page, stack: Stack) -> None:
    call_id = str(uuid.uuid4())
    deliver(stack, call_id, "status-update", status="in-progress")
    expect(page.locator(f"[data-row='{call_id}']")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("j")
    expect(page.locator("[data-row]:focus-within")).to_have_count(1)
    page.keyboard.press("o")
    expect(page.locator(".page-head")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    deliver(stack, call_id, "status-update", status="ended", endedReason="customer-ended-call")


def test_choosing_a_call_that_has_just_ended_keeps_the_place_in_the_list(page: Page, stack: Stack) -> None:
    call_id = str(uuid.uuid4())
    deliver(stack, call_id, "status-update", status="in-progress")
    row = page.locator(f"[data-row='{call_id}']")
    expect(row).to_be_visible()
    page.route(lambda url: "call=" not in url, lambda route: route.abort())
    stack.sql("UPDATE calls_call SET ended_at = now(), status = 'ended' WHERE vapi_id = %s RETURNING id", call_id)
    while row.locator(":focus").count() == 0:
        page.keyboard.press("j")
    expect(row).to_have_class(re.compile("is-gone"))
    expect(row.locator(":focus")).to_have_count(1)
    page.unroute_all()


def test_nothing_is_left_waiting(stack: Stack) -> None:
    wait_until(lambda: not stack.sql("SELECT FROM calls_pending LIMIT 1"), 30, what="the projection")
