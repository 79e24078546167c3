"""Agents as files, brought to the stand-in of Vapi over HTTP: plan, apply, an edit by hand, pull, roll back, prune."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command

from calls.assistants import apply as applying
from calls.models import Managed, ManagedVersion
from calls.tests.assistants.folder import AGENT, write
from sandbox.api import resources

KEY = "stand-in-key"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(tmp_path: Path, settings: Any) -> Path:
    settings.ASSISTANTS_DIR = tmp_path / "assistants"
    return write(tmp_path / "assistants", support_md=AGENT)


@pytest.fixture(autouse=True)
def vapi(live_server: Any, settings: Any) -> Iterator[httpx.Client]:
    settings.VAPI_API_KEY = KEY
    settings.VAPI_API_URL = f"{live_server.url}/sandbox/vapi"
    with resources.store() as redis:
        redis.delete(*(f"sandbox:vapi:{kind}" for kind in resources.SCHEMAS), resources.NEXT, resources.PINNED)
    with httpx.Client(
        base_url=f"{settings.VAPI_API_URL}/", headers={"authorization": f"Bearer {KEY}"}, trust_env=False
    ) as client:
        yield client


def sync(*arguments: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("sync_assistants", *arguments, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(str(ended.code))
    return out.getvalue(), 0


def at_vapi(vapi: httpx.Client, kind: str = "assistant") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = vapi.get(kind).json()
    return rows


def by_hand(vapi: httpx.Client, **changes: Any) -> None:
    """What somebody does in Vapi's dashboard."""
    (row,) = at_vapi(vapi)
    assert vapi.patch(f"assistant/{row['id']}", json=changes).is_success


def test_the_plan_says_what_would_be_done_and_exits_with_2(root: Path) -> None:
    said, code = sync()
    assert code == 2
    assert "+ tool getTicketStatus: will be created" in said
    assert "+ assistant support: will be created" in said


def test_after_apply_there_is_nothing_to_do(root: Path, vapi: httpx.Client) -> None:
    said, code = sync("--apply")
    assert code == 0, said
    (row,), (tool,) = at_vapi(vapi), at_vapi(vapi, "tool")
    assert row["model"]["toolIds"] == [tool["id"]]
    assert sync()[1] == 0 and "Nothing to do: 2 up to date." in sync()[0]


def test_a_changed_file_is_shown_field_by_field_and_sent_as_whole_keys(root: Path, vapi: httpx.Client) -> None:
    sync("--apply")
    write(root, support_md=AGENT.replace("gpt-4o-mini", "gpt-4o"))
    said, code = sync("--plan")
    assert code == 2
    assert 'model.model: "gpt-4o-mini" → "gpt-4o"' in said
    assert sync("--apply")[1] == 0
    (row,) = at_vapi(vapi)
    assert row["model"]["model"] == "gpt-4o"
    assert row["model"]["messages"][0]["content"] == "You answer the telephone."


def test_an_edit_by_hand_is_drift_and_is_not_overwritten(root: Path, vapi: httpx.Client) -> None:
    sync("--apply")
    by_hand(vapi, firstMessage="Edited by hand")
    said, code = sync("--apply")
    assert code == 1
    assert "assistant support: left alone, it was changed at Vapi since the last sync." in said
    assert at_vapi(vapi)[0]["firstMessage"] == "Edited by hand"
    assert 'firstMessage: (none) → "Edited by hand"' in sync()[0]


def test_changes_on_both_sides_are_shown_apart(root: Path, vapi: httpx.Client) -> None:
    sync("--apply")
    by_hand(vapi, firstMessage="Edited by hand")
    write(root, support_md=AGENT.replace("gpt-4o-mini", "gpt-4o"))
    said, _ = sync()
    assert "! assistant support: was changed here and at Vapi" in said
    assert said.index("at Vapi:") < said.index("firstMessage") < said.index("in the file:") < said.index("model.model")


def test_force_overwrites_only_what_it_names(root: Path, vapi: httpx.Client) -> None:
    sync("--apply")
    by_hand(vapi, maxDurationSeconds=60, endCallPhrases=["bye for now"])
    with pytest.raises(CommandError, match="Nothing is called other"):
        sync("--apply", "--force", "other")
    write(root, support_md=AGENT.replace("tools:", "maxDurationSeconds: 900\n    tools:"))
    assert sync("--apply", "--force", "support")[1] == 0
    (row,) = at_vapi(vapi)
    assert (row["maxDurationSeconds"], row["endCallPhrases"]) == (900, [])


