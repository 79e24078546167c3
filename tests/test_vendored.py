"""Every vendored file is listed with the sum it has, and no page loads anything from elsewhere."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
VENDORS = ("static/vendor", "tests/browser/vendor")


def listed(vendor: Path) -> dict[str, str]:
    rows = re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (vendor / "VENDORED.md").read_text(), re.MULTILINE)
    return dict(rows)


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_list_and_the_files_agree(vendor: str) -> None:
    files = [path for path in (ROOT / vendor).iterdir() if path.suffix != ".md"]
    assert listed(ROOT / vendor) == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_templates_load_nothing_from_elsewhere_and_run_nothing_inline() -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"(src|href)=[\"'](https?:)?//", text), template
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\son\w+=[\"']|\sstyle=|hx-on", text), template
