"""What came, what was refused, and how it was committed: the web processes' tally in Redis.

Counts begin anew each day; Prometheus takes that as it takes a restart.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from calls.doctor.message_types import OWN_TYPE, RECOMMENDED, UNWANTED
from calls.intake import tally
from calls.intake.message_types import REPORT, TRANSCRIPTS, WANTS_REPLY
from supportvoice.metrics import PREFIX

OTHER = "other"
# What else Vapi sends to who subscribes to it.
RARE = {
    *("assistant.speechStarted", "transfer-update", "voice-input", "language-changed", "language-change-detected"),
    *("chat.created", "chat.deleted", "session.created", "session.updated", "session.deleted"),
    *("call.artifact.upload", "call.deleted", "call.delete.failed"),
}
KNOWN = {REPORT, OWN_TYPE, *RECOMMENDED, *UNWANTED, *TRANSCRIPTS, *WANTS_REPLY, *RARE}


def counted() -> Iterator[Metric]:
    """Raises RedisError."""
    _, counts = tally.read()
    yield _by_type(counts)
    yield _by_outcome(counts)
    repeated = CounterMetricFamily(f"{PREFIX}events_repeated", "Events that had been stored before.")
    repeated.add_metric([], counts.get(tally.REPEATED, 0))
    yield repeated
    yield _healed(counts)
    for name, (words, scale) in HISTOGRAMS.items():
        yield _histogram(name, words, scale, counts)


def _by_type(counts: dict[str, int]) -> Metric:
    """Only types that Vapi is known to send become labels: senders make up others."""
    found: dict[str, int] = {}
    for field, count in counts.items():
        kind, _, name = field.partition(":")
        if kind == "type":
            label = name if name in KNOWN else OTHER
            found[label] = found.get(label, 0) + count
    family = CounterMetricFamily(f"{PREFIX}events", "Deliveries that were accepted, by message type.", labels=["type"])
    for label, count in sorted(found.items()):
        family.add_metric([label], count)
    return family


def _by_outcome(counts: dict[str, int]) -> Metric:
    words = "Deliveries by endpoint and outcome: accepted, or why they were refused."
    family = CounterMetricFamily(f"{PREFIX}deliveries", words, labels=["endpoint", "outcome"])
    for field, count in sorted(counts.items()):
        kind, _, rest = field.partition(":")
        if kind == "accepted":
            family.add_metric([rest, "accepted"], count)
        elif kind == "refused":
            endpoint, _, cause = rest.partition(":")
            family.add_metric([endpoint, cause], count)
    return family


def _healed(counts: dict[str, int]) -> Metric:
    words = "Fields of calls that no webhook had told and Vapi's API filled."
    family = CounterMetricFamily(f"{PREFIX}fields_healed", words, labels=["field"])
    for field, count in sorted(counts.items()):
        kind, _, name = field.partition(":")
        if kind == tally.HEALED:
            family.add_metric([name], count)
    return family


# Metric → what it says, and by what its whole numbers are divided.
HISTOGRAMS = {
    "commit_seconds": ("How long a commit of events took.", 1_000_000),
    "tool_answer_seconds": ("From the delivery of tool calls to their answer.", 1_000_000),
    "commit_rows": ("How many events a commit held.", 1),
    "intake_waiting": ("How many events were left waiting when a commit began.", 1),
}


def _histogram(name: str, words: str, scale: int, counts: dict[str, int]) -> Metric:
    total, buckets = 0, []
    for edge in tally.EDGES[name]:
        total += counts.get(f"{name}:{edge}", 0)
        buckets.append((str(edge / scale), total))
    total += counts.get(f"{name}:{tally.BEYOND}", 0)
    buckets.append(("+Inf", total))
    return HistogramMetricFamily(
        f"{PREFIX}{name}", words, buckets=buckets, sum_value=counts.get(f"{name}:{tally.SUM}", 0) / scale
    )
