"""What a call costs, in the two forms of the report: by part and as a list of meters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

USD_A_MINUTE = {"transport": 0.0085, "stt": 0.0099, "vapi": 0.05}
USD_A_CHARACTER = 0.000036
USD_A_PROMPT_TOKEN = 0.00000015
USD_A_COMPLETION_TOKEN = 0.0000006
SUMMARY_TOKENS = (812, 96)


@dataclass(frozen=True, slots=True)
class Usage:
    minutes: float
    characters: int
    prompt_tokens: int
    completion_tokens: int


def breakdown(usage: Usage) -> dict[str, Any]:
    parts = {name: round(rate * usage.minutes, 4) for name, rate in USD_A_MINUTE.items()}
    parts["llm"] = _model_cost(usage.prompt_tokens, usage.completion_tokens)
    parts["tts"] = round(usage.characters * USD_A_CHARACTER, 4)
    summary = _model_cost(*SUMMARY_TOKENS)
    return {
        **parts,
        "chat": 0,
        "total": round(sum(parts.values()) + summary, 4),
        "llmPromptTokens": usage.prompt_tokens,
        "llmCompletionTokens": usage.completion_tokens,
        "llmCachedPromptTokens": 0,
        "ttsCharacters": usage.characters,
        "voicemailDetectionCost": 0,
        "knowledgeBaseCost": 0,
        "analysisCostBreakdown": {
            "summary": summary,
            "summaryPromptTokens": SUMMARY_TOKENS[0],
            "summaryCompletionTokens": SUMMARY_TOKENS[1],
            "structuredData": 0,
            "successEvaluation": 0,
        },
    }


def meters(usage: Usage, parts: dict[str, Any], provider: str) -> list[dict[str, Any]]:
    minutes = round(usage.minutes, 4)
    model = {"provider": "openai", "model": "gpt-4o-mini"}
    tokens = {"promptTokens": usage.prompt_tokens, "completionTokens": usage.completion_tokens}
    summary_tokens = {"promptTokens": SUMMARY_TOKENS[0], "completionTokens": SUMMARY_TOKENS[1]}
    transcriber = {"provider": "deepgram", "model": "nova-3"}
    voice = {"provider": "11labs", "voiceId": "sarah"}
    return [
        {"type": "transport", "provider": provider, "minutes": minutes, "cost": parts["transport"]},
        {"type": "transcriber", "transcriber": transcriber, "minutes": minutes, "cost": parts["stt"]},
        {"type": "model", "model": model, **tokens, "cost": parts["llm"]},
        {"type": "voice", "voice": voice, "characters": usage.characters, "cost": parts["tts"]},
        {"type": "vapi", "subType": "normal", "minutes": minutes, "cost": parts["vapi"]},
        {
            "type": "analysis",
            "analysisType": "summary",
            "model": model,
            **summary_tokens,
            "cost": parts["analysisCostBreakdown"]["summary"],
        },
    ]


def _model_cost(prompt_tokens: int, completion_tokens: int) -> float:
    return round(prompt_tokens * USD_A_PROMPT_TOKEN + completion_tokens * USD_A_COMPLETION_TOKEN, 4)
