"""Files of agents: what is wrong is named with its file and line, before anybody is asked anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from calls.assistants.front_matter import BadFilesError
from calls.tests.assistants.folder import AGENT, agent, built, write


def wrong(root: Path) -> str:
    with pytest.raises(BadFilesError) as raised:
        built(root)
    return str(raised.value)


def test_a_file_is_an_assistant_with_its_prompt_tools_and_server(tmp_path: Path) -> None:
    found = agent(write(tmp_path, support_md=AGENT)).document
    assert found["name"] == "support"
    assert found["model"]["messages"] == [{"role": "system", "content": "You answer the telephone."}]
    assert found["model"]["toolIds"] == ["@tool/getTicketStatus"]
    assert found["server"]["url"] == "https://desk.example/webhook/vapi"
    assert found["server"]["credentialId"] == "credential-1"
    assert found["server"]["backoffPlan"]["maxRetries"] == 3
    assert "transcript" in found["serverMessages"]


def test_only_the_tools_that_a_file_names_are_brought_to_vapi(tmp_path: Path) -> None:
    kinds = [(one.kind, one.key) for one in built(write(tmp_path, support_md=AGENT))]
    assert kinds == [("tool", "getTicketStatus"), ("assistant", "support")]


def test_fragments_and_own_variables_are_filled_and_vapis_variables_are_left(tmp_path: Path) -> None:
    write(
        tmp_path,
        fragments__tone_md="Be brief: {{most_words}} words.",
        support_md="""
            ---
            model: {provider: openai, model: gpt-4o-mini}
            variables: {most_words: 30}
            ---
            Hello {{customer.name}}.
            {{> tone}}
            """,
    )
    (message,) = agent(tmp_path).document["model"]["messages"]
    assert message["content"] == "Hello {{customer.name}}.\nBe brief: 30 words."


def test_defaults_lie_below_each_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        defaults_yaml="transcriber: {provider: deepgram, model: nova-3, endpointing: 300}\nmaxDurationSeconds: 900\n",
        support_md="""
            ---
            model: {provider: openai, model: gpt-4o-mini}
            transcriber: {endpointing: 200}
            ---
            Hello.
            """,
    )
    found = agent(tmp_path).document
    assert found["transcriber"] == {"provider": "deepgram", "model": "nova-3", "endpointing": 200}
    assert found["maxDurationSeconds"] == 900


def test_words_that_yaml_1_1_took_for_truth_stay_words(tmp_path: Path) -> None:
    write(
        tmp_path,
        support_md="""
            ---
            model: {provider: openai, model: gpt-4o-mini}
            voicemailDetection: off
            hooks:
              - on: call.ending
                do: [{type: tool, tool: {type: endCall}}]
            ---
            Hello.
            """,
    )
    found = agent(tmp_path).document
    assert found["voicemailDetection"] == "off"
    assert found["hooks"][0]["on"] == "call.ending"


def test_a_squad_names_its_members_by_their_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        support_md=AGENT,
        billing_md=AGENT.replace("tools:", "name: Billing desk\n    tools:"),
        squads__desk_yaml="""
            name: Desk
            members:
              - assistant: support
                destinations: [{assistant: billing, description: "Questions about money"}]
              - assistant: billing
            """,
    )
    squad = next(one for one in built(tmp_path) if one.kind == "squad").document
    assert [member["assistantId"] for member in squad["members"]] == ["@assistant/support", "@assistant/billing"]
    assert squad["members"][0]["assistantDestinations"][0]["assistantName"] == "Billing desk"


WRONG: list[tuple[dict[str, str], str]] = [
    ({"a_md": "---\nmodel: {provider: openai\nname: x\n---\nHi"}, "a.md:3: is not YAML"),
    ({"a_md": "---\nname: a\nname: b\n---\nHi"}, "a.md:3: is not YAML: found duplicate key"),
    ({"a_md": "Hi"}, "a.md:1: The file begins with ---"),
    ({"a_md": "---\nname: a\nHi"}, "a.md:1: The settings have no end"),
    ({"a_md": "---\n- a\n---\nHi"}, "a.md:2: must be settings"),
    ({"a_md": AGENT, "b_md": AGENT.replace("---\n", "---\n    name: a\n", 1)}, "b.md:2: The name 'a' is also that of"),
    ({"a_md": AGENT.replace("getTicketStatus", "getWeather")}, "a.md:3: There is no tool named getWeather"),
    ({"a_md": AGENT + "    {{> nowhere}}"}, "There is no fragment 'nowhere'"),
    ({"a_md": AGENT.replace("---\n", f"---\n    name: {'x' * 41}\n", 1)}, "a.md:2: The name has 41 characters"),
    ({"a_md": AGENT.replace("tools:", "temperature: 1\n    tools:")}, "a.md:3: temperature: is no field"),
    ({"a_md": AGENT.replace("mini}", "mini, temperature: 3}")}, "a.md:2: model.temperature: is 3"),
    ({"a_md": "---\nname: a\n---\nHi"}, "There is no `model`"),
    ({"a_md": AGENT, "squads__s_yaml": "members: [{assistant: nobody}]"}, "There is no assistant 'nobody'"),
    ({"fragments__f_md": "{{> f}}", "a_md": AGENT + "    {{> f}}"}, "holds itself"),
]


@pytest.mark.parametrize(("files", "said"), WRONG)
def test_what_is_wrong_names_its_file_and_line(tmp_path: Path, files: dict[str, str], said: str) -> None:
    assert said in wrong(write(tmp_path, **files))


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = wrong(write(tmp_path, one_md="Hi", two_md="Hi"))
    assert "one.md:1" in text
    assert "two.md:1" in text


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "support.md").write_bytes(b"---\nname: a\nx: \xff\n---\nHi")
    assert "support.md:3: is not UTF-8 text." in wrong(tmp_path)


def test_a_folder_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    assert "ASSISTANTS_DIR" in wrong(tmp_path / "nowhere")
