"""Rules on what is sent to the server, who may listen, how a call ends, and how a caller gets to a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from calls.assistants.files import LONGEST_NAME
from calls.assistants.lint.rule import Document, Hit, Subject, Surroundings, every
from calls.assistants.paths import find

TRANSCRIPTS = ("transcript", 'transcript[transcriptType="final"]')
TO_A_PERSON = ("@tool/escalateToHuman", "@tool/scheduleCallback")
TRANSFERS = ("transferCall", "handoff")
SECRET = re.compile(
    r"\bsk-[\w-]{16,}|\bAKIA[0-9A-Z]{16}\b|\bxox[abprs]-[\w-]{10,}|\bgh[pousr]_\w{20,}|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\bBearer\s+[\w.~+/-]{16,}"
    r"|\b(?:api[ _-]?key|secret|password|token)\b\s*(?:is|[:=])\s*[\"']?(?=\S*\d)[\w.~+/-]{8,}",
    re.IGNORECASE,
)


def no_transcript(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    if not any(one in subject.document.get("serverMessages", []) for one in TRANSCRIPTS):
        yield "serverMessages", "There is no transcript in it."


def no_backoff(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    if not find(subject.document, "server.backoffPlan.maxRetries"):
        yield "server.backoffPlan", "What does not arrive is not sent again."


def call_control(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    for field in ("serverMessages", "clientMessages"):
        if "phone-call-control" in subject.document.get(field, []):
            yield field, "phone-call-control is subscribed."


def open_monitor(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    plan = subject.document.get("monitorPlan", {})
    for what, danger in (("listen", "listen to"), ("control", "steer")):
        if plan.get(f"{what}Enabled", True) and not plan.get(f"{what}AuthenticationEnabled", False):
            yield f"monitorPlan.{what}AuthenticationEnabled", f"Whoever has the address can {danger} a call."


def inline_server(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    for path, value in every(subject.document):
        if path.endswith(".server") and isinstance(value, dict) and value.get("url") and not value.get("credentialId"):
            yield path, "This server has an address and no credential."


def no_voicemail_detection(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    plan = subject.document.get("voicemailDetection", "off")
    is_off = plan == "off" or (isinstance(plan, dict) and plan.get("enabled") is False)
    if is_off and not any(tool.get("type") == "voicemail" for tool in _tools(subject.document)):
        yield "voicemailDetection", "It is off."


def usual_duration(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    if "maxDurationSeconds" not in subject.document:
        yield "maxDurationSeconds", "It is not set."


def undescribed_destination(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    for path, value in every(subject.document):
        is_list = path.endswith(("destinations", "assistantDestinations")) and isinstance(value, list)
        for position, one in enumerate(value if is_list else []):
            if isinstance(one, dict) and one.get("type") != "dynamic" and not str(one.get("description", "")).strip():
                yield f"{path}[{position}].description", "It is missing."


def long_name(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    name = str(subject.document.get("name", ""))
    if len(name) > LONGEST_NAME:
        yield "name", f"It has {len(name)} characters."


def no_person(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    ours = find(subject.document, "model.toolIds") or []
    transfers = any(tool.get("type") in TRANSFERS for tool in _tools(subject.document))
    if not transfers and not any(one in ours for one in TO_A_PERSON):
        yield "model.tools", "No tool leads to a person."


def secret_in_text(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    for path, value in every(subject.document):
        if isinstance(value, str) and SECRET.search(value):
            yield path, "What stands here looks like a password or key."


def recorded_without_consent(subject: Subject, about: Surroundings) -> Iterator[Hit]:
    is_recorded = find(subject.document, "artifactPlan.recordingEnabled") is not False
    is_said = "record" in str(subject.document.get("firstMessage", "")).lower()
    is_asked = bool(find(subject.document, "compliancePlan.recordingConsentPlan"))
    if about.consent_required and is_recorded and not (is_said or is_asked):
        yield "compliancePlan.recordingConsentPlan", "Calls are recorded, and the caller is not asked or told."


def _tools(document: Document) -> list[dict[str, Any]]:
    return [tool for tool in find(document, "model.tools") or [] if isinstance(tool, dict)]
