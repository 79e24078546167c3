"""No page, the admin's included, asks the browser for anything the Content-Security-Policy refuses."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, ConsoleMessage

from tests.browser.audit import audited
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

REPORT = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
ADMIN = """
/admin/ /admin/password_change/ /admin/auth/user/ /admin/auth/user/add/ /admin/auth/user/1/change/
/admin/auth/user/1/password/ /admin/auth/user/1/history/ /admin/auth/group/ /admin/auth/group/1/change/
/admin/tickets/ticket/ /admin/tickets/ticket/add/ /admin/tickets/ticket/12345/change/
/admin/tickets/ticket/12345/delete/ /admin/tickets/customer/ /admin/tickets/customer/add/ /admin/calls/call/
/admin/calls/event/ /admin/calls/pending/ /admin/calls/escalation/ /admin/calls/escalation/add/
/admin/calls/assistant/ /admin/calls/assistant/add/
"""


def test_nothing_is_refused_on_any_page(browser: Browser, stack: Stack) -> None:
    desk = audited(stack)
    page, refused, opened = desk.open(browser, "demo"), list[str](), list[str]()
    page.add_init_script(REPORT)

    def keep(message: ConsoleMessage) -> None:
        if message.type == "error":
            refused.append(f"{page.url} {message.text} {message.location.get('url')}")

    page.on("console", keep)
    page.on("pageerror", lambda error: refused.append(f"{page.url} {error}"))
    for address in (*desk.pages.values(), *ADMIN.split()):
        response = page.goto(address)
        assert response and response.status == (404 if address == "/nowhere" else 200), address
        page.wait_for_timeout(150)
        opened.append(address)
    page.context.close()
    # A page that is not there is an error to the console too.
    assert [line for line in refused if "/nowhere" not in line] == []
    assert len(opened) > 20
