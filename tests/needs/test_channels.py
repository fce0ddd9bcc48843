"""The ways in are the scheme's: offered in its words, others refused alike on page and API."""

import re
from typing import get_args

import pytest

from allhours.accounts.choices import Role
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions
from allhours.needs.actions import voicing
from allhours.needs.choices import Origin
from allhours.needs.models import Suggestion, Wish
from allhours.needs.queries.channels import ALWAYS, suggestion_channels, wish_channels
from allhours.scheme import loader
from allhours.scheme.schema.needs import ChannelKind
from tests.factories.directory import make_community, staff_actor, staff_user
from tests.factories.needs import NOW, make_voice, note_wish
from tests.factories.scheme import make_scheme, publish, seed_calendar

pytestmark = pytest.mark.django_db
FOUR = ("quantianhou", "fengxiang", "nongan", "zutuan")
WORDS_OF = {
    "quantianhou": {"centre", "festival", "visit", "page"},
    "fengxiang": {"wall", "box", "visit", "page"},
    "nongan": {"visit", "meeting", "page", "hotline"},
    "zutuan": {"meeting", "visit", "box", "hotline", "page"},
}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_every_kind_of_the_schema_can_be_stored():
    assert set(get_args(ChannelKind)) == {each.value for each in Origin} - set(ALWAYS)


@pytest.mark.parametrize("name", FOUR)
def test_the_desk_offers_the_schemes_ways_in_its_words(client, name):
    publish(name)
    place = make_community()
    client.force_login(
        staff_user(Role.COMMUNITY_STAFF, place),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    wanted = {each.code: each.title for each in make_scheme(name).wishes.channels}
    assert set(wanted) == WORDS_OF[name]
    page = client.get("/desk/wishes/new/").content.decode()
    assert set(re.findall(r'name="origin" value="(\w+)"', page)) == set(wanted) - {"page"}
    assert all(title in page for code, title in wanted.items() if code != "page")
    page = client.get("/desk/suggestions/new/").content.decode()
    offered = set(suggestion_channels(NOW)) - {"page"}
    assert set(re.findall(r'name="origin" value="(\w+)"', page)) == offered
    assert {"visit", "meeting"} <= offered


def noted(place, origin):
    return actions.note_wish(
        actor=staff_actor(Role.COMMUNITY_STAFF, place), community=place, voice=make_voice(),
        origin=origin, consent=True, now=NOW,
    ).wish  # fmt: skip


def voiced(place, origin):
    return voicing.note_suggestion(
        actor=staff_actor(Role.COMMUNITY_STAFF, place), community=place, voice=make_voice(),
        kind="problem", origin=origin, now=NOW,
    ).suggestion  # fmt: skip


@pytest.mark.parametrize("name", FOUR)
def test_a_way_that_the_scheme_does_not_offer_is_refused(name):
    seed_calendar(2026)
    publish(name)
    place = make_community()
    for act, offered, code, rows in (
        (noted, wish_channels(NOW), "wish.channel_closed", Wish.objects),
        (voiced, suggestion_channels(NOW), "suggestion.channel_closed", Suggestion.objects),
    ):
        for origin in get_args(ChannelKind):
            before = rows.count()
            if origin in offered:
                assert act(place, origin).origin == origin
            else:
                with pytest.raises(Refused) as caught:
                    act(place, origin)
                assert caught.value.codes == (code,)
            assert rows.count() - before == (origin in offered)


def test_without_a_list_all_are_offered_and_a_record_keeps_its_code():
    publish(wishes={"channels": []})
    assert set(wish_channels(NOW)) == set(get_args(ChannelKind))
    wish = noted(make_community(), "festival")
    assert wish.get_origin_display() == "节日集中征集"


def test_a_county_that_gathers_nothing_online_says_whom_to_ask(client):
    publish(wishes={"channels": [{"code": "visit", "title": "入户"}]})
    page = client.get("/wishes/new/").content.decode()
    assert "请向所在社区提出" in page
    assert "<textarea" not in page
    with pytest.raises(Refused) as caught:
        note_wish()
    assert caught.value.codes == ("wish.channel_closed",)


def test_an_unknown_way_fails_the_check(tmp_path):
    (tmp_path / "scheme.toml").write_text(
        'code = "x"\ntitle = "某县"\n[wishes]\nchannels = [{ code = "pigeon", title = "信鸽" }]\n'
    )
    problems = loader.read(tmp_path).problems
    assert [(each.path, each.code, each.found) for each in problems] == [
        ("wishes.channels[0].code", "out_of_range", "pigeon")
    ]
