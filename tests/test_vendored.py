"""Every vendored file is listed with the sum it has, and no page loads anything from elsewhere."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static/vendor"


def listed() -> dict[str, str]:
    rows = re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (VENDOR / "VENDORED.md").read_text(), re.MULTILINE)
    return dict(rows)


def test_the_list_and_the_files_agree() -> None:
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir() if path.suffix != ".md"
    }
    assert listed() == files


def test_templates_load_nothing_from_elsewhere_and_run_nothing_inline() -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"(src|href)=[\"'](https?:)?//", text), template
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=[\"']|\sstyle=|hx-on", text), template
