"""An agent presses ahead, the tool refuses, and a manager says whether that was right."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

# The list is fetched anew every few seconds, and then holds no more what has been marked.
HOLD_STILL = "desk = document.querySelector('#intent'); clearTimeout(desk.waiting); desk.removeAttribute('data-live')"
GO_ON = "desk.waiting = null; desk.dataset.live = '*'"


def test_a_manager_reads_why_it_was_refused_and_marks_it(page: Page, stack: Stack) -> None:
    played = stack.sandbox("--calls", "1", "--speed", "20", "--scenario", "agent_presses_ahead")
    assert played.wait(timeout=60) == 0
    page.goto("/intent/")
    row = page.locator("#rows li").first
    expect(row).to_contain_text("cancel: not meant")
    expect(row).to_contain_text("do not want to")
    page.evaluate(HOLD_STILL)
    row.get_by_role("button", name="Right").click()
    expect(row).to_contain_text("marked right by Demo")
    page.evaluate(GO_ON)
    expect(page.locator(".intent-figures")).to_contain_text("1 not meant")

    page.get_by_role("link", name="Looked at", exact=True).click()
    row = page.locator("#rows li").first
    row.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/calls/"))
    judged = page.locator(".judgement").first
    expect(judged).to_contain_text("marked right")
    judged.get_by_role("button", name="Wrong").click()
    expect(page.locator(".judgement").first).to_contain_text("marked wrong")
