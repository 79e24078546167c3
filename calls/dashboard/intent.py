"""What was judged of callers' words, and how often a person found it wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from calls.intent.wilson import wilson
from calls.models import Judgement

WINDOW = timedelta(days=90)
MOST_SHOWN = 100
ALARM_ABOVE = 0.08
SHOWN = {"": "To be looked at", "wrong": "Wrong", "marked": "Looked at"}
CHOSEN = {"": Q(mark=""), "wrong": Q(mark=Judgement.Mark.WRONG), "marked": ~Q(mark="")}
HELD_BACK = (Judgement.Verdict.ASK, Judgement.Verdict.DONT)


@dataclass(frozen=True)
class Rate:
    hits: int
    of: int

    @property
    def share(self) -> float | None:
        return self.hits / self.of if self.of else None

    @property
    def words(self) -> str:
        """With the 95 % interval of Wilson."""
        if self.share is None:
            return "nothing was marked"
        low, high = self.interval
        return f"{self.share:.1%} ({low:.1%} to {high:.1%}), {self.hits} of {self.of}"

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.hits, self.of)

    @property
    def is_alarming(self) -> bool:
        return self.share is not None and self.share > ALARM_ABOVE


@dataclass(frozen=True)
class Figures:
    """Of one intent in WINDOW. Rates are of what a person has marked.

    `false_positives`: let through, of all that the caller did not mean. `wrong_runs`: not meant, of all let through.
    """

    intent: str
    label: str
    judged: int
    let_through: int
    asked: int
    refused: int
    marked: int
    false_positives: Rate
    wrong_runs: Rate

    @property
    def is_alarming(self) -> bool:
        return self.false_positives.is_alarming or self.wrong_runs.is_alarming


def figures(now: datetime) -> list[Figures]:
    return _counted(Judgement.objects.filter(at__gte=now - WINDOW))


def alarms(now: datetime) -> list[str]:
    """The intents whose tools run too often without being meant."""
    marked = Judgement.objects.filter(at__gte=now - WINDOW).exclude(mark="")
    return [one.label for one in _counted(marked) if one.is_alarming]


def _counted(judged: QuerySet[Judgement]) -> list[Figures]:
    rows: Any = judged.order_by("intent").values("intent").annotate(**COUNTS)
    return [_figures(row) for row in rows]


def _marked(mark: str, *verdicts: str) -> Count:
    return Count("pk", filter=Q(verdict__in=verdicts, mark=mark))


def _judged(verdict: str) -> Count:
    return Count("pk", filter=Q(verdict=verdict))


COUNTS: dict[str, Any] = {
    "judged": Count("pk"),
    "let_through": _judged(Judgement.Verdict.DO),
    "asked": _judged(Judgement.Verdict.ASK),
    "refused": _judged(Judgement.Verdict.DONT),
    "marked": Count("pk", filter=~Q(mark="")),
    "ran_wrongly": _marked(Judgement.Mark.WRONG, Judgement.Verdict.DO),
    "ran_rightly": _marked(Judgement.Mark.RIGHT, Judgement.Verdict.DO),
    "held_back_rightly": _marked(Judgement.Mark.RIGHT, *HELD_BACK),
}


def _figures(row: dict[str, Any]) -> Figures:
    wrongly = row["ran_wrongly"]
    return Figures(
        intent=row["intent"],
        label=Judgement.Intent(row["intent"]).label,
        **{name: row[name] for name in ("judged", "let_through", "asked", "refused", "marked")},
        false_positives=Rate(wrongly, wrongly + row["held_back_rightly"]),
        wrong_runs=Rate(wrongly, wrongly + row["ran_rightly"]),
    )


def judgements(shown: str) -> QuerySet[Judgement]:
    """Newest first."""
    chosen = Judgement.objects.filter(CHOSEN[shown])
    return chosen.select_related("tool_call__call__customer", "marked_by").order_by("-at", "-pk")[:MOST_SHOWN]


def counts() -> dict[str, int]:
    """What is to be worked through, by the name of its list."""
    found = Judgement.objects.aggregate(
        unseen=Count("pk", filter=CHOSEN[""]), wrong=Count("pk", filter=CHOSEN["wrong"])
    )
    return {"": found["unseen"], "wrong": found["wrong"], "marked": 0}
