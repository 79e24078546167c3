"""A browser, logged in, in front of a whole installation."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.stack import PASSWORD, Stack

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
NO_BROWSER = (
    "NO BROWSER: the browser tests are skipped. Install Debian's chromium, or set CHROMIUM_PATH, "
    "or run `.venv/bin/playwright install chromium`. REQUIRE_BROWSER=1 makes this an error."
)


def chromium_path(playwright: Playwright) -> str | None:
    """CHROMIUM_PATH, else the system's, else Playwright's own."""
    found = [os.environ.get("CHROMIUM_PATH"), *map(shutil.which, CHROMIUM_NAMES), playwright.chromium.executable_path]
    return next((path for path in found if path and Path(path).exists()), None)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        path = chromium_path(playwright)
        if path is None:
            if os.environ.get("REQUIRE_BROWSER") == "1":
                pytest.fail(NO_BROWSER)
            warnings.warn(NO_BROWSER, stacklevel=1)
            pytest.skip(NO_BROWSER)
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        yield playwright.chromium.launch(executable_path=path, args=[*QUIET, *sandbox])


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    with logged_in(browser, stack) as opened:
        yield opened


@contextmanager
def logged_in(browser: Browser, stack: Stack) -> Iterator[Page]:
    """As the demo's person; any error in the page's console fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=stack.address)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto("/")
    opened.get_by_label("User name").fill("demo")
    opened.get_by_label("Password").fill(PASSWORD)
    opened.get_by_role("button", name="Log in").click()
    expect(opened).to_have_title("Live · SupportVoice")
    yield opened
    context.close()
    assert errors == []
