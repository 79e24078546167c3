"""Words that were said are found the same whichever way the database goes, page by page, back and forth."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from calls.dashboard import belonging, paging, said
from calls.models import Call, Turn
from calls.tests.dashboard import build

# Of 40 calls: how many turns the database takes to have the word, and what is few and common then.
WAYS = {
    "collected": {"turns": 20, "few": 20, "one_in": 1},
    "among the newest, which have a page": {"turns": 20, "few": 1, "one_in": 1, "looked_at": 12},
    "among the newest, which have none": {"turns": 20, "few": 1, "one_in": 1, "looked_at": 1},
    "soon met": {"turns": 20, "few": 1, "one_in": 40},
}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Those in which it was said, newest first. Keys are not given in the order of the calls."""
    monkeypatch.setattr(paging, "PAGE_SIZE", 4)
    monkeypatch.setattr(said, "PAGE_SIZE", 4)
    minutes = random.Random(1).sample(range(1, 41), 40)
    made = {ago: build.ended(60 * ago) for ago in minutes}
    for ago, call in made.items():
        build.say(call, "Good morning", "My parcel never came" if ago % 2 else "My invoice is wrong", "Parcels" * 2)
    return [made[ago].vapi_id for ago in range(1, 41, 2)]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = WAYS[request.param]
    monkeypatch.setattr(said, "estimated", lambda rows: sizes["turns"] if rows.model is Turn else 40)
    monkeypatch.setattr(said, "FEW", sizes["few"])
    monkeypatch.setattr(said, "ONE_IN", sizes["one_in"])
    monkeypatch.setattr(said, "LOOKED_AT", sizes.get("looked_at", 0))


def pages(client: Client, query: str, link: str) -> Iterator[list[str]]:
    while True:
        html = client.get(f"/calls/?{query}").content.decode()
        yield re.findall(r'data-row="([^"]+)"', html)
        if not (there := re.search(rf'href="[^"]*[?&;]({link}=[\d-]+)', html)):
            return
        query = f"q=parcel&{there[1]}"


@pytest.mark.usefixtures("way")
def test_every_page_has_what_follows_the_last_one(viewer: Client, calls: list[str]) -> None:
    assert list(pages(viewer, "q=parcel", "before")) == [calls[at : at + 4] for at in range(0, 20, 4)]


@pytest.mark.usefixtures("way")
def test_and_so_it_is_on_the_way_back(viewer: Client, calls: list[str]) -> None:
    oldest = Call.objects.get(vapi_id=calls[-1])
    back = list(pages(viewer, f"q=parcel&after={paging.place_of(oldest, 'began_at')}", "after"))
    assert [one for page in back for one in page[::-1]] == calls[-2::-1]


@pytest.mark.usefixtures("way")
def test_what_else_is_asked_for_holds_for_the_words_too(viewer: Client, calls: list[str]) -> None:
    """The newest calls with the word are not those that are wanted."""
    wanted = calls[10:13]
    Call.objects.filter(vapi_id__in=wanted).update(kind=Call.Kind.WEB)
    assert next(pages(viewer, "q=parcel&kind=webCall", "before")) == wanted


@pytest.mark.parametrize("few", [0, 100])
@pytest.mark.django_db
def test_late_answers_are_found_whether_few_or_many_calls_have_them(
    few: int, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(belonging, "FEW", few)
    tool, words, _ = build.ended(30), build.ended(20), build.ended(10)
    for call, late in ((tool, Turn.Late.TOOL_RESULT), (words, Turn.Late.OLD_WORDS)):
        build.say(call, "One moment", "It is on its way", role="assistant")
        call.turns.filter(position=1).update(late=late)
    for value, found in (("yes", [words, tool]), ("tool-result", [tool]), ("old-words", [words])):
        html = viewer.get(f"/calls/?late={value}").content.decode()
        assert re.findall(r'data-row="([^"]+)"', html) == [one.vapi_id for one in found]


def test_fewer_than_three_letters_are_the_beginning_of_a_name(viewer: Client) -> None:
    names = ("Zoe Quill", "Quentin Adams", "Jacques Etang", "Mei-Qu Chan", "Bob (Qu) O'Quay", "佐藤明子")
    by_id = {build.ended(60 * ago, customer_name=name).vapi_id: name for ago, name in enumerate(names, 1)}
    begin = ["Zoe Quill", "Quentin Adams", "Mei-Qu Chan", "Bob (Qu) O'Quay"]
    for words, found in (("qu", begin), ("Q", begin), ("que", names[1:3]), ("明子", names[5:])):
        html = viewer.get(f"/calls/?q={words}").content.decode()
        assert [by_id[one] for one in re.findall(r'data-row="([^"]+)"', html)] == list(found)
