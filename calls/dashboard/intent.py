"""What was judged of callers' words, and how often a person found it wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from calls.intent.wilson import wilson
from calls.models import Judgement

Mark, Verdict = Judgement.Mark, Judgement.Verdict

WINDOW = timedelta(days=90)
MOST_SHOWN = 100
ALARM_ABOVE = 0.08
SHOWN = {"": "To be looked at", "wrong": "Wrong", "marked": "Looked at"}
CHOSEN = {"": Q(mark=""), "wrong": Q(mark=Mark.WRONG), "marked": ~Q(mark="")}
HELD_BACK = (Verdict.ASK, Verdict.DONT)
MARKED = (Mark.RIGHT, Mark.WRONG)

Counted = Counter[tuple[str, str]]
"""By verdict and mark."""


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
    """Grouped by the database and added up here: nine sums over a hundred thousand rows would take it longer."""
    by_intent: defaultdict[str, Counted] = defaultdict(Counter)
    rows = judged.order_by("intent").values_list("intent", "verdict", "mark")
    for intent, verdict, mark, number in rows.annotate(number=Count("*")):
        by_intent[intent][verdict, mark] = number
    return [_figures(intent, counted) for intent, counted in by_intent.items()]


def _figures(intent: str, counted: Counted) -> Figures:
    def number(verdicts: Container[str] = tuple(Verdict), marks: Container[str] = ("", *MARKED)) -> int:
        return sum(each for (verdict, mark), each in counted.items() if verdict in verdicts and mark in marks)

    wrongly = number((Verdict.DO,), (Mark.WRONG,))
    return Figures(
        intent=intent,
        label=Judgement.Intent(intent).label,
        judged=counted.total(),
        let_through=number((Verdict.DO,)),
        asked=number((Verdict.ASK,)),
        refused=number((Verdict.DONT,)),
        marked=number(marks=MARKED),
        false_positives=Rate(wrongly, wrongly + number(HELD_BACK, (Mark.RIGHT,))),
        wrong_runs=Rate(wrongly, wrongly + number((Verdict.DO,), (Mark.RIGHT,))),
    )


def judgements(shown: str) -> QuerySet[Judgement]:
    """Newest first."""
    chosen = Judgement.objects.filter(CHOSEN[shown])
    return chosen.select_related("tool_call__call__customer", "marked_by").order_by("-at", "-pk")[:MOST_SHOWN]


def counts() -> dict[str, int]:
    """What is to be worked through, by the name of its list."""
    found = dict(Judgement.objects.order_by().values_list("mark").annotate(number=Count("*")))
    return {"": found.get("", 0), "wrong": found.get(Mark.WRONG, 0), "marked": 0}
