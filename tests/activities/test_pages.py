"""The pages: scope, forms as people send them, and query counts that do not grow."""

from datetime import timedelta

import pytest
from django.urls import reverse

from allhours.accounts.choices import Role
from allhours.activities import actions
from allhours.activities.models import Activity, Attendance, ServiceNote, SignUp
from allhours.kernel import clock
from allhours.ledger.models import Entry
from tests.factories.activities import (
    AFTER,
    BEFORE,
    SATURDAY,
    make_activity,
    make_note,
    make_people,
    organiser_of,
    signed_up,
)
from tests.factories.directory import (
    make_community,
    make_member,
    make_unit,
    member_actor,
    staff_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch):
    """Set the clock of the pages."""

    def set_clock(instant):
        monkeypatch.setattr(clock, "now", lambda: instant)

    set_clock(AFTER)
    return set_clock


@pytest.fixture
def as_member(client):
    def sign_in(member):
        member_actor(member)
        client.force_login(member.user)
        return client

    return sign_in


@pytest.fixture
def as_staff(client):
    def sign_in(role, organization):
        user = staff_user(role, organization)
        client.force_login(user)
        return user

    return sign_in


def url(name, *args):
    return reverse(f"activities:{name}", args=args)


def page(client, name, *args, **query):
    answer = client.get(url(name, *args), query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def texts(answer):
    return [str(message) for message in answer.context["messages"]]


def test_public_pages_name_activities_and_no_people(client, at):
    at(BEFORE)
    activity = make_activity(title="清扫河岸")
    draft = make_activity(title="未发布", published=False)
    people = make_people(1, name="张三丰")
    signed_up(activity, people)
    board = page(client, "public")
    assert "清扫河岸" in board
    assert "未发布" not in board
    assert "张三丰" not in board + page(client, "show", activity.code)
    assert client.get(url("show", draft.code)).status_code == 404
    at(AFTER)
    assert "清扫河岸" in page(client, "public", view="past")


@pytest.mark.parametrize("count", [1, 3])
def test_list_pages_take_the_same_queries(
    client, at, as_member, as_staff, count, django_assert_num_queries
):
    at(BEFORE)
    community = make_community()
    member = make_member(serving_community=community)
    for _ in range(count):
        signed_up(make_activity(community), [member])
        make_activity()
    as_member(member)
    with django_assert_num_queries(11):
        page(client, "mine")
    with django_assert_num_queries(8):
        page(client, "public")
    as_staff(Role.COMMUNITY_STAFF, community)
    with django_assert_num_queries(11):
        page(client, "desk")


@pytest.mark.parametrize("count", [1, 3])
def test_sheet_and_notes_take_the_same_queries(
    client, at, as_staff, count, django_assert_num_queries
):
    community = make_community()
    activity = make_activity(community)
    people = make_people(count, serving_community=community)
    signed_up(activity, people)
    for member in people:
        make_note(member)
    as_staff(Role.COMMUNITY_STAFF, community)
    with django_assert_num_queries(10):
        page(client, "attendance", activity.code)
    with django_assert_num_queries(10):
        page(client, "notes")
    with django_assert_num_queries(12):
        page(client, "manage", activity.code)


def test_member_signs_up_from_the_list_and_withdraws(client, at, as_member):
    at(BEFORE)
    activity = make_activity(places=1)
    member = make_member(serving_community=activity.community)
    as_member(member)
    assert url("sign_up", activity.code) in page(client, "mine")
    answer = client.post(url("sign_up", activity.code), follow=True)
    assert "已报名" in texts(answer)[0]
    assert SignUp.objects.get().state == "live"
    answer = client.post(url("withdraw", activity.code), follow=True)
    assert texts(answer) == ["已退出，不需要说明原因。"]
    assert Activity.objects.get().taken == 0


def test_overlapping_sign_ups_are_warned_of(client, at, as_member):
    at(BEFORE)
    first, second = make_activity(title="先报的"), make_activity(title="后看的")
    member = make_member()
    signed_up(first, [member])
    as_member(member)
    assert "先报的" in page(client, "show", second.code)


def test_organiser_plans_publishes_and_cancels(client, at, as_staff):
    at(BEFORE)
    community = make_community()
    as_staff(Role.COMMUNITY_SECRETARY, community)
    form = {
        "title": "清扫",
        "kind": "public",
        "day": "2026-06-13",
        "starts": "09:00",
        "ends": "11:00",
        "place": "广场",
        "places": "30",
        "travel_minutes": "0",
        "waiting_list": "on",
        "organizer": community.pk,
    }
    answer = client.post(url("new"), form | {"ends": "09:00"})
    assert "结束时间应晚于开始时间" in answer.content.decode()
    answer = client.post(url("new"), form)
    activity = Activity.objects.get()
    assert answer.url == url("manage", activity.code)
    assert (activity.community, activity.starts_at) == (community, SATURDAY)
    client.post(url("publish", activity.code))
    answer = client.post(url("edit", activity.code), form | {"places": "35"})
    activity.refresh_from_db()
    assert (activity.state, activity.places) == ("published", 35)
    client.post(url("cancel", activity.code), {"reason": ""})
    activity.refresh_from_db()
    assert activity.state == "published"
    client.post(url("cancel", activity.code), {"reason": "下雨"})
    assert "下雨" in page(client, "show", activity.code)


def test_the_sheet_is_saved_with_those_who_came_by_themselves(client, at, as_staff):
    activity = make_activity()
    people = make_people(4)
    signed_up(activity, people)
    known = make_member(name="李来到", serving_community=activity.community)
    stranger = make_member(name="外单位")
    as_staff(Role.COMMUNITY_STAFF, activity.organizer)
    form = {"revision": 0, "absent": [people[0].pk], f"minutes-{people[1].pk}": "90"}
    for wrong, why in [("外单位", "找不到“外单位”"), ("X99", "找不到“X99”")]:
        answer = client.post(url("attendance", activity.code), form | {"people": wrong})
        assert answer.status_code == 422
        assert why in answer.content.decode()
        assert Attendance.objects.count() == 0
    sent = form | {"people": f"李来到 {stranger.member_no}"}
    answer = client.post(url("attendance", activity.code), sent, follow=True)
    assert texts(answer) == ["出勤已保存：参加 5 人，未参加 1 人，请假 0 人。"]
    assert Entry.objects.get(member=people[1]).minutes == 90
    assert Entry.objects.filter(member__in=[known, stranger]).count() == 2
    again = client.post(url("attendance", activity.code), form, follow=True)
    assert texts(again) == ["出勤已保存：参加 5 人，未参加 1 人，请假 0 人。"]
    stale = client.post(url("attendance", activity.code), {"revision": 0})
    assert "刚刚被别人保存过" in stale.content.decode()
    assert 'name="revision" value="1"' in stale.content.decode()


@pytest.mark.parametrize("revision", ["0", "x", "9" * 400])
def test_bad_minutes_keep_the_marks(client, at, as_staff, revision):
    activity = make_activity()
    people = make_people(2)
    signed_up(activity, people)
    as_staff(Role.COMMUNITY_STAFF, activity.organizer)
    answer = client.post(
        url("attendance", activity.code),
        {"revision": revision, "absent": [people[0].pk], f"minutes-{people[1].pk}": "abc"},
    )
    body = answer.content.decode()
    assert "1 到 1440 分钟" in body
    assert f'value="{people[0].pk}" checked' in body


def test_finding_people_by_name_keeps_to_the_scope(client, at, as_staff):
    activity = make_activity()
    near = make_member(name="王小明", serving_community=activity.community)
    make_member(name="王大明")
    as_staff(Role.COMMUNITY_STAFF, activity.organizer)
    found = client.get(url("people", activity.code), {"people": "明明"}).content.decode()
    assert "没有找到" in found
    found = client.get(url("people", activity.code), {"people": "小明", "extra": ["x"]})
    assert near.member_no in found.content.decode()
    assert (
        "王大明"
        not in client.get(url("people", activity.code), {"people": "大明"}).content.decode()
    )


@pytest.mark.parametrize("name", ["manage", "attendance", "outcomes", "edit"])
def test_the_desk_of_another_is_not_there(client, at, as_staff, name):
    activity = make_activity()
    as_staff(Role.COMMUNITY_STAFF, make_community())
    assert client.get(url(name, activity.code)).status_code == 404
    as_staff(Role.COMMUNITY_STAFF, activity.organizer)
    assert client.get(url(name, activity.code)).status_code == 200


def test_an_inspector_looks_and_does_not_save(client, at, as_staff):
    activity = make_activity()
    people = make_people(1)
    signed_up(activity, people)
    as_staff(Role.INSPECTOR, activity.organizer)
    assert client.get(url("new")).status_code == 404
    assert "保存出勤" not in page(client, "attendance", activity.code)
    answer = client.post(url("attendance", activity.code), {"revision": 0})
    assert answer.status_code == 422
    assert Entry.objects.count() == 0


def test_a_member_has_no_desk(client, at, as_member):
    activity = make_activity()
    as_member(make_member())
    for name in ("desk", "notes", "new", "calendar"):
        assert client.get(url(name)).status_code == 404
    assert client.get(url("attendance", activity.code)).status_code == 404


def test_outcomes_are_entered_by_the_schemes_kinds(client, at, as_staff):
    activity = make_activity()
    as_staff(Role.COMMUNITY_STAFF, activity.organizer)
    client.post(url("outcomes", activity.code), {"served": "120", "tonnes": "3.5"})
    assert "3.5 吨" in page(client, "manage", activity.code)
    answer = client.post(url("outcomes", activity.code), {"served": "-1"})
    assert answer.status_code == 200


def test_calendar_shows_the_month_asked_for(client, at, as_staff):
    activity = make_activity(title="月历上的")
    as_staff(Role.COMMUNITY_STAFF, activity.organizer)
    assert "月历上的" in page(client, "calendar")
    assert "月历上的" not in page(client, "calendar", month="2026-09")
    assert page(client, "calendar", month="nonsense")


def test_a_note_goes_from_phone_to_record(client, at, as_member, as_staff):
    community = make_community()
    member = make_member(serving_community=community)
    as_member(member)
    form = {
        "kind": "post_service",
        "text": "整理图书室",
        "day": "2026-06-13",
        "starts": "09:00",
        "hours": "1.5",
        "key": "once",
    }
    late = client.post(url("note_new"), form | {"day": "2026-06-14"})
    assert "服务结束后才能登记" in late.content.decode()
    for _ in range(2):
        assert client.post(url("note_new"), form).url == url("my_notes")
    note = ServiceNote.objects.get()
    assert (note.minutes, note.started_at) == (90, SATURDAY)
    assert "整理图书室" in page(client, "my_notes") + page(client, "note", note.pk)
    as_staff(Role.COMMUNITY_STAFF, community)
    assert "整理图书室" in page(client, "notes")
    client.post(url("notes_confirm"), {"tick": [note.pk]})
    assert "整理图书室" not in page(client, "notes")
    as_member(member)
    record = page(client, "record")
    assert "整理图书室" in record
    assert "1.5" in record
    assert url("note", note.pk) in page(client, "entry", Entry.objects.get().pk)


def test_returning_and_reopening_through_the_desk(client, at, as_staff):
    note = make_note()
    as_staff(Role.COMMUNITY_STAFF, note.community)
    client.post(url("note_return", note.pk), {"reason": ""})
    note.refresh_from_db()
    assert note.state == "submitted"
    client.post(url("note_confirm", note.pk))
    client.post(url("note_reopen", note.pk), {"reason": "时间不符"})
    note.refresh_from_db()
    assert (note.state, note.return_reason) == ("returned", "时间不符")
    assert Entry.objects.count() == 2
    assert "时间不符" in page(client, "note_desk", note.pk)


def test_notes_and_entries_of_others_are_not_there(client, at, as_member, as_staff):
    note = make_note()
    actions.confirm_note(actor=organiser_of(make_activity(note.community)), note=note, now=AFTER)
    as_member(make_member())
    assert client.get(url("note", note.pk)).status_code == 404
    assert client.get(url("entry", Entry.objects.get().pk)).status_code == 404
    as_staff(Role.COMMUNITY_STAFF, make_community())
    assert client.get(url("note_desk", note.pk)).status_code == 404


def test_the_record_opens_every_line_and_shows_what_was_reversed(client, at, as_member):
    activity = make_activity(title="植树")
    (member,) = make_people(1, unit=make_unit())
    signed_up(activity, [member])
    for absent in ((), (member.pk,)):
        activity.refresh_from_db()
        actions.enter_attendance(
            actor=organiser_of(activity),
            activity=activity,
            sheet=actions.Sheet(revision=activity.revision, absent=frozenset(absent)),
            now=AFTER,
        )
    as_member(member)
    record = page(client, "record")
    assert "植树" in record
    assert "已冲销" in record
    first = Entry.objects.order_by("pk").first()
    body = page(client, "entry", first.pk)
    assert "更正出勤表" in body
    assert url("show", activity.code) in body
    assert page(client, "record", year="2025", follow="1")


def test_export_of_the_list_is_journaled(client, at, as_staff):
    from allhours.accounts.models import JournalEntry

    activity = make_activity(starts_at=SATURDAY + timedelta(days=1))
    as_staff(Role.COMMUNITY_STAFF, activity.organizer)
    answer = client.get(url("desk"), {"export": "csv"})
    assert "清扫家园" in b"".join(answer).decode()
    assert JournalEntry.objects.filter(did="list.exported").count() == 1
