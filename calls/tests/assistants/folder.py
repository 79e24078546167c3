"""Folders of agents for the tests, as somebody would write them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from calls.assistants.build import Built, Server, build
from calls.assistants.files import ASSISTANT, read_folder

SERVER = Server("https://desk.example/webhook/vapi", "credential-1")
AGENT = """
    ---
    model: {provider: openai, model: gpt-4o-mini}
    tools: [getTicketStatus]
    ---
    You answer the telephone.
    """


def write(root: Path, **files: str) -> Path:
    """`write(root, support_md="…")`; `__` in a name is a folder's slash."""
    for name, text in files.items():
        stem, _, ending = name.rpartition("_")
        path = root / f"{stem.replace('__', '/')}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip())
    return root


def built(root: Path) -> list[Built]:
    return build(read_folder(root), SERVER)


def agent(root: Path, key: str = "support") -> Built:
    return next(one for one in built(root) if (one.kind, one.key) == (ASSISTANT, key))
