"""What `manage.py check --deploy` says of the agents' files."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.checks import INFO, WARNING, run_checks

from calls.assistants.checks import check_agents
from calls.tests.assistants.folder import AGENT, write


@pytest.fixture
def folder(tmp_path: Path, settings: object) -> Path:
    settings.ASSISTANTS_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def test_what_ships_has_nothing_to_say() -> None:
    assert check_agents() == []


def test_what_would_go_wrong_is_a_warning_with_its_mend(folder: Path) -> None:
    write(folder, support_md=AGENT.replace("tools:", "serverMessages: [end-of-call-report]\n    tools:"))
    (found,) = [one for one in check_agents() if "[no-transcript]" in one.msg]
    assert found.level in (INFO, WARNING)
    assert "support.md: serverMessages: There is no transcript in it." in found.msg
    assert found.hint


def test_what_cannot_be_read_names_file_and_line_and_stops_nothing(folder: Path) -> None:
    write(folder, support_md="---\nname: [\n---\n")
    (found,) = check_agents()
    assert "support.md" in found.msg
    assert found.level == WARNING


def test_only_a_deployment_is_checked_for_it(folder: Path) -> None:
    write(folder, support_md="---\nname: [\n---\n")
    assert not [one for one in run_checks() if one.id == "calls.W020"]
    assert [one for one in run_checks(include_deployment_checks=True) if one.id == "calls.W020"]
