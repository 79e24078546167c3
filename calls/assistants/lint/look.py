"""Every rule over every document, and what the files say about leaving it so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings

from calls.assistants import sync
from calls.assistants.build import Built
from calls.assistants.files import ASSISTANT
from calls.assistants.lint.rule import WARNING, Finding, Subject, Surroundings
from calls.assistants.lint.rules import ALL


def findings(noisy: Iterable[str] = ()) -> list[Finding]:
    """Of the folder. `noisy`: keys of the files in whose calls noise was measured. Raises BadFilesError."""
    return findings_in(sync.read()[1], Surroundings(True, frozenset(noisy), settings.RECORDING_CONSENT_REQUIRED))


def findings_in(built: Iterable[Built], about: Surroundings) -> list[Finding]:
    """Errors first, what is silenced last."""
    found = [finding for one in built for finding in (*_found(one, about), *_unknown(one))]
    return sorted(found, key=lambda one: (bool(one.silenced), one.severity, one.path, one.rule))


def _found(built: Built, about: Surroundings) -> Iterator[Finding]:
    for prefix, subject in _subjects(built):
        for rule in ALL:
            if rule.kinds and subject.kind not in rule.kinds:
                continue
            for where, said in rule.look(subject, about):
                yield Finding(
                    rule.name,
                    rule.severity,
                    built.path or built.reference,
                    f"{prefix}{where}",
                    said,
                    rule.reason,
                    rule.source,
                    rule.fix,
                    built.silenced.get(rule.name, ""),
                )


def _subjects(built: Built) -> Iterator[tuple[str, Subject]]:
    """With the path before it: a squad may hold assistants of its own, which no rule on squads looks into."""
    members = built.document.get("members", [])
    inline = {f"members[{at}].assistant.": one["assistant"] for at, one in enumerate(members) if "assistant" in one}
    yield "", Subject(built.kind, built.key, built.document)
    for prefix, document in inline.items():
        yield prefix, Subject(ASSISTANT, built.key, document)


def _unknown(built: Built) -> Iterator[Finding]:
    names = {rule.name for rule in ALL}
    for name in built.silenced:
        if name not in names:
            yield Finding("unknown-rule", WARNING, built.path, f"lint.{name}", "There is no rule of that name.")
