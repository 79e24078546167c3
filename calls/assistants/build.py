"""A file as the document that Vapi takes. Where Vapi wants an id, `@tool/getTicketStatus` stands for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from calls.answers.for_vapi import function_tools
from calls.answers.registry import TOOLS
from calls.assistants.files import ASSISTANT, OUTPUT, SQUAD, TOOL, Folder, Source
from calls.assistants.front_matter import BadFilesError, FileProblem
from calls.assistants.old_forms import Translated, modern
from calls.assistants.valid import problems

SCHEMAS = {
    TOOL: "CreateFunctionToolDTO",
    OUTPUT: "CreateStructuredOutputDTO",
    ASSISTANT: "CreateAssistantDTO",
    SQUAD: "CreateSquadDTO",
}
KINDS = tuple(SCHEMAS)  # in the order they are made: what others name comes first
VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][\w.]*)\s*\}\}")
MARK = "supportvoice"
RETRIES = {
    "type": "exponential",
    "maxRetries": 3,
    "baseDelaySeconds": 1,
    "excludedStatusCodes": [400, 401, 403, 404, 413, 422],
}
SERVER_MESSAGES = [
    "status-update",
    "transcript",
    "speech-update",
    "user-interrupted",
    "conversation-update",
    "tool-calls",
    "hang",
    "assistant.started",
    "assistant.speechStarted",
    "transfer-update",
    "transfer-destination-request",
    "handoff-destination-request",
    "end-of-call-report",
]


@dataclass(frozen=True, slots=True)
class Server:
    """Where Vapi posts to. `credential_id` is Vapi's id of the credential it signs with; it may be empty."""

    url: str
    credential_id: str = ""

    def document(self) -> dict[str, Any]:
        credential = {"credentialId": self.credential_id} if self.credential_id else {}
        return {"url": self.url, "timeoutSeconds": 20, "backoffPlan": RETRIES, **credential}


@dataclass(frozen=True, slots=True)
class Built:
    """`document` is valid by `fields.json`. `notes`: (old setting, what became of it). `silenced`: lint rule → why."""

    kind: str
    key: str
    path: str
    document: dict[str, Any]
    notes: list[tuple[str, str]] = field(default_factory=list)
    silenced: dict[str, str] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        return f"@{self.kind}/{self.key}"

    @property
    def name(self) -> str:
        return name_of(self.kind, self.document)


def name_of(kind: str, document: dict[str, Any]) -> str:
    name = document.get("function", {}).get("name") if kind == TOOL else document.get("name")
    return str(name or "")


def build(folder: Folder, server: Server) -> list[Built]:
    """In the order they are made. Raises BadFilesError with everything that is wrong."""
    builders = {OUTPUT: _output, ASSISTANT: _assistant, SQUAD: _squad}
    wrong: list[FileProblem] = []
    built: list[Built] = []
    for kind, builder in builders.items():
        for source in folder.of(kind):
            try:
                built.append(_checked(source, builder(source, folder, server)))
            except BadFilesError as error:
                wrong += error.problems
    if wrong:
        raise BadFilesError(wrong)
    return [*_tools(built, server), *built]


def _checked(source: Source, built: Built) -> Built:
    found = problems(SCHEMAS[built.kind], built.document)
    if found:
        raise BadFilesError([source.problem(str(problem), problem.path) for problem in found])
    return built


def _assistant(source: Source, folder: Folder, server: Server) -> Built:
    translated = modern(source.settings, source.prompt, folder.defaults)
    settings = translated.settings
    silenced = _silenced(source, settings)
    variables = settings.pop("variables", {})
    outputs = _references(source, OUTPUT, settings.pop("structuredOutputs", []), folder)
    ids, inline = _split_tools(source, settings.pop("tools", []))
    document = _filled({**settings, "name": source.name}, variables)
    document["model"] = _model(source, document.get("model"), _filled(translated.prompt, variables), ids, inline)
    document.setdefault("server", server.document())
    document.setdefault("serverMessages", SERVER_MESSAGES)
    document["metadata"] = {**document.get("metadata", {}), MARK: source.key}
    if outputs:
        plan = document.get("artifactPlan", {})
        document["artifactPlan"] = {**plan, "structuredOutputIds": outputs}
    return Built(ASSISTANT, source.key, source.path, document, translated.notes, silenced)


def _silenced(source: Source, settings: dict[str, Any]) -> dict[str, str]:
    """Out of the settings: what lint finds here and is meant, each with its reason."""
    silenced = settings.pop("lint", {})
    if isinstance(silenced, dict) and all(isinstance(why, str) and why.strip() for why in silenced.values()):
        return silenced
    raise BadFilesError([source.problem("`lint` says for each rule why it is left so: {rule: why}.", "lint")])


