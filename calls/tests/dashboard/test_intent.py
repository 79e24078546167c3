"""The page Intent and its marks: what a manager says of a judgement is what the rates are made of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from calls.dashboard.intent import alarms, figures
from calls.models import Call, Judgement
from calls.tests.dashboard import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Client:
    user = User.objects.create_user("mo", first_name="Mo", last_name="Hale")
    user.groups.add(Group.objects.get(name="manager"))
    client.force_login(user)
    return client


def judged(call: Call, verdict: str, mark: str = "", intent: str = "cancel", **fields: Any) -> Judgement:
    marked_at = timezone.now() if mark else None
    fields = {"reason": "An order", "words": "just cancel it"} | fields
    tool = build.tool(call, name="cancelOrder")
    return Judgement.objects.create(
        tool_call=tool, intent=intent, verdict=verdict, mark=mark, marked_at=marked_at, **fields
    )


def test_the_rates_are_of_what_was_marked() -> None:
    call = build.full()
    for verdict, mark, times in (("do", "right", 19), ("do", "wrong", 1), ("don't", "right", 8), ("ask", "right", 1)):
        for _ in range(times):
            judged(call, verdict, mark)
    judged(call, "do")
    judged(call, "don't", "wrong")
    (cancel,) = figures(timezone.now())
    assert (cancel.judged, cancel.let_through, cancel.asked, cancel.refused, cancel.marked) == (31, 21, 1, 9, 30)
    assert cancel.false_positives.words == "10.0% (1.8% to 40.4%), 1 of 10"
    assert cancel.wrong_runs.words == "5.0% (0.9% to 23.6%), 1 of 20"
    assert alarms(timezone.now()) == ["Cancel"]


def test_what_nobody_marked_has_no_rate_and_no_alarm(manager: Client) -> None:
    judged(build.full(), "do")
    (cancel,) = figures(timezone.now())
    assert cancel.false_positives.words == "nothing was marked"
    assert alarms(timezone.now()) == []
    assert "nothing was marked" in manager.get("/intent/").content.decode()


def test_one_in_twenty_is_no_alarm_and_what_is_old_does_not_count() -> None:
    call = build.full()
    for mark in ["right"] * 19 + ["wrong"]:
        judged(call, "do", mark)
    for _ in range(20):
        judged(call, "don't", "right")
    assert alarms(timezone.now()) == []
    for _ in range(20):
        judged(call, "do", "wrong", at=timezone.now() - timedelta(days=91))
    assert alarms(timezone.now()) == []


def test_a_manager_marks_it_on_the_call_page_and_it_says_who(manager: Client) -> None:
    one = judged(build.full(vapi_id="full"), "do")
    html = manager.get("/calls/full/").content.decode()
    assert "just cancel it" in html
    assert f"/intent/{one.pk}/wrong" in html
    answer = manager.post(f"/intent/{one.pk}/wrong", headers={"HX-Request": "true"}).content.decode()
    assert "marked wrong by Mo Hale" in " ".join(answer.split())
    one.refresh_from_db()
    assert one.mark == "wrong"
    assert "Too often done without being meant" in manager.get("/").content.decode()


def test_the_last_word_counts_and_the_same_again_changes_nothing(manager: Client) -> None:
    one = judged(build.full(), "do")
    manager.post(f"/intent/{one.pk}/wrong")
    one.refresh_from_db()
    first = one.marked_at
    manager.post(f"/intent/{one.pk}/wrong")
    one.refresh_from_db()
    assert one.marked_at == first
    manager.post(f"/intent/{one.pk}/right")
    one.refresh_from_db()
    assert one.mark == "right"


def test_the_lists_hold_what_they_say(manager: Client) -> None:
    call = build.full()
    judged(call, "do", reason="not looked at")
    judged(call, "do", "wrong", reason="found wrong")
    judged(call, "ask", "right", reason="found right")
    wanted = {"": ["not looked at"], "wrong": ["found wrong"], "marked": ["found wrong", "found right"]}
    for shown, reasons in wanted.items():
        html = manager.get(f"/intent/?show={shown}").content.decode()
        assert [one for one in ("not looked at", "found wrong", "found right") if one in html] == reasons


def test_what_a_caller_said_is_no_markup_and_its_number_is_masked(manager: Client) -> None:
    judged(build.full(), "ask", words="<b>cancel</b> call +447700900018")
    html = manager.get("/intent/").content.decode()
    assert "<b>cancel</b>" not in html
    assert "+447700900018" not in html
