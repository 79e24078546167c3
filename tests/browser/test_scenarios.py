"""Every scenario of the sandbox, followed by a manager from its first word to the closed ticket."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sandbox.vapi import ledger
from sandbox.vapi.scenario import Agent, Caller, load, names, speaking_seconds
from tests.browser.conftest import logged_in
from tests.browser.scenes import SCENES, Scene
from tests.browser.test_a_call import KEEP_WHAT_IS_SHOWN
from tests.stack import Stack, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

# A row is gone from Live when its call ends: each call is there for some seconds, also where the machine is slow.
SPOKEN_FOR_S, FASTEST = 2, 8
OF_CALL = "FROM calls_{} one JOIN calls_call ON calls_call.id = one.call_id WHERE vapi_id = %s"
NUMBER = re.compile(r"/tickets/(\d+)/")


class LeftOver(NamedTuple):
    """Work that a call leaves for a person: which rows are open, and how one is settled on the pages."""

    open_ones: str
    settle: Callable[[Page, int], None]


def resolve_escalation(page: Page, pk: int) -> None:
    page.goto(f"/escalations/{pk}/")
    page.get_by_role("button", name="Claim it").click()
    expect(page.locator(".page-head")).to_contain_text("with ")
    page.get_by_label("How it was resolved").fill("Called back, the right shoes are on their way.")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator(".page-head")).to_contain_text("resolved")


def make_callback(page: Page, pk: int) -> None:
    page.goto("/follow-ups/")
    settle(page.locator(f"#callback-{pk}"), note="Reached, all well.", act="Done")
    expect(page.locator(f"#callback-{pk}")).to_have_count(0)


def approve_request(page: Page, pk: int) -> None:
    page.goto("/follow-ups/?show=requests")
    settle(page.locator(f"#request-{pk}"), note="Paid back today.", act="Approve")
    expect(page.locator(f"#request-{pk}")).to_have_count(0)


def settle(row: Locator, *, note: str, act: str) -> None:
    row.locator("summary").click()
    row.get_by_role("textbox").fill(note)
    row.get_by_role("button", name=act, exact=True).click()


ASKED_IN_CALL = """
    SELECT DISTINCT request.id FROM tickets_servicerequest request
    JOIN calls_toolcall tool ON tool.ticket_id = request.ticket_id JOIN calls_call ON calls_call.id = tool.call_id
    WHERE vapi_id = %s AND request.state = 'requested'
