"""What calls show of an agent's hearing and stopping, and what is suggested because of it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from calls.assistants.tuning.advice import PHONE, WEB, Suggestion, suggestions
from calls.assistants.tuning.evidence import MOST_CALLS, noisy, tuned
from calls.assistants.tuning.measure import LEAST, CutIn, Heard, Measured, Said, Share, Spread, measured
from calls.dashboard.assistants import lint
from calls.models import Assistant, Call, Interruption, Managed, Report, Turn
from calls.tests.assistants.folder import AGENT, write
from calls.tests.dashboard.conftest import client_in

DOCUMENT = {
    "transcriber": {"provider": "deepgram", "model": "nova-3", "endpointing": 300},
    "stopSpeakingPlan": {"numWords": 0, "voiceSeconds": 0.2},
}


def caller(text: str, began_ms: int, ended_ms: int) -> Said:
    return Said("user", text, began_ms, ended_ms)


def agent(began_ms: int, ended_ms: int = 9000) -> Said:
    return Said("assistant", "Certainly.", began_ms, ended_ms)


def many(call: Heard, number: int = LEAST) -> Measured:
    return measured([call] * number)


def test_the_silence_before_a_reply_is_from_the_last_word_to_the_first() -> None:
    found = many(Heard([caller("Hello", 0, 1000), agent(2200)]))
    assert (found.silences.number, found.silences.p50_ms, found.silences.p95_ms) == (LEAST, 1200, 1200)
    assert found.cut_offs.percent == 0


def test_under_twenty_observations_are_too_few_to_say() -> None:
    found = many(Heard([caller("I want to", 0, 1000), agent(1300), caller("cancel", 1600, 2000)]), LEAST - 1)
    assert found.cut_offs.too_few and found.cut_offs.percent == 0
    assert suggestions(found, DOCUMENT, PHONE) == []


@pytest.mark.parametrize(
    ("said", "went_on"),
    [
        ([caller("I want to", 0, 1000), agent(1300), caller("cancel it", 1600, 2000)], (300,)),
        ([caller("I want to", 0, 1000), agent(1300), caller("cancel it", 1200, 2000)], (0,)),
        ([caller("I want to cancel", 0, 1500), agent(1300)], (0,)),
        ([caller("I want to", 0, 1000), agent(1300), caller("mhm", 1600, 1700)], ()),
        ([caller("I want to", 0, 1000), agent(1300), caller("no, the other", 2400, 3000)], ()),
        ([caller("I want to", 0, 1000), agent(1300), agent(1500)], ()),
    ],
)
def test_a_cut_off_is_a_caller_who_had_not_finished(said: list[Said], went_on: tuple[int, ...]) -> None:
    assert measured([Heard(said)]).went_on_ms == went_on


def test_a_turn_without_times_is_no_observation() -> None:
    found = measured([Heard([Said("user", "Hello", None, None), Said("assistant", "Yes?", None, None)])])
    assert (found.cut_offs.number, found.silences.number, found.false_stops.number) == (0, 0, 0)


@pytest.mark.parametrize(
    ("words", "is_false", "is_noise"),
    [
        ([], True, True),
        ([caller("Mhm, okay.", 5100, 5300)], True, False),
        ([caller("Stop, wait", 5100, 5900)], False, False),
        ([caller("and besides I also have", 4000, 6000)], False, False),
        ([caller("What?", 8000, 8500)], True, True),
    ],
)
def test_an_interruption_without_words_is_false(words: list[Said], is_false: bool, is_noise: bool) -> None:
    """The agent speaks again at 7000: what is said after that answers it."""
    said = [caller("Hello", 0, 1000), agent(2000, 5300), *words, agent(7000)]
    call = Heard(sorted(said, key=lambda one: one.began_ms or 0), [CutIn(5000, 300)], ended_ms=60_000)
    found = measured([call])
    assert (found.false_stops, found.noise) == (Share(int(is_false), 1), Share(int(is_noise), 1))


def test_what_nobody_can_know_is_not_judged() -> None:
    hung_up = Heard([caller("Hello", 0, 1000)], [CutIn(5000, 300)], ended_ms=6000)
    without_words = Heard([agent(2000)], [CutIn(5000, 300)], ended_ms=60_000)
    assert measured([hung_up, without_words]).false_stops.number == 0


def cut_off(*went_on_ms: int, of: int = 100) -> Measured:
    return Measured(calls=of, cut_offs=Share(len(went_on_ms), of), went_on_ms=went_on_ms)


def only(found: Measured, document: dict[str, Any] = DOCUMENT, line: str = PHONE) -> Suggestion:
    (one,) = suggestions(found, document, line)
    return one


def test_endpointing_is_raised_by_what_would_have_prevented_the_cut_offs() -> None:
    one = only(cut_off(*[80] * 6, *[900] * 2))
    assert (one.path, one.before, one.after) == ("transcriber.endpointing", "300", "400")
    assert "8.0 % of 100 replies" in one.because
    assert one.effect == "6 of 8 would not have happened; each reply comes 100 ms later."


@pytest.mark.parametrize(
    "transcriber",
    [
        {"provider": "deepgram", "model": "nova-3", "endpointing": 500},
        {"provider": "deepgram", "model": "flux-general-en"},
        {"provider": "gladia"},
    ],
)
def test_where_endpointing_cannot_grow_the_agent_waits_longer(transcriber: dict[str, Any]) -> None:
    one = only(cut_off(*[80] * 8), {"transcriber": transcriber})
    assert (one.path, one.before, one.after) == ("startSpeakingPlan.waitSeconds", "0.4", "0.5")


def test_where_nothing_can_grow_it_says_so() -> None:
    patient = {"transcriber": {"provider": "gladia"}, "startSpeakingPlan": {"waitSeconds": 2}}
    assert "as patient as is sensible" in str(only(cut_off(*[80] * 8), patient))


def test_a_line_of_telephones_never_gets_under_300_ms() -> None:
    short = {"transcriber": {"provider": "deepgram", "endpointing": 10}}
    assert only(cut_off(*[80] * 8), short).after == "300"
    assert only(cut_off(*[80] * 8), short, WEB).after == "110"


def silent(ms: int, cut_offs: int = 0, **stages: int) -> Measured:
    return Measured(cut_offs=Share(cut_offs, 100), silences=Spread((ms,) * 100), stages=tuple(stages.items()))


def test_long_silences_are_shortened_only_where_nobody_is_cut_off() -> None:
    one = only(silent(1650))
    assert (one.path, one.after) == ("startSpeakingPlan.waitSeconds", "0.2")
    assert suggestions(silent(1650, cut_offs=4), DOCUMENT, PHONE) == []
    assert suggestions(silent(1400), DOCUMENT, PHONE) == []


def test_endpointing_is_not_blamed_for_a_slow_model() -> None:
    one = only(silent(2400, endpointing=300, model=1800, voice=300))
    assert one.path == "" and "Endpointing is little of it" in one.effect


def stopped(p95_ms: int, false: int = 0, noise: int = 0) -> Measured:
    return Measured(stops=Spread((p95_ms,) * 100), false_stops=Share(false, 100), noise=Share(noise, 100))


def test_a_slow_stop_comes_from_waiting_for_words_first_of_all() -> None:
    words = {**DOCUMENT, "stopSpeakingPlan": {"numWords": 2, "voiceSeconds": 0.1}}
    one = only(stopped(800), words)
    assert (one.path, one.before, one.after) == ("stopSpeakingPlan.numWords", "2", "0")


def test_a_slow_stop_shortens_the_voice_that_is_needed() -> None:
    one = only(stopped(600))
    assert (one.path, one.before, one.after) == ("stopSpeakingPlan.voiceSeconds", "0.2", "0.1")
    assert "100 ms sooner" in one.effect


def test_noise_asks_for_denoising_and_more_voice() -> None:
    paths = [(one.path, one.after) for one in suggestions(stopped(300, false=30, noise=20), DOCUMENT, PHONE)]
    denoising = "backgroundSpeechDenoisingPlan.smartDenoisingPlan.enabled"
    assert paths == [(denoising, "true"), ("stopSpeakingPlan.voiceSeconds", "0.3")]


def test_what_would_worsen_the_other_is_not_suggested_but_said() -> None:
    found = suggestions(stopped(700, false=30), DOCUMENT, PHONE)
    assert [one.path for one in found] == [""]
    assert "one would worsen the other" in found[0].effect


def test_a_quiet_agent_is_left_alone() -> None:
    assert suggestions(many(Heard([caller("Hello", 0, 1000), agent(1800)])), DOCUMENT, PHONE) == []


@pytest.fixture
def support(db: None) -> Managed:
    row = Managed.objects.create(kind="assistant", key="support", vapi_id="a1", remote=DOCUMENT)
    Assistant.objects.create(vapi_id="a1")
    give(row, hours_ago=48)
    return row


def give(row: Managed, hours_ago: float, **settings: Any) -> None:
    """Vapi's document from then on."""
    at = timezone.now() - timedelta(hours=hours_ago)
    row.versions.create(number=row.versions.count() + 1, document={**DOCUMENT, **settings}, source="applied", at=at)


