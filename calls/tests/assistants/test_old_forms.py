"""Configurations in the style of 2024 become documents that are valid today, and each translation is said."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from calls.assistants.valid import problems
from calls.tests.assistants.folder import agent, built
from calls.tests.assistants.openapi import needs_the_document, refusals

OLD = Path(__file__).parent / "old"
NAMES = sorted(path.stem for path in OLD.glob("*.md"))


def today(tmp_path: Path, name: str) -> tuple[dict[str, Any], dict[str, str]]:
    shutil.copy(OLD / f"{name}.md", tmp_path)
    found = agent(tmp_path, name)
    return found.document, dict(found.notes)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_valid_by_our_table(tmp_path: Path, name: str) -> None:
    document, notes = today(tmp_path, name)
    assert notes
    assert problems("CreateAssistantDTO", document) == []


@needs_the_document
@pytest.mark.parametrize("name", NAMES)
def test_it_is_valid_by_the_published_document(tmp_path: Path, name: str) -> None:
    shutil.copy(OLD / f"{name}.md", tmp_path)
    schemas = {"assistant": "CreateAssistantDTO", "tool": "CreateFunctionToolDTO"}
    assert [said for one in built(tmp_path) for said in refusals(schemas[one.kind], one.document)] == []


def test_full(tmp_path: Path) -> None:
    document, notes = today(tmp_path, "full")
    assert document["server"] == {"url": "https://desk.example/hook"}
    assert "not-to-be-kept" not in str(document)
    assert "credential" in notes["serverUrlSecret"]
    assert document["model"]["messages"][0]["content"] == "You are a support agent."
    assert document["model"]["toolIds"] == ["@tool/getTicketStatus"]
    kinds = [tool["type"] for tool in document["model"]["tools"]]
    assert sorted(kinds) == ["endCall", "function", "transferCall"]
    assert document["artifactPlan"]["recordingEnabled"] is True
    assert document["hooks"][0]["options"]["timeoutSeconds"] == 30
    assert document["startSpeakingPlan"]["waitSeconds"] == 0.5
    assert document["backgroundSpeechDenoisingPlan"] == {"smartDenoisingPlan": {"enabled": True}}
    assert "nothing has its place" in notes["backchannelingEnabled"]


def test_barge_in(tmp_path: Path) -> None:
    document, notes = today(tmp_path, "barge-in")
    assert document["stopSpeakingPlan"] == {"voiceSeconds": 0.3, "numWords": 2}
    assert "never was a setting" in notes["bargeIn"]
    assert "never was a setting" in notes["vad"]


def test_keywords(tmp_path: Path) -> None:
    document, notes = today(tmp_path, "keywords")
    assert document["transcriber"]["keyterm"] == ["SupportVoice", "refund"]
    assert "keywords" not in document["transcriber"]
    assert "words do not tell what a caller means" in notes["keywordTriggers"]


def test_endpointing(tmp_path: Path) -> None:
    document, notes = today(tmp_path, "endpointing")
    assert document["transcriber"]["endpointing"] == 500
    plan = document["startSpeakingPlan"]
    assert plan == {"transcriptionEndpointingPlan": {"onNoPunctuationSeconds": 0.8}, "waitSeconds": 0.1}
    assert "never was a setting" in notes["endpointing"]


def test_a_test_agent(tmp_path: Path) -> None:
    document, _ = today(tmp_path, "test")
    assert document["voicemailDetection"] == {"provider": "vapi"}
    assert document["analysisPlan"]["summaryPlan"]["messages"][0]["content"].startswith("Summarise")
    assert "not-to-be-kept" not in str(document)
