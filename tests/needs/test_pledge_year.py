"""Pledges over the year: a word in each period, the year's assessment in one save, the card."""

from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.kernel.periods import Period
from allhours.needs.actions import pledges
from allhours.needs.actions.pledge_year import Assessment, assess_pledges, remind_of_pledges
from allhours.needs.models import Pledge, PledgeItem, PledgeNote
from allhours.needs.queries.pledge_checks import (
    assess_awaiting,
    check_awaiting,
    items_by_period,
    unsaid,
)
from allhours.needs.rules.pledge_checks import MONTHS, period_of, periods
from allhours.needs.rules.pledges import Promise
from allhours.notifications.models import Notice
from allhours.ui.awaiting import worked_out
from tests.factories.directory import (
    make_community,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
    staff_user,
)
from tests.factories.needs import NOW
from tests.factories.scheme import publish

DUE = date(2026, 9, 30)
PROMISES = [
    Promise(text="每月给独居老人送一次菜", due_on=DUE),
    Promise(text="教用手机", due_on=DUE),
]
REMINDER = clock.at(date(2026, 6, 21)) + timedelta(hours=8)  # ten days before the quarter's end
QUARTER_4 = clock.at(date(2026, 11, 2)) + timedelta(hours=9)
FOUR = ("quantianhou", "fengxiang", "nongan", "zutuan")


@pytest.fixture
def place():
    publish(pledges={"public": True})
    return make_community()


def kept(place, *, member=None, promises=PROMISES, now=NOW) -> Pledge:
    """A pledge that its community has received."""
    member = member or make_member(make_unit(), serving_community=place)
    pledge = pledges.draft_pledge(
        actor=member_actor(member), promises=promises, submit=True, now=now
    )
    unit = staff_actor(Role.UNIT_SECRETARY, member.unit)
    pledges.approve_pledge(actor=unit, pledge=pledge, now=now)
    pledges.receive_pledge(
        actor=staff_actor(Role.COMMUNITY_SECRETARY, place), pledge=pledge, now=now
    )
    return pledge


def say(pledge, *, now=NOW, done=False, numbers=(1, 2)):
    for item in pledge.items.filter(number__in=numbers):
        item.pledge = pledge
        pledges.note_progress(
            actor=member_actor(pledge.member), item=item, text="送了两次", now=now,
            done_on=clock.local_date(now) if done else None,
        )  # fmt: skip


@given(
    every=st.sampled_from([*MONTHS, "activity", "once"]),
    month=st.integers(1, 12),
    day=st.dates(date(2025, 1, 1), date(2028, 12, 31)),
)
def test_periods_part_any_programme_year_without_gap(every, month, day):
    year = Period.year(2026, month, 1)
    found = periods(every, year)
    assert (found[0].first, found[-1].last) == (year.first, year.last)
    assert all(b.first - a.last == timedelta(days=1) for a, b in pairwise(found))
    assert len(found) == 12 // MONTHS.get(every, 12)
    if day in year:
        assert day in period_of(day, every, year)


@pytest.mark.django_db
def test_each_period_asks_for_a_word_on_what_is_not_done(place):
    pledge = kept(place)
    assert unsaid(Pledge.objects.all(), NOW).get() == pledge
    say(pledge, numbers=(1,))
    assert unsaid(Pledge.objects.all(), NOW).exists()  # the other promise
    say(pledge, numbers=(2,), done=True)
    assert not unsaid(Pledge.objects.all(), NOW).exists()
    assert unsaid(Pledge.objects.all(), QUARTER_4).exists()  # the first again
    told = items_by_period(pledge, QUARTER_4)[0].told
    assert [(each.period, len(each.notes), each.missing) for each in told] == [
        ("2026-10-01 至 2026-12-31", 0, False),
        ("2026-07-01 至 2026-09-30", 0, True),
        ("2026-04-01 至 2026-06-30", 1, False),
    ]
    assert PledgeNote.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("every", "now", "told"),
    [
        ("quarter", REMINDER, 1),
        ("quarter", REMINDER + timedelta(days=1), 0),  # told once
        ("month", REMINDER, 1),
        ("half_year", REMINDER, 1),
        ("year", REMINDER, 0),
        ("once", REMINDER, 0),
    ],
)
def test_the_reminder_keeps_the_schemes_rhythm(every, now, told):
    publish(pledges={"check_every": every})
    place = make_community()
    silent, said = kept(place), kept(place)
    say(said)
    assert remind_of_pledges(now=now) == told
    notices = Notice.objects.filter(key="needs.pledge_check_due")
    assert [each.user_id for each in notices] == [silent.member.user_id] * told


