"""Are the tools at Vapi those that this code has? What only Vapi has fails in the middle of a call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from calls.answers.for_vapi import function_tools
from calls.answers.registry import TOOLS
from calls.assistants import sync
from calls.assistants.paths import find
from calls.doctor.account import Account
from calls.doctor.said import Said, note, well, wrong

Document = dict[str, Any]


def tools(account: Account) -> Iterator[Said]:
    ours = {tool["function"]["name"]: tool["function"] for tool in function_tools(TOOLS.values())}
    rows = account.ask(lambda rest: [*rest.list("tool"), *_inline(rest.list("assistant"))])
    yield from compared(ours, rows, sync.server().url)


def compared(ours: Mapping[str, Document], rows: Iterable[Document], url: str) -> Iterator[Said]:
    """`rows`: tools of Vapi's. Those with another server are somebody else's."""
    theirs = [row["function"] for row in rows if _is_asked_of_us(row, url)]
    unknown = sorted({str(one.get("name")) for one in theirs} - ours.keys())
    other = sorted({name for one in theirs if (name := one.get("name")) in ours and _differs(one, ours[name])})
    if unknown:
        yield wrong(
            f"Vapi asks this server for {', '.join(unknown)}, which it does not have. Take them off the agents."
        )
    if other:
        yield note(f"Described otherwise at Vapi than here: {', '.join(other)}. Bring them there with sync_assistants.")
    if not theirs:
        yield note("No tool at Vapi asks this server: agents cannot look anything up.")
    elif not (unknown or other):
        names = {str(one["name"]) for one in theirs}
        yield well(f"{len(names)} of the {len(ours)} tools are at Vapi, and are as they are here.")


def _inline(assistants: Iterable[Document]) -> Iterator[Document]:
    """Written into an agent instead of being shared."""
    for assistant in assistants:
        server = assistant.get("server") or {}
        for tool in find(assistant, "model.tools") or []:
            yield {"server": server, **tool}


def _is_asked_of_us(row: Document, url: str) -> bool:
    at = str((row.get("server") or {}).get("url") or "")
    return row.get("type") == "function" and isinstance(row.get("function"), dict) and at.startswith(url)


def _differs(theirs: Document, ours: Document) -> bool:
    return any(theirs.get(key) != ours[key] for key in ("description", "parameters"))