def test_pull_writes_the_edit_into_the_file_and_keeps_its_comments(root: Path, vapi: httpx.Client) -> None:
    text = AGENT.replace("tools:", "# Why these tools\n    tools:")
    write(root, support_md=text)
    sync("--apply")
    (row,) = at_vapi(vapi)
    by_hand(vapi, firstMessage="Edited by hand", model=row["model"] | {"temperature": 0.4})
    assert sync("--pull")[1] == 0
    written = (root / "support.md").read_text()
    assert "firstMessage: Edited by hand" in written
    assert "temperature: 0.4" in written
    assert "# Why these tools" in written
    assert "You answer the telephone." in written
    assert sync()[1] == 0 and "Nothing to do: 2 up to date." in sync()[0]


def test_pull_leaves_what_the_file_changed_as_a_change(root: Path, vapi: httpx.Client) -> None:
    sync("--apply")
    by_hand(vapi, firstMessage="Edited by hand")
    write(root, support_md=AGENT.replace("tools:", "maxDurationSeconds: 900\n    tools:"))
    sync("--pull")
    said, code = sync()
    assert code == 2
    assert "~ assistant support: will be changed" in said
    assert "maxDurationSeconds: (none) → 900" in said
    assert "firstMessage" not in said


def test_pull_makes_a_file_of_an_assistant_that_only_vapi_has(root: Path, vapi: httpx.Client) -> None:
    messages = [{"role": "system", "content": "You work at night."}]
    model = {"provider": "openai", "model": "gpt-4o", "messages": messages}
    vapi.post("assistant", json={"name": "Night desk", "model": model, "firstMessage": "Hi"})
    assert sync("--pull", "--only", "Night desk")[1] == 0
    assert "You work at night." in (root / "night-desk.md").read_text()
    said, _ = sync("--plan", "--only", "night-desk")
    assert "metadata" in said  # our mark, and what every agent of ours has
    assert "model.messages" not in said


def test_a_version_comes_back_to_vapi_and_to_the_file(root: Path, vapi: httpx.Client) -> None:
    sync("--apply")
    write(root, support_md=AGENT.replace("telephone", "doorbell"))
    sync("--apply")
    assert sync("--rollback", "support", "--to", "1")[1] == 0
    assert at_vapi(vapi)[0]["model"]["messages"][0]["content"] == "You answer the telephone."
    assert "telephone" in (root / "support.md").read_text()
    assert sync()[1] == 0
    sources = ManagedVersion.objects.filter(managed__key="support").order_by("number").values_list("source", flat=True)
    assert list(sources) == ["applied", "applied", "rolled-back"]


def test_prune_deletes_what_has_no_file_any_more_and_nothing_else(root: Path, vapi: httpx.Client) -> None:
    write(root, other_md=AGENT)
    sync("--apply")
    vapi.post("assistant", json={"name": "Not ours"})
    (root / "other.md").unlink()
    assert "- assistant other: has no file any more" in sync()[0]
    assert len(at_vapi(vapi)) == 3
    assert sync("--apply", "--prune")[1] == 0
    assert {row["name"] for row in at_vapi(vapi)} == {"support", "Not ours"}
    assert sync()[1] == 0


def test_a_pinned_assistant_is_not_deleted_and_it_is_said(root: Path, vapi: httpx.Client) -> None:
    write(root, other_md=AGENT)
    sync("--apply")
    (other,) = [row["id"] for row in at_vapi(vapi) if row["name"] == "other"]
    vapi.post("_next", json={"pinned": [other]})
    (root / "other.md").unlink()
    said, code = sync("--apply", "--prune")
    assert code == 1
    assert "pins a version" in said


def test_what_was_deleted_at_vapi_is_made_again_only_when_named(root: Path, vapi: httpx.Client) -> None:
    sync("--apply")
    (row,) = at_vapi(vapi)
    vapi.delete(f"assistant/{row['id']}")
    said, code = sync("--apply")
    assert code == 1
    assert "was deleted at Vapi" in said
    assert at_vapi(vapi) == []
    assert sync("--apply", "--force", "support")[1] == 0
    assert len(at_vapi(vapi)) == 1


