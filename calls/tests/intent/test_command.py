"""manage.py intent: a line in, a line out, and what cannot be read is named."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def test_a_line_is_an_utterance_or_a_dialogue(tmp_path: Path) -> None:
    lines = [
        "cancel my order",
        '[{"role": "bot", "message": "Shall I refund the order?"}, {"role": "user", "message": "yes"}]',
        "where is it",
    ]
    (tmp_path / "said").write_text("\n".join(lines))
    out = StringIO()
    call_command("intent", str(tmp_path / "said"), stdout=out)
    assert [line.split("\t")[1] for line in out.getvalue().splitlines()] == ["cancel", "refund", "none"]


def test_a_bad_line_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    (tmp_path / "said").write_bytes(b"cancel it\n[broken\n\xff\nrefund my order\n")
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="2 lines"):
        call_command("intent", str(tmp_path / "said"), stdout=out, stderr=err)
    assert "Line 2:" in err.getvalue()
    assert "Line 3:" in err.getvalue()
    assert len(out.getvalue().splitlines()) == 2
