"""The agents' files as a system check: `manage.py check --deploy` says what would go wrong on the telephone."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Info, Warning  # noqa: A004  Django's name

from calls.assistants.front_matter import BadFilesError
from calls.assistants.lint.look import findings


def check_agents(**_: Any) -> list[CheckMessage]:
    """Never an Error: calls are received and answered whatever is in the files. Registered in calls.apps."""
    try:
        found = [one for one in findings() if not one.silenced]
    except BadFilesError as error:
        return [Warning(str(problem), id="calls.W020") for problem in error.problems]
    return [
        (Warning if one.is_error else Info)(
            f"{one.path}: {one.where}: {one.said} [{one.rule}]",
            hint=" ".join(filter(None, [one.reason, one.fix])),
            id="calls.W021" if one.is_error else "calls.I021",
        )
        for one in found
    ]
