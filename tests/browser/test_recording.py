"""A call is heard: the waveform is drawn, a line is clicked, and what plays goes on while the page renews itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

AT = "document.querySelector('#sound').currentTime"
PAUSED = "document.querySelector('#sound').paused"


@pytest.fixture
def heard(page: Page, stack: Stack) -> Page:
    """The page of a call that ended, with its waveform, its sound muted."""
    traffic = stack.sandbox("--calls", "1", "--speed", "20", "--scenario", "interrupted_policy")
    assert traffic.wait(timeout=60) == 0
    stack.wait_until_projected()
    query = "SELECT vapi_id FROM calls_call JOIN calls_interruption i ON i.call_id = calls_call.id"
    ((call_id,),) = stack.sql(f"{query} ORDER BY calls_call.id DESC LIMIT 1")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/recording") else None)
    page.on(
        "console", lambda message: asked.append(message.text) if "Content Security Policy" in message.text else None
    )
    page.goto(f"/calls/{call_id}/")
    expect(page.locator("#player.has-wave")).to_be_visible()
    page.evaluate("document.querySelector('#sound').muted = true")
    assert asked == []  # drawn from the stored peaks
    return page


def test_a_click_on_a_line_plays_it_and_the_page_renews_itself_meanwhile(heard: Page) -> None:
    line = heard.locator(".heard [data-seek]").nth(3)
    began = float(line.get_attribute("data-seek") or "")
    line.get_by_text("I already know that").click()
    heard.wait_for_function(f"() => {AT} > {began + 0.3}")
    assert began < heard.evaluate(AT) < began + 10
    expect(line).to_have_attribute("aria-current", "true")

    heard.evaluate("htmx.trigger('#one', 'refresh')")
    expect(heard.locator(".heard .is-played")).to_have_count(1)
    before = heard.evaluate(AT)
    heard.wait_for_function(f"() => {AT} > {before}")
    assert heard.evaluate(PAUSED) is False
    expect(heard.locator("#player.has-wave")).to_be_visible()


def test_the_keyboard_plays_pauses_and_steps_from_line_to_line(heard: Page) -> None:
    lines = heard.locator(".heard [data-seek]")
    heard.keyboard.press("]")
    heard.keyboard.press("]")
    expect(lines.nth(1)).to_have_attribute("aria-current", "true")
    heard.wait_for_function(f"() => !{PAUSED}")
    heard.keyboard.press("Space")
    heard.wait_for_function(f"() => {PAUSED}")
    heard.keyboard.press("[")
    expect(lines.nth(0)).to_have_attribute("aria-current", "true")
    heard.keyboard.press("Space")
    heard.wait_for_function(f"() => {PAUSED}")
    position = heard.get_by_role("slider", name="Position in the recording")
    position.focus()
    position.press("End")
    expect(position).to_have_attribute("aria-valuenow", position.get_attribute("aria-valuemax") or "")


def test_a_click_on_the_waveform_moves_there(heard: Page) -> None:
    box = heard.locator("[data-wave]").bounding_box()
    assert box
    heard.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    length = heard.evaluate("Number(document.querySelector('[data-wave]').dataset.durationMs) / 1000")
    heard.wait_for_function(f"() => Math.abs({AT} - {length / 2}) < 1")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_player_fits_the_screen(heard: Page, width: int) -> None:
    heard.set_viewport_size({"width": width, "height": 740})
    assert heard.evaluate("document.documentElement.scrollWidth") <= width


def test_what_is_wrong_with_the_sound_is_told(heard: Page) -> None:
    heard.route("**/recording", lambda route: route.fulfill(status=502, content_type="text/plain", body="It broke."))
    heard.get_by_role("button", name="Play", exact=True).click()
    expect(heard.locator("#player [data-trouble]")).to_have_text("It broke.")
