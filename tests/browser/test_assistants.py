"""What a manager does with the agents: brings files to Vapi, sees an edit by hand, takes it, goes back, deletes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def folder(stack: Stack) -> Path:
    return Path(stack.environment["ASSISTANTS_DIR"])


def at_vapi(stack: Stack, name: str) -> Any:
    with vapi(stack) as client:
        return next((row for row in client.get("assistant").json() if row["name"] == name), None)


def vapi(stack: Stack) -> httpx.Client:
    key = {"authorization": f"Bearer {stack.environment['VAPI_API_KEY']}"}
    return httpx.Client(base_url=f"{stack.address}/sandbox/vapi/", headers=key, trust_env=False)


def is_done(page: Page, words: str) -> None:
    newest = page.locator("#runs li").first
    expect(newest).to_contain_text(words)
    expect(newest.locator(".badge")).to_have_text("done")


def test_from_the_files_to_vapi_and_back(page: Page, stack: Stack, folder: Path) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    plan = page.locator("#plan")

    page.goto("/assistants/")
    expect(plan).to_contain_text("assistant support will be created")
    page.get_by_role("button", name="Apply all of it").click()
    is_done(page, "assistant support: created")
    expect(plan).to_contain_text("Nothing to do")
    agent = at_vapi(stack, "Support desk")

    with vapi(stack) as client:
        assert client.patch(f"assistant/{agent['id']}", json={"firstMessage": "Edited by hand"}).is_success
    page.reload()
    expect(plan).to_contain_text("was changed at Vapi since the last sync")
    expect(plan).to_contain_text("Edited by hand")
    page.get_by_role("button", name="Take it into the file: assistant support").click()
    is_done(page, "written to support.md")
    expect(plan).to_contain_text("Nothing to do")
    assert "Edited by hand" in (folder / "support.md").read_text()

    page.get_by_role("link", name="Assistant support").click()
    expect(page.locator("#version-2")).to_contain_text("Edited by hand")
    page.get_by_role("button", name="Roll back to version 1").click()
    is_done(page, "version 1 is back at Vapi")
    assert at_vapi(stack, "Support desk")["firstMessage"] == agent["firstMessage"]
    page.reload()
    expect(page.locator("#version-3")).to_contain_text("rolled back")


def test_what_has_no_file_any_more_is_deleted_only_when_that_is_wanted(page: Page, stack: Stack, folder: Path) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    extra = folder / "extra.md"
    extra.write_text("---\nname: Extra\nmodel: {provider: openai, model: gpt-4o-mini}\n---\nYou are the second one.\n")
    page.goto("/assistants/")
    page.get_by_role("button", name="Create it: assistant extra").click()
    is_done(page, "assistant extra: created")
    extra.unlink()
    page.reload()
    page.get_by_role("button", name="Delete it at Vapi: assistant extra").click()
    is_done(page, "assistant extra: deleted at Vapi")
    assert at_vapi(stack, "Extra") is None


def test_a_broken_file_is_named_with_its_line_and_nothing_is_sent(page: Page, folder: Path) -> None:
    broken = folder / "broken.md"
    broken.write_text("---\nname: [\n---\nHello\n")
    try:
        page.goto("/assistants/")
        expect(page.get_by_role("alert").first).to_contain_text("assistants/broken.md:")
        expect(page.get_by_role("button", name="Apply all of it")).to_have_count(0)
    finally:
        broken.unlink()


def test_the_doctor_tries_out_what_vapi_needs(page: Page) -> None:
    page.goto("/doctor/")
    page.get_by_role("button", name="Check now").click()
    said = page.locator("#checks-said")
    expect(said).to_contain_text("Vapi takes the key in VAPI_API_KEY.", timeout=60_000)
    expect(said).to_contain_text("has no address: look at its DNS")
    expect(said).to_contain_text("This machine's clock agrees with PostgreSQL's.")
