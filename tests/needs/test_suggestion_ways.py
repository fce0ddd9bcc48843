"""Suggestions as the four programmes have them: where they go, when due, what they add up to."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allhours.accounts.choices import Role
from allhours.directory.choices import OrgKind
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs.actions import suggestions as actions
from allhours.needs.actions import voicing
from allhours.needs.actions.suggestion_reminders import remind_of_suggestions
from allhours.needs.queries.limits import due_is_provisional
from allhours.needs.queries.problems import problems
from allhours.needs.queries.routes import place_choices
from allhours.needs.queries.suggestion_duplicates import alike_to
from allhours.needs.rules.suggestions import Accepted
from allhours.notifications.models import Notice
from tests.factories.directory import (
    county_officer,
    make_community,
    make_org,
    make_unit,
    staff_actor,
    staff_user,
)
from tests.factories.needs import NOW, make_suggestion, make_voice
from tests.factories.scheme import publish, seed_calendar

pytestmark = pytest.mark.django_db
FOUR = ("quantianhou", "fengxiang", "nongan", "zutuan")
GROUPS = {
    "quantianhou": ["网格", "社区", "镇街", "职能部门"],
    "fengxiang": ["社区", "社区主管部门（镇街）", "社区主管部门（县直）"],
    "nongan": ["网格", "社区", "镇街", "职能部门"],
    "zutuan": ["网格", "社区", "镇街", "职能部门"],
}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    seed_calendar(2026)
    monkeypatch.setattr(clock, "now", lambda: NOW)


class Cast:
    def __init__(self):
        self.place = make_community()
        self.grid = make_org(OrgKind.GRID, self.place)
        self.town, self.unit = self.place.parent, make_unit()
        self.secretary = staff_actor(Role.COMMUNITY_SECRETARY, self.place)

    def noted(self, words="楼道的灯坏了", **over):
        values = {"kind": "problem", "origin": "visit"} | over
        return voicing.note_suggestion(
            actor=self.secretary, community=self.place, voice=make_voice(words=words), now=NOW,
            **values,
        ).suggestion  # fmt: skip

    def in_hand(self, words="楼道的灯坏了", category="facility", **over):
        found = self.noted(words, **over)
        made = Accepted(over.get("kind", "problem"), "楼道照明", category)
        actions.accept_suggestion(actor=self.secretary, suggestion=found, made=made, now=NOW)
        return found


def exported(client, address) -> str:
    return b"".join(client.get(f"{address}?export=csv").streaming_content).decode("utf-8-sig")


@pytest.mark.parametrize("name", FOUR)
def test_it_goes_where_the_programmes_routes_lead(name):
    publish(name)
    cast = Cast()
    found = cast.in_hand()
    groups = [group for group, _places in place_choices(found, NOW)]
    assert groups == [title for title in GROUPS[name] if title != "社区"]  # there it lies
    stranger = make_org(OrgKind.GRID, make_community())
    for handler, allowed in (
        (cast.grid, "网格" in GROUPS[name]), (stranger, False), (cast.town, True),
        (cast.place, True), (cast.unit, True),
    ):  # fmt: skip
        asked = {"actor": cast.secretary, "suggestion": found, "handler": handler, "now": NOW}
        if allowed:
            actions.route_suggestion(**asked)
            continue
        with pytest.raises(Refused) as caught:
            actions.route_suggestion(**asked)
        assert caught.value.codes == ("suggestion.not_a_place",)
        assert GROUPS[name][0] in caught.value.sentences[0]
    assert found.due_on == date(2026, 7, 2)  # handed on four times, the clock goes on


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (date(2026, 6, 29), ["needs.suggestion_due_soon"]),  # three workdays before 2 July
        (date(2026, 6, 30), []),
        (date(2026, 7, 2), []),
        (date(2026, 7, 3), ["needs.suggestion_overdue"]),
        (date(2026, 7, 4), []),  # a Saturday
        (date(2026, 7, 8), ["needs.suggestion_escalated"]),
    ],
)
def test_the_deadline_is_told_before_and_after_on_workdays(on, told):
    cast = Cast()
    found = cast.in_hand()
    liaison = staff_user(Role.LIAISON, cast.unit)
    officer = staff_user(Role.COUNTY_OFFICER, cast.unit.parent)
    actions.route_suggestion(actor=cast.secretary, suggestion=found, handler=cast.unit, now=NOW)
    before = Notice.objects.count()
    assert remind_of_suggestions(now=clock.at(on) + timedelta(hours=8)) == len(told)
    fresh = Notice.objects.order_by("pk")[before:]
    assert [each.key for each in fresh if each.user_id == liaison.pk] == told
    above = [each.key for each in fresh if each.user_id == officer.pk]
    assert above == [key for key in told if key.endswith("escalated")]


def test_a_place_where_nobody_signs_in_leaves_its_community_to_hear():
    cast = Cast()
    found = cast.in_hand()
    secretary = staff_user(Role.COMMUNITY_SECRETARY, cast.place)
    actions.route_suggestion(actor=cast.secretary, suggestion=found, handler=cast.grid, now=NOW)
    remind_of_suggestions(now=clock.at(date(2026, 7, 3)))
    assert Notice.objects.filter(user=secretary, key="needs.suggestion_overdue").exists()


def test_a_deadline_in_a_year_without_a_calendar_says_so(monkeypatch):
    late = clock.at(date(2026, 12, 24)) + timedelta(hours=9)
    cast = Cast()
    found = cast.noted()
    actions.accept_suggestion(
        actor=cast.secretary, suggestion=found, made=Accepted("problem", "灯", "facility"), now=late
    )
    assert found.due_on.year == 2027
    assert due_is_provisional(found.due_on)
    assert not due_is_provisional(date(2026, 12, 31))
    client = Client()
    client.force_login(staff_user(Role.COMMUNITY_STAFF, cast.place))
    words = "放假安排尚未公布"
    assert words in client.get(f"/desk/suggestions/{found.code}/").content.decode()
    in_time = cast.in_hand()
    assert words not in client.get(f"/desk/suggestions/{in_time.code}/").content.decode()


def test_alike_ones_are_proposed_to_who_takes_it_on():
    cast = Cast()
    main = cast.in_hand("三号楼楼道的灯坏了，晚上看不见")
    cast.in_hand("小区门口停车太乱")
    found = cast.noted("三号楼楼道的灯坏了很久")
    assert [each.code for each in alike_to(cast.secretary, found, NOW)] == [main.code]
    other = make_suggestion(make_community())
    assert alike_to(cast.secretary, other, NOW) == []
    client = Client()
    client.force_login(staff_user(Role.COMMUNITY_STAFF, cast.place))
    page = client.get(f"/desk/suggestions/{found.code}/").content.decode()
    assert f"并入 {main.code}" in page
    client.post(f"/desk/suggestions/{found.code}/join/", {"main": main.code})
    found.refresh_from_db()
    assert found.joined_to_id == main.pk


def test_late_ones_are_marked_and_found(monkeypatch):
    cast = Cast()
    found, fresh = cast.in_hand(), cast.in_hand("门口积水")
    type(found).objects.filter(pk=found.pk).update(due_on=date(2026, 6, 5))
    client = Client()
    client.force_login(staff_user(Role.COMMUNITY_STAFF, cast.place))
    page = client.get("/desk/suggestions/").content.decode()
    assert page.count("超期 5 天") == 1
    late = client.get("/desk/suggestions/?late=yes").content.decode()
    assert found.code in late
    assert fresh.code not in late
    for each, marks in ((found, 1), (fresh, 0)):
        own = client.get(f"/desk/suggestions/{each.code}/").content.decode()
        assert own.count("已超期") == marks
    sheet = exported(client, "/desk/suggestions/")
    assert "2026-06-05" in sheet
    assert "超期" not in sheet


# ---- 查找整理出*大类问题及建议*件 (S0)


@pytest.mark.parametrize("name", FOUR)
def test_problems_are_gathered_only_where_the_programme_does(name):
    publish(name)
    client = Client()
    client.force_login(staff_user(Role.COMMUNITY_STAFF, make_community()))
    gathers = name == "quantianhou"
    assert client.get("/desk/problems/").status_code == (200 if gathers else 404)
    assert ("/desk/problems/" in client.get("/desk/suggestions/").content.decode()) == gathers


def test_the_table_counts_and_opens_to_its_rows():
    publish("quantianhou")
    cast = Cast()
    cast.in_hand(category="environment")
    cast.in_hand("垃圾没人清", category="environment", kind="suggestion", origin="meeting")
    cast.noted("说不清的事")
    Cast().in_hand(category="facility")  # another community's
    rows = [(r.category, r.problems, r.suggestions, r.visits, r.open) for r in
            problems(cast.secretary, NOW)]  # fmt: skip
    assert rows == [
        ("环境卫生", 1, 1, 1, 2),
        ("（待受理）", 1, 0, 1, 1),
        ("合计", 2, 1, 2, 3),
    ]
    assert problems(county_officer(), NOW)[-1].total == 4
    client = Client()
    client.force_login(staff_user(Role.COMMUNITY_STAFF, cast.place))
    first = problems(cast.secretary, NOW)[0]
    page = client.get(first.url).content.decode()
    assert page.count("楼道照明") == 2
    assert "（待受理）</a>" not in page
    sheet = exported(client, "/desk/problems/")
    assert "环境卫生,1,1,1,2,0,2" in sheet.replace('"', "")


def test_the_table_asks_the_same_for_one_and_three():
    publish("quantianhou")
    cast, client = Cast(), Client()
    client.force_login(staff_user(Role.COMMUNITY_STAFF, cast.place))
    counts = []
    for categories in (["safety"], ["facility", "other"]):
        for category in categories:
            cast.in_hand(category=category)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/desk/problems/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12
