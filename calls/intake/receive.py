"""The core of intake: what to do with a delivery. Knows no framework, does no I/O, raises nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from calls.intake.cause import Cause
from calls.intake.endpoints import MAIN, scheme_of
from calls.intake.envelope import MalformedError, open_envelope
from calls.intake.inbox import EventRows, event_rows
from calls.intake.limits import MAX_BODY_BYTES, MAX_EVENT_BYTES, MIB, too_large
from calls.intake.message_types import TRANSCRIPTS, WANTS_REPLY
from calls.intake.signature import Headers
from calls.message import Message


@dataclass(frozen=True, slots=True)
class Refused:
    """An HTTP status and a sentence for whoever reads Vapi's webhook log. 401 and 404 say nothing.

    `cause` is for our own doctor page, and never sent.
    """

    status: int
    cause: Cause
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """`rows` is None for a partial transcript: it is shown live and never stored."""

    message: Message
    rows: EventRows | None

    @property
    def wants_reply(self) -> bool:
        return self.message.type in WANTS_REPLY


UNKNOWN_ENDPOINT = Refused(404, Cause.UNKNOWN_ENDPOINT)
TOO_LARGE_TO_READ = Refused(413, Cause.TOO_LARGE, f"The body is over {MAX_BODY_BYTES // MIB} MB.")
BUSY = Refused(503, Cause.BUSY, "Too much is being received at once; send it again.")
NOT_STORED = Refused(503, Cause.NOT_STORED, "The event could not be stored; send it again.")


def refuse_headers(headers: Headers, endpoint: str = MAIN) -> Refused | None:
    """What the address and the headers alone rule out, before a byte of the body is read."""
    if scheme_of(endpoint) is None:
        return UNKNOWN_ENDPOINT
    content_type = headers.get("content-type", b"").partition(b";")[0].strip().lower()
    if content_type != b"application/json":
        return Refused(415, Cause.NOT_JSON, "Send the body as application/json.")
    if headers.get("content-encoding", b"identity").strip().lower() not in (b"", b"identity"):
        return Refused(415, Cause.ENCODED, "Send the body without a content encoding.")
    length = headers.get("content-length", b"0").strip()
    if length.isdigit() and (len(length) > 12 or int(length) > MAX_BODY_BYTES):
        return TOO_LARGE_TO_READ
    return None


def receive(headers: Headers, body: bytes, now: datetime, endpoint: str = MAIN) -> Accepted | Refused:
    """Signature over the raw bytes, then the envelope, then the size for its type, then the rows to store."""
    if len(body) > MAX_BODY_BYTES:
        return TOO_LARGE_TO_READ
    scheme = scheme_of(endpoint)
    if scheme is None:
        return UNKNOWN_ENDPOINT
    proof = scheme.verify(headers, body, now.timestamp())
    if isinstance(proof, Cause):
        return Refused(401, proof)
    try:
        message = open_envelope(body)
    except MalformedError as error:
        return Refused(400, Cause.MALFORMED, str(error))
    if too_large(message.type, len(body)):
        sentence = f"A {message.type} message may have {MAX_EVENT_BYTES // MIB} MB at most."
        return Refused(413, Cause.TOO_LARGE_FOR_TYPE, sentence)
    return Accepted(message, None if is_partial(message) else event_rows(message, len(body), now, proof.message_id))


def is_partial(message: Message) -> bool:
    return message.type in TRANSCRIPTS and message.get("transcriptType") == "partial"


def header_mapping(pairs: Mapping[str, str]) -> Headers:
    """Headers of a framework that decoded them, back as the bytes that were sent."""
    return {name.lower(): value.encode("latin-1", "replace") for name, value in pairs.items()}
