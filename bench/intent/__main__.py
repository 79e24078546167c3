"""python -m bench.intent: what the judgement of the caller's words is worth, on both halves, clean and with noise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from bench.intent.frames import INTENTS, Sentence, sentences
from bench.intent.noise import noisy
from bench.intent.score import Scored, score
from bench.results import write
from calls.intent.wilson import wilson

HALVES = ("development", "test")
HEAD = f"{'':<26}{'precision':>26}{'recall':>26}{'false positives':>26}"


def main(_: Sequence[str] | None = None) -> int:
    found = {}
    for half in HALVES:
        for name, changed in (("clean", _as_is), ("with recognition noise", noisy)):
            title, scored = f"{half} half, {name}", [score(changed(sentence)) for sentence in sentences(half)]
            _report(title, scored)
            found[title] = _figures(scored)
    write("intent", found)
    return 0


def _figures(scored: list[Scored]) -> dict[str, Any]:
    return {
        "sentences": len(scored),
        "meant": sum(one.is_positive for one in scored),
        "right": sum(one.is_positive and one.is_right for one in scored),
        "done": sum(one.outcome in INTENTS for one in scored),
        "done_wrongly": sum(one.is_false_positive for one in scored),
    }


def _as_is(sentence: Sentence) -> Sentence:
    return sentence


def _report(title: str, scored: list[Scored]) -> None:
    took = sorted(one.took_ms for one in scored)
    _print(f"\n{title}: {len(scored)} sentences, {sum(not one.is_positive for one in scored)} negatives")
    median, most = took[len(took) // 2], took[len(took) * 99 // 100]
    _print(f"median {median:.2f} ms, 99 % below {most:.2f} ms, at most {took[-1]:.2f} ms")
    _print(HEAD)
    _row("all", scored)
    _rows(INTENTS, scored, lambda one: one.sentence.intent)
    _rows(tuple(dict.fromkeys(one.sentence.form for one in scored)), scored, lambda one: one.sentence.form)
    for one in scored:
        if one.is_false_positive or (one.is_positive and not one.is_right):
            kind = "DONE WRONGLY" if one.is_false_positive else "missed"
            _print(f"  {kind}: {one.sentence.text!r} is {one.sentence.label}, judged {one.outcome} ({one.reason})")


def _rows(names: tuple[str, ...], scored: list[Scored], key: Callable[[Scored], str]) -> None:
    for name in names:
        _row(name, [one for one in scored if key(one) == name])


def _row(name: str, scored: list[Scored]) -> None:
    meant = [one for one in scored if one.is_positive]
    right, done = sum(one.is_right for one in meant), sum(one.outcome in INTENTS for one in scored)
    wrong, others = sum(one.is_false_positive and not one.is_positive for one in scored), len(scored) - len(meant)
    _print(f"{name:<26}{_rate(right, done)}{_rate(right, len(meant))}{_rate(wrong, others)}")


def _rate(hits: int, of: int) -> str:
    if not of:
        return f"{'-':>26}"
    low, high = wilson(hits, of)
    return f"{f'{hits / of:.1%} ({low:.1%} to {high:.1%})':>26}"


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