"""
# A new kind of work is a new line.
LEFT_OVER = (
    LeftOver(f"SELECT one.id {OF_CALL.format('escalation')} AND state <> 'resolved'", resolve_escalation),
    LeftOver(f"SELECT one.id {OF_CALL.format('callback')} AND state = 'open'", make_callback),
    LeftOver(ASKED_IN_CALL, approve_request),
)


@pytest.fixture(scope="module")
def manager(browser: Browser, stack: Stack) -> Iterator[Page]:
    """One shift of one person."""
    with logged_in(browser, stack) as page:
        yield page


@pytest.fixture
def as_seeded(stack: Stack) -> Iterator[None]:
    """Tickets that are closed here are asked for again by other scenarios."""
    before = stack.sql("SELECT number, status FROM tickets_ticket")
    yield
    for number, status in before:
        stack.sql("UPDATE tickets_ticket SET status = %s WHERE number = %s RETURNING number", status, number)


@pytest.mark.usefixtures("as_seeded")
@pytest.mark.parametrize("name", names())
def test_a_scenario_from_its_first_word_to_the_closed_ticket(
    name: str, manager: Page, stack: Stack, tmp_path: Path
) -> None:
    scene, page, path = SCENES[name], manager, tmp_path / "ledger.jsonl"
    page.goto("/")
    page.evaluate(KEEP_WHAT_IS_SHOWN)
    ((newest,),) = stack.sql("SELECT COALESCE(max(id), 0) FROM calls_call")
    traffic = stack.sandbox("--calls", "1", "--speed", speed(name), "--scenario", name, "--ledger", str(path))

    call_id = placed_after(stack, newest)
    if said := first_words(name):
        see_it_on_live(page, call_id, scene, said)
    else:
        see_it_on_calls(page, call_id, scene)
    follow_to_the_end(page, scene)
    assert traffic.wait(timeout=60) == 0
    stack.wait_until_projected()
    read_the_whole_call(page, scene, next(one for one in ledger.read(path) if one["record"] == "call"))

    number = ticket_of(page, scene)
    for left in LEFT_OVER:
        for (pk,) in stack.sql(left.open_ones, call_id):
            left.settle(page, pk)
    close_ticket(page, number, call_id)
    assert stack.sql("SELECT status FROM tickets_ticket WHERE number = %s", number) == [("closed",)]
    assert what_is_left_open(stack, call_id) == []


def placed_after(stack: Stack, newest: int) -> str:
    found: list[tuple[Any, ...]] = []

    def placed() -> bool:
        found[:] = stack.sql("SELECT vapi_id FROM calls_call WHERE id > %s", newest)
        return bool(found)

    wait_until(placed, 30, what="the call")
    return str(found[0][0])


def said_in(name: str) -> list[Agent | Caller]:
    return [step for step in load(name).steps if isinstance(step, Agent | Caller)]


def speed(name: str) -> str:
    """How many times faster than life a call is played."""
    spoken_s = sum(speaking_seconds(step.says, step.seconds) for step in said_in(name))
    return f"{min(max(spoken_s / SPOKEN_FOR_S, 1), FASTEST):.1f}"


def first_words(name: str) -> list[str]:
    """How each thing begins that is said in a call; empty for one of which nothing comes but its report."""
    return [] if load(name).report_only else [" ".join(step.says.split()[:2]) for step in said_in(name)]


def see_it_on_live(page: Page, call_id: str, scene: Scene, said: list[str]) -> None:
    """Its first words, or on a slow machine the next ones; what came before is on its page."""
    page.wait_for_function("([row, who]) => (window.rows[row] || '').includes(who)", arg=[call_id, scene.caller])
    page.wait_for_function("said => said.some((words) => window.shown.includes(words))", arg=said)
    page.goto(f"/calls/{call_id}/")


def see_it_on_calls(page: Page, call_id: str, scene: Scene) -> None:
    page.get_by_role("link", name="Calls", exact=True).click()
    page.locator(f"[data-row='{call_id}']").get_by_role("link", name=scene.caller).click()


def follow_to_the_end(page: Page, scene: Scene) -> None:
    """The page that was opened while the call went on shows its end and its report by itself."""
    page.evaluate("window.never_reloaded = true")
    expect(page.locator("h1")).to_contain_text(scene.caller)
    expect(page.locator(".page-head")).to_contain_text(scene.ended)
    expect(page.locator("#report")).to_contain_text("Success, as Vapi judged it")
    assert page.evaluate("window.never_reloaded")


def read_the_whole_call(page: Page, scene: Scene, played: dict[str, Any]) -> None:
    """What the sandbox played is what the page shows: nothing of it is missing, nothing else is there."""
    last = page.locator(".heard .turn:not(.tail) p").nth(len(played["turns"]) - 1)
    expect(last).to_contain_text(played["turns"][-1]["text"])
    expect(page.locator("#report")).to_contain_text(played["summary"])
    heard = page.locator(".heard .turn:not(.tail) p").evaluate_all(
        "all => all.map((one) => one.firstChild.textContent.trim())"
    )
    assert heard == [turn["text"] for turn in played["turns"]]
    everything = " ".join(page.locator("main").inner_text().split())
    for mark in (*scene.marks, *(tool["name"] for tool in played["tool_calls"])):
        assert mark in everything
    assert everything.count("agent stopped") == len(played["interruptions"])
    assert page.locator(".heard .between .badge", has_text="overtaken").count() == len(played["late"])
    assert set(page.locator(".turn:not(.tail) .speaker").evaluate_all("all => all.map((one) => one.textContent)")) == (
        scene.speakers
    )
    unheard = page.locator("s.unheard").all_inner_texts()
    assert len(unheard) == len(scene.unheard)
    assert all(words in told for words, told in zip(scene.unheard, unheard, strict=True))


def ticket_of(page: Page, scene: Scene) -> int:
    """The number of the ticket the call is about in the end; where it is about none, a person says which."""
    if scene.ticket == "opened":
        page.locator("summary", has_text="Open a ticket for this call").click()
        page.get_by_role("button", name="Open ticket").click()
    elif scene.ticket == "linked":
        page.locator("summary", has_text="Link a ticket that is there").click()
        page.get_by_label("Ticket number").fill(f"TK-{scene.number}")
        page.get_by_role("button", name="Link ticket", exact=True).click()
    why = {"named": "named by", "made": "createTicket", "opened": "linked by", "linked": "linked by"}[scene.ticket]
    about = page.locator("#call-tickets li[id^=about-]", has_text=why)
    if scene.number:
        about = about.and_(page.locator(f"#about-{scene.number}"))
    address = about.get_by_role("link", name=re.compile("^Ticket")).get_attribute("href")
    found = NUMBER.search(address or "")
    assert found, address
    return int(found[1])


def close_ticket(page: Page, number: int, call_id: str) -> None:
    """With a word about why, as the customer may call again."""
    page.goto(f"/tickets/{number}/")
    expect(page.locator(f"[data-row='{call_id}']")).to_be_visible()
    settled = page.locator(".comment", has_text="Settled on the phone.")
    before = settled.count()
    page.get_by_label("Comment", exact=True).fill("Settled on the phone.")
    page.get_by_role("button", name="Add comment").click()
    expect(settled).to_have_count(before + 1)
    page.get_by_label("Status").select_option("closed")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".page-head .badge", has_text="closed")).to_be_visible()


def what_is_left_open(stack: Stack, call_id: str) -> list[tuple[str]]:
    """The call itself, what it asked of us, and what it left for a person."""
    query = f"""
        SELECT 'the call' FROM calls_call WHERE vapi_id = %s AND (ended_at IS NULL OR status <> 'ended')
        UNION ALL SELECT 'an event' FROM calls_pending WHERE call_id = %s
        UNION ALL SELECT 'a tool call' {OF_CALL.format("toolcall")} AND state = 'running'"""
    left = stack.sql(query, *[call_id] * 3)
    return left + [("work for a person",) for one in LEFT_OVER if stack.sql(one.open_ones, call_id)]
