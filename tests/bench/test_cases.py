"""The bench runs case by case: what is measured stays measured, and what broke off begins anew."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from bench import __main__ as cases
from bench import results

Runs = list[str]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Runs]:
    """Two cases, one of them long, that note that they ran."""
    ran: Runs = []
    for name in ("quick", "slow"):
        module = ModuleType(f"case_{name}")

        def measured(_: Sequence[str], name: str = name) -> int:
            ran.append(name)
            results.write(name, {"rate": 7})
            sys.stdout.write(f"{name} | 7\n")
            return 0

        module.main = measured  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, f"case_{name}", module)
    made = (cases.Case("quick", "case_quick", "of a test"), cases.Case("slow", "case_slow", "of a test", is_long=True))
    monkeypatch.setattr(cases, "CASES", made)
    monkeypatch.setattr(cases, "DONE", tmp_path / "done")
    monkeypatch.setattr(cases, "ALL_RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    at_commit(monkeypatch, "abc")
    yield ran


def at_commit(monkeypatch: pytest.MonkeyPatch, commit: str) -> None:
    monkeypatch.setattr(cases, "commit", lambda: commit)


def test_one_file_has_the_figures_of_each_case(runs: Runs, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cases.main(["--all"]) == 0
    found = json.loads((tmp_path / "results.json").read_text())
    assert found["commit"] == "abc"
    assert found["machine"]["cores"]
    assert [(one["case"], one["figures"]) for one in found["cases"]] == [("quick", {"rate": 7}), ("slow", {"rate": 7})]
    assert "quick | 7" in capsys.readouterr().out


def test_long_cases_run_by_name_or_with_all_the_others(runs: Runs) -> None:
    cases.main([])
    assert runs == ["quick"]
    cases.main(["slow"])
    assert runs == ["quick", "slow"]


def test_what_was_measured_on_this_commit_is_not_measured_again(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cases.main([])
    capsys.readouterr()
    cases.main([])
    assert runs == ["quick"]
    assert "quick | 7" in capsys.readouterr().out
    cases.main(["--again"])
    assert len(runs) == 2
    at_commit(monkeypatch, "def")
    cases.main([])
    assert len(runs) == 3


def test_files_that_are_in_no_commit_are_measured_each_time(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    at_commit(monkeypatch, "abc, changed")
    cases.main([])
    cases.main([])
    assert len(runs) == 2


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_a_case_that_broke_off_begins_anew(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
) -> None:
    def breaks(_: Sequence[str]) -> int:
        raise stop

    whole = sys.modules["case_quick"].main
    monkeypatch.setattr(sys.modules["case_quick"], "main", breaks)
    try:
        assert cases.main([]) == 1
    except KeyboardInterrupt:
        assert stop is KeyboardInterrupt
    monkeypatch.setattr(sys.modules["case_quick"], "main", whole)
    assert cases.main([]) == 0
    assert runs == ["quick"]