def _model(source: Source, model: Any, prompt: str, ids: list[str], inline: list[Any]) -> dict[str, Any]:
    if not isinstance(model, dict):
        raise BadFilesError([source.problem("There is no `model` with provider and model.", "model")])
    if not prompt:
        raise BadFilesError([source.problem("There is no prompt: the text below the settings.")])
    messages = [{"role": "system", "content": prompt}, *model.get("messages", [])]
    tools = {"toolIds": [*model.get("toolIds", []), *ids]} if ids else {}
    own = {"tools": [*model.get("tools", []), *inline]} if inline else {}
    return {**model, "messages": messages, **tools, **own}


def _split_tools(source: Source, tools: Any) -> tuple[list[str], list[dict[str, Any]]]:
    """Names are the code's tools; what is written out whole is Vapi's own, such as {type: endCall}."""
    if not isinstance(tools, list):
        raise BadFilesError([source.problem("`tools` is a list.", "tools")])
    names = [_tool_name(tool) for tool in tools if _tool_name(tool)]
    unknown = [name for name in names if name not in TOOLS]
    if unknown:
        known = ", ".join(sorted(TOOLS))
        raise BadFilesError(
            [source.problem(f"There is no tool named {name}. There are: {known}.", "tools") for name in unknown]
        )
    ids = [f"@{TOOL}/{name}" for name in dict.fromkeys(names)]
    return ids, [tool for tool in tools if not _tool_name(tool)]


def _tool_name(tool: Any) -> str:
    """Also of an old form's function that has the name of a tool of ours: ours has the schema that is answered."""
    if isinstance(tool, str):
        return tool
    name = tool.get("function", {}).get("name", "") if isinstance(tool, dict) else ""
    return name if name in TOOLS else ""


def _tools(built: list[Built], server: Server) -> list[Built]:
    """The code's tools that some file names."""
    used = {one for each in built for one in each.document.get("model", {}).get("toolIds", [])}
    names = [name for name in TOOLS if f"@{TOOL}/{name}" in used]
    documents = function_tools([TOOLS[name] for name in names])
    return [
        Built(TOOL, name, "", {**document, "async": False, "server": server.document()})
        for name, document in zip(names, documents, strict=True)
    ]


def _output(source: Source, _folder: Folder, _server: Server) -> Built:
    return Built(OUTPUT, source.key, source.path, {"type": "ai", **source.settings, "name": source.name})


def _squad(source: Source, folder: Folder, _server: Server) -> Built:
    settings = {**source.settings, "name": source.name}
    silenced = _silenced(source, settings)
    members = settings.get("members")
    if not isinstance(members, list) or not members:
        raise BadFilesError([source.problem("A squad has `members`, each with its `assistant`.", "members")])
    settings["members"] = [_member(source, member, folder) for member in members]
    return Built(SQUAD, source.key, source.path, settings, silenced=silenced)


def _member(source: Source, member: Any, folder: Folder) -> dict[str, Any]:
    if not isinstance(member, dict) or not isinstance(member.get("assistant"), str):
        raise BadFilesError([source.problem("Each member names its `assistant`: a file's name.", "members")])
    rest = {key: value for key, value in member.items() if key not in ("assistant", "destinations")}
    (reference,) = _references(source, ASSISTANT, [member["assistant"]], folder)
    destinations = [_destination(source, one, folder) for one in member.get("destinations", [])]
    return {"assistantId": reference, **rest, **({"assistantDestinations": destinations} if destinations else {})}


def _destination(source: Source, destination: dict[str, Any], folder: Folder) -> dict[str, Any]:
    """Vapi finds a squad's assistants by their names."""
    _references(source, ASSISTANT, [destination.get("assistant", "")], folder)
    named = next(one for one in folder.of(ASSISTANT) if one.key == destination["assistant"])
    rest = {key: value for key, value in destination.items() if key != "assistant"}
    return {"type": "assistant", "assistantName": named.name, **rest}


def _references(source: Source, kind: str, keys: list[str], folder: Folder) -> list[str]:
    there = {one.key for one in folder.of(kind)}
    missing = [key for key in keys if key not in there]
    if missing:
        known = ", ".join(sorted(there)) or "none"
        raise BadFilesError([source.problem(f"There is no {kind} {key!r}. There are: {known}.") for key in missing])
    return [f"@{kind}/{key}" for key in keys]


def _filled(value: Any, variables: dict[str, Any]) -> Any:
    """The file's own variables; every other `{{…}}` is left for Vapi to fill."""
    if isinstance(value, str):
        return VARIABLE.sub(lambda found: str(variables.get(found[1], found[0])), value)
    if isinstance(value, dict):
        return {key: _filled(item, variables) for key, item in value.items()}
    return [_filled(item, variables) for item in value] if isinstance(value, list) else value


__all__ = ["KINDS", "MARK", "SCHEMAS", "Built", "Server", "Translated", "build", "name_of"]
