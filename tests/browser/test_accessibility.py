"""Every page, light and dark, wide and narrow, without a serious finding of axe-core."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, expect

from tests.browser.audit import STRANGER, Audited, audited, findings
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

COMBINATIONS = [
    pytest.param({"viewport": {"width": width, "height": 800}, "color_scheme": scheme}, id=f"{scheme}-{width}")
    for scheme in ("light", "dark")
    for width in (1280, 360)
]


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Audited:
    return audited(stack)


def at_rest(page: Page) -> Page:
    """Colours that fade in are measured when they have arrived."""
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_timeout(300)
    return page


@pytest.mark.parametrize("look", COMBINATIONS)
def test_the_managers_pages_have_no_serious_finding(browser: Browser, desk: Audited, look: dict[str, Any]) -> None:
    page, found = desk.open(browser, "demo", **look), {}
    for name, address in desk.pages.items():
        page.goto(address)
        found[name] = findings(at_rest(page))
    page.goto("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    found["help"] = findings(at_rest(page))
    page.keyboard.press("Escape")
    page.locator(".topbar-end details.menu summary").click()
    found["menu"] = findings(at_rest(page))
    if look["viewport"]["width"] == 360:
        page.keyboard.press("Escape")
        page.locator(".nav-more summary").click()
        found["navigation"] = findings(at_rest(page))
    page.context.close()
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("look", COMBINATIONS)
def test_who_is_kept_out_is_told_so_accessibly(browser: Browser, desk: Audited, look: dict[str, Any]) -> None:
    page, found = desk.open(browser, None, **look), {}
    found["login"] = findings(at_rest(page))
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found["login refused"] = findings(at_rest(page))
    page.context.clear_cookies()
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading")).to_have_text("This page was open for too long")
    found["form too old"] = findings(at_rest(page))
    broken = render_to_string("500.html")
    page.route("**/broken", lambda route: route.fulfill(status=500, content_type="text/html", body=broken))
    page.goto("/broken")
    expect(page.get_by_role("heading")).to_have_text("This page could not be made")
    found["failed"] = findings(at_rest(page))
    page.context.close()
    page = desk.open(browser, STRANGER, **look)
    expect(page.get_by_role("heading")).to_have_text("You may not see this page")
    found["not allowed"] = findings(at_rest(page))
    page.context.close()
    assert {name: each for name, each in found.items() if each} == {}
