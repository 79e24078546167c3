"""What would go wrong on the telephone: one document that has it, and one that does not."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from calls.assistants.build import SERVER_MESSAGES, Built
from calls.assistants.front_matter import BadFilesError
from calls.assistants.lint.look import findings, findings_in
from calls.assistants.lint.rule import Surroundings
from calls.assistants.lint.rules import ALL
from calls.assistants.paths import find
from calls.tests.assistants.folder import AGENT, SERVER, agent, write

CLEAN: dict[str, Any] = {
    "name": "Support desk",
    "model": {
        "provider": "openai",
        "model": "gpt-4o-mini",
        "messages": [{"role": "system", "content": "Ask for the PIN. Never say a password or a token."}],
        "toolIds": ["@tool/escalateToHuman"],
    },
    "voice": {"provider": "11labs", "voiceId": "sarah", "stability": 0.5},
    "transcriber": {"provider": "deepgram", "model": "nova-3", "endpointing": 300, "keyterm": ["SupportVoice"]},
    "stopSpeakingPlan": {"numWords": 0, "voiceSeconds": 0.3},
    "backgroundSpeechDenoisingPlan": {"smartDenoisingPlan": {"enabled": True}},
    "voicemailDetection": {"provider": "vapi"},
    "maxDurationSeconds": 900,
    "monitorPlan": {"listenAuthenticationEnabled": True, "controlAuthenticationEnabled": True},
    "serverMessages": SERVER_MESSAGES,
    "server": SERVER.document(),
    "firstMessage": "This call is recorded. How can I help?",
}
STRICT = Surroundings(phone_lines=True, noisy=frozenset({"support"}), consent_required=True)
TO_A_NUMBER = {"type": "transferCall", "destinations": [{"type": "number", "number": "+15550100"}]}
OWN_TOOL = {"type": "function", "function": {"name": "x"}, "server": {"url": "https://elsewhere.example"}}
SAY = {"mode": "warm-transfer-twiml", "twiml": "<Say>One moment</Say>"}
SPEAKING = {"type": "number", "number": "+15550100", "description": "Billing", "transferPlan": SAY}

# rule → where it is found, and what makes it so (None takes the key out).
HAVE: dict[str, tuple[str, Any]] = {
    "no-transcript": ("serverMessages", ["end-of-call-report"]),
    "no-retries": ("server.backoffPlan", None),
    "phone-call-control": ("serverMessages", [*SERVER_MESSAGES, "phone-call-control"]),
    "endpointing-range": ("transcriber.endpointing", 900),
    "endpointing-phone": ("transcriber.endpointing", None),
    "slow-to-stop": ("stopSpeakingPlan.numWords", 2),
    "no-denoising": ("backgroundSpeechDenoisingPlan", None),
    "common-words": ("transcriber.keyterm", ["SupportVoice", "my order"]),
    "keyterm": ("transcriber.keywords", ["SupportVoice:2"]),
    "no-voicemail-detection": ("voicemailDetection", "off"),
    "open-monitor": ("monitorPlan.controlAuthenticationEnabled", None),
    "usual-duration": ("maxDurationSeconds", None),
    "undescribed-destination": ("model.tools", [TO_A_NUMBER]),
    "long-name": ("name", "x" * 41),
    "voice-key": ("voice.pitch", 2),
    "no-person": ("model.toolIds", ["@tool/getTicketStatus"]),
    "secret-in-text": ("model.messages", [{"role": "system", "content": "The API key is abcd1234efgh5678."}]),
    "inline-server": ("model.tools", [OWN_TOOL]),
    "no-consent": ("firstMessage", "How can I help?"),
    "two-voices": ("model.tools", [{"type": "transferCall", "destinations": [SPEAKING]}]),
}
# Where the finding is shown, if not where it was made.
SHOWN_AT = {"no-person": "model.tools", "no-consent": "compliancePlan"}


def found(document: dict[str, Any], about: Surroundings = STRICT, **silenced: str) -> list[tuple[str, str]]:
    one = Built("assistant", "support", "assistants/support.md", document, silenced=silenced)
    return [(finding.rule, finding.where) for finding in findings_in([one], about) if not finding.silenced]


def with_(path: str, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(CLEAN)
    above, _, key = path.rpartition(".")
    holder = find(document, above) if above else document
    holder[key] = value
    if value is None:
        del holder[key]
    return document


def test_a_clean_document_has_nothing() -> None:
    assert found(CLEAN) == []


@pytest.mark.parametrize("rule", [rule.name for rule in ALL])
def test_each_rule_finds_what_it_is_for_and_nothing_else(rule: str) -> None:
    path, value = HAVE[rule]
    [(name, where)] = found(with_(path, value))
    assert name == rule
    assert where.startswith(SHOWN_AT.get(rule, path))


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_each_rule_has_reason_source_and_fix(rule: Any) -> None:
    assert rule.reason and rule.fix and rule.source.startswith("https://docs.vapi.ai/")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("stopSpeakingPlan.voiceSeconds", 0.4),
        ("monitorPlan", {"controlAuthenticationEnabled": True}),
        ("endCallPhrases", ["thank you"]),
        ("model.messages", [{"role": "system", "content": "Use sk-abcdefghij0123456789."}]),
    ],
)
def test_other_forms_of_the_same(path: str, value: Any) -> None:
    assert len(found(with_(path, value))) == 1


def test_a_secret_is_not_repeated() -> None:
    path, value = HAVE["secret-in-text"]
    [finding] = findings_in([Built("assistant", "support", "x.md", with_(path, value))], STRICT)
    assert "abcd1234" not in str(finding)


def test_where_it_does_not_matter_it_is_not_said() -> None:
    calm = Surroundings(phone_lines=False)
    for rule in ("endpointing-phone", "no-denoising", "no-consent"):
        assert found(with_(*HAVE[rule]), calm) == []


def test_a_squads_own_assistants_are_looked_into() -> None:
    inner = with_("maxDurationSeconds", None)
    squad = Built("squad", "desk", "squads/desk.yaml", {"name": "Desk", "members": [{"assistant": inner}]})
    assert [one.where for one in findings_in([squad], STRICT) if one.rule == "usual-duration"] == [
        "members[0].assistant.maxDurationSeconds"
    ]


def test_what_is_silenced_is_shown_with_its_reason_and_is_no_setting(tmp_path: Path) -> None:
    text = AGENT.replace("tools:", 'lint: {phone-call-control: "ours hangs up", gone: x}\n    tools:')
    one = agent(
        write(
            tmp_path, support_md=text.replace("---\n    You", "serverMessages: [phone-call-control]\n    ---\n    You")
        )
    )
    assert "lint" not in one.document
    result = {finding.rule: finding for finding in findings_in([one], Surroundings())}
    assert result["phone-call-control"].silenced == "ours hangs up" and not result["phone-call-control"].is_error
    assert "Because: ours hangs up" in str(result["phone-call-control"])
    assert result["unknown-rule"].where == "lint.gone"


def test_silencing_needs_a_reason(tmp_path: Path) -> None:
    with pytest.raises(BadFilesError, match="why it is left so"):
        agent(write(tmp_path, support_md=AGENT.replace("tools:", "lint: [no-person]\n    tools:")))


def test_the_agents_that_ship_are_clean() -> None:
    assert [str(finding) for finding in findings() if not finding.silenced] == []


def test_check_fails_on_errors_only(tmp_path: Path, settings: Any, capsys: Any) -> None:
    settings.ASSISTANTS_DIR = write(tmp_path, support_md=AGENT)
    call_command("sync_assistants", "--check")
    assert "[no-person, https://docs.vapi.ai/call-forwarding]" in capsys.readouterr().out
    settings.RECORDING_CONSENT_REQUIRED = True
    with pytest.raises(SystemExit) as ended:
        call_command("sync_assistants", "--check")
    assert ended.value.code == 1


def test_the_guide_names_every_rule() -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs/assistants.md").read_text()
    assert [rule.name for rule in ALL if f"| `{rule.name}` |" not in guide] == []