def place(number: int = LEAST, kind: str = Call.Kind.INBOUND, hours_ago: float = 1, words: str = "Wait") -> None:
    """Calls in which the caller is answered after 700 ms, and cuts in after four seconds."""
    began = timezone.now() - timedelta(hours=hours_ago)
    after = {"assistant": Assistant.objects.get(), "began_at": began, "ended_at": began + timedelta(minutes=1)}
    for _ in range(number):
        call = Call.objects.create(vapi_id=f"call-{Call.objects.count()}", kind=kind, interruption_count=1, **after)
        said = [("user", "Hello", 0, 1), ("assistant", "How can I help?", 1.7, 5.3), ("user", words, 5.1, 5.6)]
        for position, (role, text, start, end) in enumerate(one for one in said if one[1]):
            at = {"started_at": began + timedelta(seconds=start), "ended_at": began + timedelta(seconds=end)}
            Turn.objects.create(call=call, position=position, role=role, text=text, **at)
        Interruption.objects.create(call=call, caller_began_at=began + timedelta(seconds=5), gap_ms=300)
        Report.objects.create(call=call, reported_at=began, turn_latencies=[{"modelLatency": 400, "turnLatency": 700}])


def test_telephone_and_web_are_measured_apart(support: Managed) -> None:
    place(LEAST, Call.Kind.INBOUND)
    place(3, Call.Kind.WEB)
    phone, web = tuned(support)
    assert (phone.line, phone.found.calls, web.line, web.found.calls) == ("phone", LEAST, "web", 3)
    assert (phone.found.stops.p95_ms, phone.found.silences.p50_ms) == (300, 700)
    assert phone.found.false_stops == Share(0, LEAST)
    assert phone.found.stages == (("model", 400),)
    assert web.found.stops.too_few


