"""Imports go one way: the rooms of the house, and which may know which."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("supportvoice", "tickets", "calls", "sandbox", "bench")

# What a room may import of the project, beside itself. A longer name decides over a shorter one.
MAY_IMPORT: dict[str, set[str]] = {
    "supportvoice": set(),
    "supportvoice.urls": {"calls", "tickets", "supportvoice"},
    "supportvoice.asgi": {"calls", "supportvoice"},
    "tickets": {"supportvoice"},
    "calls.body": set(),
    "calls.message": set(),
    "calls.intent": {"calls.message"},
    "calls.models": {"tickets"},
    "calls.identity": {"calls.message", "calls.models", "tickets", "supportvoice"},
    "calls.escalations": {"calls.models", "tickets", "supportvoice"},
    "calls.answers": {
        "calls.intent",
        "calls.identity",
        "calls.escalations",
        "calls.models",
        "calls.message",
        "tickets",
        "supportvoice",
    },
    "calls.deliveries": {
        "calls.answers",
        "calls.identity",
        "calls.vapi",
        "calls.models",
        "tickets",
        "supportvoice",
    },
    "calls.intake": {"calls.answers", "calls.body", "calls.models", "calls.message", "tickets", "supportvoice"},
    "calls.vapi": {"calls.models", "calls.message", "supportvoice"},
    "calls.assistants": {"calls.answers", "calls.models", "calls.vapi", "supportvoice"},
    "calls.recordings": {"calls.vapi", "calls.models", "supportvoice"},
    "calls.projection": {
        "calls.intake.wake",
        "calls.recordings.wake",
        "calls.body",
        "calls.models",
        "calls.message",
        "tickets",
        "supportvoice",
    },
    "calls.metrics": {
        "calls.dashboard.intent",
        "calls.doctor",
        "calls.intake",
        "calls.models",
        "tickets",
        "supportvoice",
    },
    "calls.reconcile": {
        "calls.intake",
        "calls.projection",
        "calls.vapi",
        "calls.models",
        "calls.message",
        "supportvoice",
    },
    "calls.dashboard": {"calls", "tickets", "supportvoice"},
    "calls.templatetags": {"calls", "tickets", "supportvoice"},
    "calls.management": {"calls", "tickets", "supportvoice"},
    "calls": {"calls", "tickets", "supportvoice"},
    "sandbox": {"calls", "tickets", "supportvoice"},
    "bench": {"sandbox", "calls", "tickets", "supportvoice"},
}
ONLY_URLS_IMPORTS = (".views",)


def modules() -> list[Path]:
    found = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return [path for path in found if not {"tests", "migrations", "__pycache__"} & set(path.parts)]


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name for name in names if name.partition(".")[0] in APPS}


def below(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def room_of(name: str) -> str:
    return max((room for room in MAY_IMPORT if below(name, room)), key=len)


def forbidden(path: Path) -> list[str]:
    name = module_name(path)
    room = room_of(name)
    allowed = MAY_IMPORT[room] | {room}
    # `from calls import message` names the package too; what counts is what comes out of it.
    packages = {"calls", "tickets", "supportvoice"} - allowed
    return sorted(
        found
        for found in imported(path)
        if found not in packages and not any(below(found, one) for one in allowed) and not below(name, found)
    )


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_a_module_imports_only_what_its_room_may_know(path: Path) -> None:
    assert forbidden(path) == []


def test_only_urls_imports_views() -> None:
    guilty = [
        module_name(path)
        for path in modules()
        if not module_name(path).endswith(("urls", "asgi"))
        and "views" not in path.parts
        and any(".views" in name and not name.startswith("calls.dashboard.views") for name in imported(path))
    ]
    assert guilty == []


def test_nothing_imports_the_sandbox_back() -> None:
    guilty = [
        module_name(path)
        for path in modules()
        if path.parts[len(ROOT.parts)] not in ("sandbox", "bench")
        and any(below(name, "sandbox") for name in imported(path))
    ]
    assert guilty == []


def test_the_rules_can_fail(tmp_path: Path) -> None:
    assert not any(below("calls.intake.lane", one) for one in MAY_IMPORT["calls.models"] | {"calls.models"})
    assert room_of("calls.models.call") == "calls.models"
    assert room_of("calls.tasks") == "calls"
