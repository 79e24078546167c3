"""What a page weighs on the way to the browser: itself and all it loads, compressed as a deployment serves it."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Response, StorageState

from tests.browser.audit import STRANGER, Audited, audited
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MOST_BYTES = 200_000
COMPRESSED = re.compile(r"text/|javascript|json|svg")


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Audited:
    return audited(stack)


def weight(response: Response) -> int:
    body = response.body()
    kind = response.header_value("content-type") or ""
    return len(gzip.compress(body)) if COMPRESSED.search(kind) else len(body)


def weighed(browser: Browser, desk: Audited, state: StorageState, address: str) -> int:
    """Loaded once with nothing in the browser's cache."""
    fresh = browser.new_context(base_url=desk.stack.address, storage_state=state)
    page, loaded = fresh.new_page(), list[Response]()

    def note(response: Response) -> None:  # Playwright cannot wrap a built-in method
        loaded.append(response)

    page.on("response", note)
    page.goto(address)
    page.wait_for_timeout(300)
    counted = [response for response in loaded if "/stream" not in response.url]
    total = sum(weight(response) for response in counted if response.status < 300 or response.url.endswith(address))
    fresh.close()
    return total


def logged_in_as(browser: Browser, desk: Audited, user: str | None) -> StorageState:
    page = desk.open(browser, user)
    state = page.context.storage_state()
    page.context.close()
    return state


def test_every_page_is_light(browser: Browser, desk: Audited) -> None:
    manager, stranger, nobody = (logged_in_as(browser, desk, user) for user in ("demo", STRANGER, None))
    bytes_of = {name: weighed(browser, desk, manager, address) for name, address in desk.pages.items()}
    bytes_of |= {"login": weighed(browser, desk, nobody, "/login/"), "no": weighed(browser, desk, stranger, "/")}
    assert all(size > 20_000 for size in bytes_of.values()), bytes_of
    assert {name: size for name, size in bytes_of.items() if size > MOST_BYTES} == {}


def test_what_a_page_loads_is_served_compressed_and_for_good(tmp_path: Path) -> None:
    """`collectstatic` of a deployment leaves a smaller copy beside each file, under a name made of its content."""
    from django.core.management import call_command
    from django.test import override_settings

    backend = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    plain = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES={"default": plain, "staticfiles": backend}):
        call_command("collectstatic", interactive=False, verbosity=0)
    for pattern in ("app.*.css", "app.*.js", "vendor/tabler.min.*.css"):
        (hashed,) = tmp_path.glob(pattern)
        assert hashed.with_name(f"{hashed.name}.gz").stat().st_size < hashed.stat().st_size / 2