def test_calls_from_before_the_settings_were_changed_do_not_count(support: Managed) -> None:
    place(2, hours_ago=10)
    give(support, hours_ago=5, stopSpeakingPlan={"voiceSeconds": 0.1})
    give(support, hours_ago=2, stopSpeakingPlan={"voiceSeconds": 0.1}, firstMessage="Good day")
    place(1, hours_ago=3)
    assert tuned(support)[0].found.calls == 1


def test_an_agent_that_vapi_does_not_have_has_no_calls(db: None) -> None:
    assert [one.found.calls for one in tuned(Managed.objects.create(kind="assistant", key="new"))] == [0, 0]


def test_the_work_does_not_grow_with_the_calls(support: Managed, django_assert_num_queries: Any) -> None:
    place(2)
    with django_assert_num_queries(6):
        tuned(support)
    place(10)
    with django_assert_num_queries(6):
        tuned(support)
    assert MOST_CALLS <= 1000


def test_the_command_prints_each_line_in_words(support: Managed) -> None:
    place()
    out = StringIO()
    call_command("tuning", "support", stdout=out)
    said = out.getvalue()
    assert "Silent after the caller cuts in: median 300 ms, 95 % within 300 ms (of 20)" in said
    assert "Silent after the caller cuts in: too few to say (0 of 20)" in said
    with pytest.raises(CommandError, match=r"'sales'.* There are: support"):
        call_command("tuning", "sales")


def test_the_agents_page_shows_it(support: Managed) -> None:
    place(words="")
    page = client_in("manager").get("/assistants/assistant/support/").content.decode()
    assert "Tuning from its calls" in page
    assert "Stopped for nothing, or for a “mhm”: 100.0 % (20)" in page
    assert "<code>stopSpeakingPlan.voiceSeconds</code> 0.2 → <strong>0.3</strong>" in page
    assert "Too few calls to suggest anything" not in page


def test_lint_says_no_denoising_where_noise_was_measured(support: Managed, settings: Any, tmp_path: Path) -> None:
    settings.ASSISTANTS_DIR = write(tmp_path / "assistants", support_md=AGENT)
    place(words="Stop it")
    assert noisy() == frozenset()
    place(words="")
    assert noisy() == {"support"}
    assert "no-denoising" in [one.rule for one in lint()]