def test_a_tool_of_the_same_name_that_is_not_ours_is_not_overwritten(root: Path, vapi: httpx.Client) -> None:
    vapi.post("tool", json={"type": "function", "function": {"name": "getTicketStatus", "description": "Theirs"}})
    said, code = sync("--apply")
    assert code == 1
    assert "is at Vapi already, and was not made here" in said
    assert at_vapi(vapi, "tool")[0]["function"]["description"] == "Theirs"


def test_only_brings_one_agent_and_the_tools_it_names(root: Path, vapi: httpx.Client) -> None:
    write(root, other_md=AGENT.replace("getTicketStatus", "createTicket"))
    assert sync("--apply", "--only", "other")[1] == 0
    assert [row["name"] for row in at_vapi(vapi)] == ["other"]
    assert [row["function"]["name"] for row in at_vapi(vapi, "tool")] == ["createTicket"]


def test_a_lost_answer_makes_no_second_assistant(root: Path, vapi: httpx.Client) -> None:
    vapi.post("_next", json={"answers": ["ok"] * 6 + ["lost"]})
    assert sync("--apply")[1] == 0
    assert len(at_vapi(vapi)) == 1


def test_a_run_that_dies_after_creating_is_finished_by_the_next(
    root: Path, vapi: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(applying, "_write_down", die)
        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                sync("--apply")
    assert sync("--apply")[1] == 0
    assert (len(at_vapi(vapi)), len(at_vapi(vapi, "tool"))) == (1, 1)
    assert sync()[1] == 0


def test_a_busy_vapi_is_asked_again(root: Path, vapi: httpx.Client) -> None:
    vapi.post("_next", json={"answers": ["429", "429", "ok", "429"]})
    assert sync("--apply")[1] == 0


def test_more_than_a_page_is_read(root: Path, vapi: httpx.Client) -> None:
    for number in range(103):
        vapi.post("assistant", json={"name": f"Theirs {number}"})
    sync("--apply")
    assert sync()[1] == 0 and "Nothing to do: 2 up to date." in sync()[0]


def test_a_failure_half_way_says_what_was_done(root: Path, vapi: httpx.Client) -> None:
    vapi.post("_next", json={"answers": ["ok"] * 6 + ["500"]})
    said, code = sync("--apply")
    assert code == 1
    assert "tool getTicketStatus: created" in said
    assert "assistant support: NOT DONE. Vapi refused POST /assistant (500): Internal server error." in said
    assert sync("--apply")[1] == 0
    assert len(at_vapi(vapi)) == 1


def test_a_wrong_key_says_which_and_where_to_get_it(root: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match=r"refused the key in VAPI_API_KEY.*dashboard"):
        settings.VAPI_API_KEY, right = "wrong", settings.VAPI_API_KEY
        monkeypatch.setattr(resources, "_is_allowed", lambda request: request.headers["Authorization"].endswith(right))
        sync()


def test_no_key_and_no_network_are_said_plainly(root: Path, settings: Any) -> None:
    settings.VAPI_API_URL = "http://127.0.0.1:1"
    with pytest.raises(CommandError, match="could not be reached"):
        sync()
    settings.VAPI_API_KEY = ""
    with pytest.raises(CommandError, match="VAPI_API_KEY"):
        sync()


def test_a_broken_file_asks_nobody_anything(root: Path, settings: Any) -> None:
    write(root, broken_md="---\nname: [\n---\nHi")
    settings.VAPI_API_URL = "http://127.0.0.1:1"
    with pytest.raises(CommandError, match=r"broken\.md:"):
        sync("--apply")


def test_check_asks_nobody_and_names_old_settings(root: Path, settings: Any) -> None:
    settings.VAPI_API_KEY = ""
    write(root, support_md=AGENT.replace("tools:", "recordingEnabled: true\n    tools:"))
    said, code = sync("--check")
    assert code == 0
    assert "recordingEnabled is artifactPlan.recordingEnabled today." in said


def test_two_runs_at_once_are_one(root: Path, django_db_blocker: Any) -> None:
    from django.db import connections

    other = connections["default"].copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [0x5654_0007])
        with pytest.raises(CommandError, match="Another run is under way"):
            sync("--apply")
    other.close()
    assert Managed.objects.count() == 0
