"""Events for staff: what Vapi sent, redacted, and whether it was understood."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from calls.body import pack
from calls.dashboard import event_filters
from calls.dashboard.paging import PAGE_SIZE
from calls.intake.event_key import first_id_at
from calls.models import Call, Event, Pending
from calls.templatetags.desk import stamp
from calls.tests.dashboard.conftest import client_in
from calls.tests.projection.build import CALL, body, row, store


def event(at: datetime | None = None, *, message: Any = None, rest: int | None = None, **fields: Any) -> Event:
    at = at or timezone.now()
    pk = first_id_at(int(at.timestamp() * 1000), uuid.uuid4().int >> 48 if rest is None else rest)
    defaults = {"call_id": "c1", "type": "hang", "stamped_at": at, "received_bytes": 2048}
    stored = pack(json.dumps(message or {}).encode())
    return Event.objects.create(id=pk, body=stored, **{**defaults, **fields})


def found(client: Client, query: str = "") -> list[str]:
    return re.findall(r'data-row="([^"]+)"', client.get(f"/events/?{query}").content.decode())


def test_the_newest_comes_first(admin: Client) -> None:
    old, new = event(timezone.now() - timedelta(hours=1)), event()
    assert found(admin) == [str(new.pk), str(old.pk)]


def test_events_of_a_type_and_of_a_call(admin: Client) -> None:
    event()
    report, other = event(type="end-of-call-report"), event(call_id="c2")
    assert found(admin, "type=end-of-call-report") == [str(report.pk)]
    assert found(admin, "q=c2") == [str(other.pk)]


def test_a_type_alone_is_sought_in_the_last_day_and_the_page_says_so(admin: Client) -> None:
    old = event(timezone.now() - timedelta(days=2))
    assert found(admin, "type=hang") == []
    earliest, html = timezone.now(), admin.get("/events/?type=hang").content.decode()
    yesterday = [stamp(now - timedelta(days=1)) for now in (earliest, timezone.now())]
    assert any(f"No event fits hang since {one}; set “From”" in html for one in yesterday)
    assert found(admin, f"type=hang&since={timezone.now() - timedelta(days=3):%Y-%m-%d}") == [str(old.pk)]
    assert found(admin, "type=hang&q=c1") == [str(old.pk)]


def test_a_type_alone_is_sought_in_as_many_events_as_can_be_read_meanwhile(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = event(timezone.now() - timedelta(hours=2)), event(timezone.now() - timedelta(hours=1))
    assert found(admin, "type=hang") == [str(new.pk), str(old.pk)]
    monkeypatch.setattr(event_filters, "MOST_LOOKED_THROUGH", 1)
    event(type="status-update")
    assert found(admin, "type=hang") == [str(new.pk)]
    assert found(admin, f"type=hang&before={new.pk}") == [str(old.pk)], "as far back from where the reader is"
    assert found(admin, f"type=hang&before={'f' * 32}") == [str(new.pk)]
    assert f"Since {stamp(new.stamped_at)}. Set “From”" in admin.get("/events/?type=hang").content.decode()
    assert found(admin, f"type=hang&since={timezone.now() - timedelta(days=1):%Y-%m-%d}") == [str(new.pk), str(old.pk)]


def test_a_day_is_a_range_of_ids_where_the_viewer_is(admin: Client) -> None:
    late = event(datetime(2026, 11, 21, 23, 30, tzinfo=UTC))  # half past midnight in Berlin
    assert found(admin, "since=2026-11-22") == []
    admin.cookies["zone"] = "Europe/Berlin"
    assert found(admin, "since=2026-11-22&until=2026-11-22") == [str(late.pk)]


def test_those_that_wait_and_those_that_failed(admin: Client) -> None:
    event()
    waiting, failed = event(), event()
    Pending.objects.create(event_id=waiting.pk, call_id="c1")
    Pending.objects.create(event_id=failed.pk, call_id="c1", attempts=3, error="ValueError: odd")
    assert set(found(admin, "waiting=yes")) == {str(waiting.pk), str(failed.pk)}
    assert found(admin, "waiting=failed") == [str(failed.pk)]
    assert "failed 3 times" in admin.get("/events/").content.decode()


def test_pages_meet_without_overlap_in_both_directions(admin: Client) -> None:
    at = timezone.now()
    made = [str(event(at, rest=number).pk) for number in range(2 * PAGE_SIZE + 1)][::-1]
    first = admin.get("/events/").context["page"]
    second = admin.get(f"/events/?before={first.older}").context["page"]
    third = admin.get(f"/events/?before={second.older}").context["page"]
    assert [str(one.pk) for page in (first, second, third) for one in page.rows] == made
    assert admin.get(f"/events/?after={third.newer}").context["page"].rows == second.rows
    assert (first.newer, third.older) == (None, None)


@pytest.mark.parametrize(
    "query", ["before=x", "after=1", "q=%00", "type=zz", "since=x", "since=0001-01-01", "waiting=zz"]
)
def test_nonsense_is_no_error(query: str, admin: Client) -> None:
    event()
    assert admin.get(f"/events/?{query}").status_code == 200


def test_a_message_is_shown_readable_and_as_text(admin: Client) -> None:
    one = event(message={"type": "hang", "x": "<script>alert(1)</script>"})
    html = admin.get(f"/events/{one.pk}/").content.decode()
    assert "  &quot;type&quot;: &quot;hang&quot;" in html
    assert "<script>alert" not in html
    assert "2.0 KB" in html.replace("\xa0", " ")


def test_a_body_that_cannot_be_read_says_so(admin: Client) -> None:
    one = event()
    Event.objects.update(body=b"not packed")
    assert "This body cannot be read" in admin.get(f"/events/{one.pk}/").content.decode()


def test_trying_again_projects_what_failed(admin: Client) -> None:
    [pk] = store([row(body("hang__late-answer", 0))])
    later = timezone.now() + timedelta(hours=1)
    Pending.objects.update(attempts=4, error="ValueError: odd", retry_at=later)
    page = admin.get(f"/events/{pk}/").content.decode()
    assert "ValueError: odd" in page
    assert "It is projected now." in admin.post(f"/events/{pk}/retry").content.decode()
    assert (Pending.objects.count(), Call.objects.get(vapi_id=CALL).hang_count) == (0, 1)


def test_trying_again_may_fail_again_and_says_so(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    [pk] = store([row(body("hang__late-answer", 0))])
    monkeypatch.setattr("calls.projection.batch.write", lambda *_: 1 / 0)
    page = admin.post(f"/events/{pk}/retry").content.decode()
    assert "It failed again." in page
    assert "ZeroDivisionError" in page


def test_only_staff_with_the_right_see_events(agent: Client) -> None:
    one = event()
    outsider = client_in("admin")
    for client in (agent, outsider):
        assert client.get("/events/").status_code == client.get(f"/events/{one.pk}/").status_code == 403
    assert client_in("manager", is_staff=True).get("/events/").status_code == 403
    assert outsider.post(f"/events/{one.pk}/retry").status_code == 403
    User.objects.filter(username="admin").update(is_staff=True)
    assert outsider.get("/events/").status_code == 200
    assert 'href="/events/"' in outsider.get("/").content.decode()


def test_empty_and_nothing_found_are_different(admin: Client) -> None:
    assert "No event yet" in admin.get("/events/").content.decode()
    assert "No event found" in admin.get("/events/?q=nope").content.decode()
    assert admin.get(f"/events/{uuid.uuid4()}/").status_code == 404