@pytest.mark.django_db
def test_what_is_said_settles_the_reminder_and_the_row(place):
    pledge = kept(place)
    actor = member_actor(pledge.member)
    remind_of_pledges(now=REMINDER)
    assert check_awaiting(actor, NOW) == []  # not yet asked for
    (row,) = worked_out(check_awaiting(actor, REMINDER))
    assert row.due_on == date(2026, 6, 30)
    say(pledge, now=REMINDER)
    assert worked_out(check_awaiting(actor, REMINDER)) == []
    assert Notice.objects.get(key="needs.pledge_check_due").done_at == REMINDER


# ---- the year's end


def said(place, *pledges_, result="kept"):
    return assess_pledges(
        actor=staff_actor(Role.COMMUNITY_SECRETARY, place),
        made=[Assessment(each, result) for each in pledges_],
        now=QUARTER_4,
    )


@pytest.mark.django_db
def test_all_are_assessed_or_none_with_each_reason_named(place):
    first, second, ended = kept(place), kept(place), kept(place)
    pledges.withdraw_pledge(actor=member_actor(ended.member), pledge=ended, now=NOW)
    with pytest.raises(Refused) as caught:
        said(place, first, second, ended)
    assert caught.value.codes == ("pledge.not_waiting",)
    assert ended.member.name in caught.value.sentences[0]
    assert set(Pledge.objects.values_list("state", flat=True)) == {"in_hand", "withdrawn"}
    assert not JournalEntry.objects.filter(did="pledge.assessed").exists()
    with pytest.raises(Refused) as caught:
        said(place)
    assert caught.value.codes == ("pledge.nothing_chosen",)
    assert said(place, first, second) == 2
    assert JournalEntry.objects.filter(did="pledge.assessed").count() == 2


@pytest.mark.django_db
def test_another_communitys_pledge_spoils_the_save(place):
    mine, other = kept(place), kept(make_community())
    with pytest.raises(Refused) as caught:
        said(place, mine, other)
    assert caught.value.codes == ("actor.not_permitted",)
    mine.refresh_from_db()
    assert mine.state == "in_hand"


@pytest.mark.django_db
def test_the_page_proposes_and_saves_only_what_was_chosen(place, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: QUARTER_4)
    done, open_ = kept(place), kept(place)
    say(done, now=QUARTER_4, done=True)
    client = Client()
    client.force_login(staff_user(Role.COMMUNITY_STAFF, place))
    page = client.get("/desk/pledges/assess/").content.decode()
    assert page.count('<option value="kept" selected>') == 1
    chosen = {f"result-{done.code}": "kept", f"result-{open_.code}": ""}
    page = client.post("/desk/pledges/assess/?year=2026", chosen, follow=True).content.decode()
    assert "已评诺 1 份" in page
    assert done.code not in page
    wrong = {f"result-{open_.code}": "splendid", f"text-{open_.code}": "缺两次"}
    page = client.post("/desk/pledges/assess/?year=2026", wrong).content.decode()
    assert "都没有保存" in page
    assert "缺两次" in page
    client.force_login(staff_user(Role.UNIT_SECRETARY, done.unit))
    assert client.get("/desk/pledges/assess/").status_code == 404


