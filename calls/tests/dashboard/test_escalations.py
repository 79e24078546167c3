"""Escalations: whose is it, and how long do they have?"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from calls.dashboard.paging import PAGE_SIZE
from calls.escalations import ask_for_a_person, claim, notice_a_need, resolve
from calls.models import Escalation
from calls.tests.dashboard import build
from calls.tests.dashboard.conftest import client_in
from tickets.models import Ticket

FRAGMENT = {"HX-Request": "true"}


def asked(minutes_ago: int = 1, reason: str = "wants a person", **fields: Any) -> Escalation:
    made = ask_for_a_person(call=fields.pop("call", None), ticket_number=None, reason=reason)
    Escalation.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(minutes=minutes_ago), **fields)
    made.refresh_from_db()
    return made


def shown(client: Client, query: str = "") -> list[str]:
    return re.findall(r'data-row="([^"]+)"', client.get(f"/escalations/?{query}").content.decode())


def user(name: str) -> User:
    return User.objects.get(username=name)


def test_open_ones_come_first_and_of_those_the_one_that_waits_longest(agent: Client) -> None:
    taken, young, old = asked(60), asked(1), asked(9)
    claim(taken.pk, by=user("agent"))
    assert shown(agent) == [str(young) for young in (old, young, taken)]


def test_a_row_says_who_why_and_the_last_words_with_the_number_masked(viewer: Client) -> None:
    call = build.call(customer_name="Ada Byrne", customer_number="+447700900018")
    build.say(call, "I already said that.")
    ask_for_a_person(call=call, ticket_number=Ticket.objects.create(number=12345, issue="x").pk, reason="first")
    ask_for_a_person(call=call, ticket_number=None, reason="wants a refund now")
    html = viewer.get("/escalations/").content.decode()
    for words in ("Ada Byrne", "+44 •••• 0018", "asked for a person twice", "wants a refund now", "TK-12345"):
        assert words in html
    assert "I already said that." in html
    assert "on the line" in html
    assert "7700900018" not in html


def test_what_the_desk_noticed_is_not_put_in_the_callers_mouth(viewer: Client) -> None:
    one = notice_a_need(call=build.call(), reason="It may not be done: createTicket")
    for path in ("/escalations/", f"/escalations/{one.pk}/"):
        html = viewer.get(path).content.decode()
        assert "needs a person</span>" in html
        assert "asked for a person" not in html
    assert "SupportVoice</strong> noticed that a person is needed" in html
    assert "It may not be done: createTicket" in html


@pytest.mark.django_db
def test_who_asks_after_the_desk_noticed_has_asked_once() -> None:
    call = build.call()
    notice_a_need(call=call, reason="It may not be done: createTicket")
    one = ask_for_a_person(call=call, ticket_number=None, reason="wants a person")
    notice_a_need(call=call, reason="It may not be done: addComment")
    one.refresh_from_db()
    assert (one.times_asked, one.reason) == (1, "wants a person")
    assert [event.kind for event in one.events.all()] == ["noticed", "asked", "noticed"]
    assert [event.note for event in one.events.all()][2] == "It may not be done: addComment"


def test_an_ended_call_says_so(viewer: Client) -> None:
    asked(call=build.ended())
    html = viewer.get("/escalations/").content.decode()
    assert "call ended" in html
    assert "on the line" not in html


def test_mine_and_resolved_are_lists_of_their_own(agent: Client) -> None:
    mine, done, waiting = asked(), asked(), asked()
    claim(mine.pk, by=user("agent"))
    resolve(done.pk, by=user("agent"), resolution="Called back.")
    assert shown(agent, "show=mine") == [str(mine)]
    assert shown(agent, "show=resolved") == [str(done)]
    assert shown(agent, "show=nonsense") == [str(waiting), str(mine)]


def test_the_resolved_ones_are_paged_newest_first(agent: Client) -> None:
    for _ in range(PAGE_SIZE + 1):
        resolve(asked().pk, by=user("agent"), resolution="done")
    first = agent.get("/escalations/?show=resolved").context["page"]
    second = shown(agent, f"show=resolved&before={first.older}")
    assert second == [str(Escalation.objects.order_by("resolved_at").first())]


def test_the_navigation_counts_who_waits(viewer: Client) -> None:
    asked()
    taken = asked()
    claim(taken.pk, by=user("viewer"))
    assert "1<span" in viewer.get("/calls/").content.decode()
    assert "1<span" in viewer.get("/escalations/waiting").content.decode()


def test_claiming_in_the_list_answers_with_the_row_and_says_so(agent: Client) -> None:
    one = asked()
    response = agent.post(f"/escalations/{one.pk}/claim", {"place": "row"}, headers=FRAGMENT)
    html = response.content.decode()
    assert response.status_code == 200
    assert f'id="row-acts-{one.pk}"' in html
    assert "with you" in html
    assert f"E-{one.pk} is yours." in html


def test_who_claims_second_is_told_who_has_it(agent: Client) -> None:
    one = asked()
    client_in("manager").post(f"/escalations/{one.pk}/claim", headers=FRAGMENT)
    response = agent.post(f"/escalations/{one.pk}/claim", {"place": "row"}, headers=FRAGMENT)
    assert response.status_code == 409
    assert "Too late, nothing was changed. manager has it now." in response.content.decode()
    one.refresh_from_db()
    assert one.claimed_by == user("manager")


def test_assigning_names_the_colleague_and_refuses_who_may_not(agent: Client) -> None:
    one = asked()
    client_in("manager")
    client_in("viewer")
    given = agent.post(f"/escalations/{one.pk}/assign", {"to": user("manager").pk, "seen_with": ""}, headers=FRAGMENT)
    assert "is with manager now" in given.content.decode()
    page = agent.get(f"/escalations/{one.pk}/").content.decode()
    assert "gave it to manager" in page
    assert f'value="{user("viewer").pk}"' not in page
    for to in (user("viewer").pk, "", "x", "9" * 40):
        response = agent.post(f"/escalations/{one.pk}/assign", {"to": to}, headers=FRAGMENT)
        assert (response.status_code, "Choose who should have it" in response.content.decode()) == (422, True)


def test_resolving_needs_words_and_a_refusal_keeps_them(agent: Client) -> None:
    one = asked()
    assert agent.post(f"/escalations/{one.pk}/resolve", {"resolution": " "}).status_code == 422
    claim(one.pk, by=User.objects.create_user("maya"))
    refused = agent.post(f"/escalations/{one.pk}/resolve", {"resolution": "My long text"})
    assert refused.status_code == 409
    Escalation.objects.update(claimed_by=user("agent"))
    done = agent.post(f"/escalations/{one.pk}/resolve", {"resolution": "Called <b>back</b>."}).content.decode()
    assert "Called &lt;b&gt;back&lt;/b&gt;." in done
    assert "agent</strong> resolved it" in done


def test_the_page_shows_the_history_and_the_call(viewer: Client) -> None:
    call = build.call()
    build.say(call, "Let me speak to someone.")
    one = asked(call=call)
    html = viewer.get(f"/escalations/{one.pk}/").content.decode()
    assert "Let me speak to someone." in html
    assert "The caller</strong> asked for a person" in html
    assert "takes the group" in html
    assert "Claim it" not in html


def test_only_a_post_of_who_may_does_anything(viewer: Client, agent: Client, stranger: Client) -> None:
    one = asked()
    assert viewer.post(f"/escalations/{one.pk}/claim").status_code == 403
    assert stranger.get("/escalations/").status_code == 403
    assert agent.get(f"/escalations/{one.pk}/claim").status_code == 405
    assert agent.post("/escalations/999999999999999999999999/claim").status_code == 404
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(user("agent"))
    assert guarded.post(f"/escalations/{one.pk}/claim").status_code == 403
    one.refresh_from_db()
    assert one.state == "open"


def test_it_can_be_claimed_from_the_call_and_from_the_live_panel(agent: Client) -> None:
    one = asked(call=build.call(vapi_id="c1"))
    address = f'hx-post="/escalations/{one.pk}/claim"'
    assert address in agent.get("/calls/c1/").content.decode()
    assert address in agent.get("/").content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [("", "Nobody waits"), ("show=mine", "You have none"), ("show=resolved", "Nothing resolved yet")],
)
def test_an_empty_list_says_what_would_be_in_it(query: str, words: str, viewer: Client) -> None:
    assert words in viewer.get(f"/escalations/?{query}").content.decode()


def test_what_was_typed_too_late_is_shown_with_who_has_it_and_can_be_kept_on_the_ticket(agent: Client) -> None:
    ticket = Ticket.objects.create(number=12345, issue="x")
    one = asked(ticket=ticket)
    claim(one.pk, by=User.objects.create_user("maya"))
    page = agent.post(f"/escalations/{one.pk}/resolve", {"resolution": "Refund <b>agreed</b>"}, headers=FRAGMENT)
    html = page.content.decode()
    for words in ("is not saved", "maya has it now.", "Refund &lt;b&gt;agreed&lt;/b&gt;</textarea>", "on ticket 12345"):
        assert words in html
    kept = agent.post(f"/escalations/{one.pk}/note", {"note": "Refund agreed"}, headers=FRAGMENT)
    assert (kept.status_code, "Saved as a note on ticket 12345." in kept.content.decode()) == (200, True)
    comment = ticket.comments.get()
    assert (comment.body, comment.author) == ("Refund agreed", user("agent"))


def test_a_resolved_one_names_who_resolved_it_to_who_was_still_typing(agent: Client) -> None:
    one = asked()
    resolve(one.pk, by=User.objects.create_user("maya"), resolution="done")
    html = agent.post(f"/escalations/{one.pk}/resolve", {"resolution": "mine"}, headers=FRAGMENT).content.decode()
    assert "It was resolved by maya meanwhile." in html
    assert "no ticket that could keep it" in html
    assert agent.post(f"/escalations/{one.pk}/note", {"note": "mine"}, headers=FRAGMENT).status_code == 422


def test_where_nothing_was_typed_there_is_nothing_to_keep(agent: Client) -> None:
    one = asked()
    claim(one.pk, by=User.objects.create_user("maya"))
    html = agent.get(f"/escalations/{one.pk}/").content.decode()
    assert re.search(r'id="unsaved-resolution"[^>]* hidden>', html)


def test_overdue_ones_come_first_and_are_a_list_of_their_own(agent: Client) -> None:
    young, late, taken, fine = asked(1), asked(9), asked(300), asked(60)
    claim(taken.pk, by=user("agent"))
    claim(fine.pk, by=user("agent"))
    assert shown(agent) == [str(one) for one in (late, taken, young, fine)]
    assert shown(agent, "show=overdue") == [str(late), str(taken)]
    html = agent.get("/escalations/").content.decode()
    assert (html.count("overdue by "), html.count(" left</time>")) == (2, 2)


def test_one_resolved_after_its_time_says_so(agent: Client) -> None:
    one = asked(300)
    resolve(one.pk, by=user("agent"), resolution="done")
    assert "resolved late" in agent.get(f"/escalations/{one.pk}/").content.decode()
    assert "resolved late" in agent.get("/escalations/?show=resolved").content.decode()