@pytest.mark.django_db
def test_the_page_asks_the_same_for_one_and_three(place, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(clock, "now", lambda: QUARTER_4)
    client = Client()
    client.force_login(staff_user(Role.COMMUNITY_STAFF, place))
    counts = []
    for more in (1, 2):
        for _each in range(more):
            kept(place)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/desk/pledges/assess/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


@pytest.mark.django_db
def test_the_year_end_awaits_the_community_from_its_last_month(place):
    kept(place)
    secretary = staff_actor(Role.COMMUNITY_SECRETARY, place)
    assert worked_out(assess_awaiting(secretary, QUARTER_4)) == []
    (row,) = worked_out(assess_awaiting(secretary, clock.at(date(2026, 12, 5))))
    assert (row.count, row.due_on) == (1, date(2026, 12, 31))
    (row,) = worked_out(assess_awaiting(secretary, clock.at(date(2027, 1, 5))))
    assert row.count == 1


# ---- the card and the programmes


def read(answer) -> str:
    pages = PdfReader(BytesIO(answer.content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


@pytest.mark.django_db
def test_the_card_holds_what_was_promised_and_leaves_the_house_journaled(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    publish("fengxiang")
    place = make_community()
    pledge = kept(place)
    say(pledge)
    client = Client()
    client.force_login(staff_user(Role.COMMUNITY_STAFF, place))
    text = read(client.get(f"/desk/pledges/{pledge.code}/card/"))
    for words in ("在职党员服务承诺卡", pledge.member.name, "教用手机", "送了两次"):
        assert words in text
    entry = JournalEntry.objects.get(did="list.exported")
    assert (entry.subject_id, entry.facts["rows"]) == ("pledge-cards", 1)
    kept(place)
    answer = client.get("/desk/pledges/cards/?state=in_hand")
    assert len(PdfReader(BytesIO(answer.content)).pages) == 2
    client.force_login(pledge.member.user)
    assert "教用手机" in read(client.get("/me/pledge/card/"))
    client.force_login(staff_user(Role.COMMUNITY_STAFF, make_community()))
    assert client.get(f"/desk/pledges/{pledge.code}/card/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "public"), zip(FOUR, (False, True, True, False), strict=True))
def test_a_pledge_is_shown_only_where_the_programme_shows_it(name, public, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    publish(name)
    place = make_community()
    pledge = kept(place)
    actor, staff = member_actor(pledge.member), staff_actor(Role.COMMUNITY_SECRETARY, place)
    assert Client().get("/pledges/").status_code == (200 if public else 404)
    if public:
        pledges.consent_to_publish(actor=actor, pledge=pledge, consents=True, now=NOW)
        pledges.publish_pledge(actor=staff, pledge=pledge, now=NOW)
        assert "教用手机" in Client().get("/pledges/").content.decode()
        return
    for act in (
        lambda: pledges.consent_to_publish(actor=actor, pledge=pledge, consents=True, now=NOW),
        lambda: pledges.publish_pledge(actor=staff, pledge=pledge, now=NOW),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.codes == ("pledge.not_public",)


@pytest.mark.django_db
def test_who_receives_is_the_schemes_to_say():
    publish(pledges={"received_by": "branch_secretary"})
    place = make_community()
    with pytest.raises(Refused) as caught:
        kept(place)
    assert caught.value.codes == ("actor.not_permitted",)
    pledge = Pledge.objects.get()
    branch = staff_actor(Role.BRANCH_SECRETARY, place)
    pledges.receive_pledge(actor=branch, pledge=pledge, now=NOW)
    assert Pledge.objects.get().state == "in_hand"
    assert PledgeItem.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("name", FOUR)
def test_a_programme_without_pledges_refuses_them_and_has_no_page(name, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    publish(name, pledges={"enabled": False})
    member = make_member(serving_community=make_community())
    with pytest.raises(Refused) as caught:
        pledges.draft_pledge(actor=member_actor(member), promises=PROMISES, now=NOW)
    assert caught.value.codes == ("pledge.not_used",)
    client = Client()
    client.force_login(member.user)
    assert client.get("/me/pledge/").status_code == 404
    assert Client().get("/pledges/").status_code == 404
    assert remind_of_pledges(now=REMINDER) == 0
