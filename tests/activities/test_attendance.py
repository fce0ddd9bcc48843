from dataclasses import replace
from datetime import timedelta

import pytest

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.activities import actions
from allhours.activities.actions import Sheet
from allhours.activities.choices import ActivityState, Credit
from allhours.activities.models import Activity, Attendance
from allhours.kernel.errors import Refused
from allhours.kernel.periods import Period
from allhours.ledger import queries as ledger
from allhours.ledger.actions.posting import BATCH
from allhours.ledger.models import Entry
from allhours.ledger.verify import verify
from tests.factories.activities import (
    AFTER,
    SATURDAY,
    SYSTEM,
    make_activity,
    make_note,
    make_people,
    organiser_of,
    signed_up,
)
from tests.factories.directory import make_community, make_member, make_unit, staff_actor

pytestmark = pytest.mark.django_db
YEAR = Period.year(2026)


def minutes_of(*members):
    found = ledger.totals(members=[member.pk for member in members], period=YEAR)
    return [found[member.pk].minutes for member in members]


def enter(activity, now=AFTER, actor=None, **marks):
    sets = {k: frozenset(m.pk for m in v) for k, v in marks.items() if k != "minutes"}
    minutes = {member.pk: value for member, value in marks.get("minutes", {}).items()}
    activity.refresh_from_db()
    return actions.enter_attendance(
        actor=actor or organiser_of(activity),
        activity=activity,
        sheet=Sheet(revision=activity.revision, minutes=minutes, **sets),
        now=now,
    )


def test_everyone_is_present_except_those_marked():
    activity = make_activity(kind="public", travel_minutes=20)
    people = make_people(5)
    walk_in = make_member()
    signed_up(activity, people)
    result = enter(
        activity,
        absent=people[:1],
        excused=people[1:2],
        extra=[walk_in],
        minutes={people[2]: 45},
    )
    assert (result.present, result.absent, result.excused, result.posted) == (4, 1, 1, 4)
    assert minutes_of(*people, walk_in) == [0, 0, 45, 100, 100, 100]
    entry = Entry.objects.get(member=people[3])
    assert (entry.kind, entry.source_key, entry.minutes_off) == ("activity", activity.code, 100)
    assert entry.community_code == activity.community.code
    assert (activity.state, activity.closed_at) == (ActivityState.CLOSED, AFTER)
    assert verify() == []


def test_a_sheet_sent_twice_is_saved_once():
    activity = make_activity()
    people = make_people(3)
    signed_up(activity, people)
    sheet = Sheet(revision=0, absent=frozenset({people[0].pk}))
    for _ in range(2):
        actions.enter_attendance(
            actor=organiser_of(activity), activity=activity, sheet=sheet, now=AFTER
        )
    assert Entry.objects.count() == 2
    assert activity.revision == 1


def test_an_outdated_sheet_is_refused():
    activity = make_activity()
    people = make_people(3)
    signed_up(activity, people)
    enter(activity)
    with pytest.raises(Refused) as refused:
        actions.enter_attendance(
            actor=organiser_of(activity),
            activity=activity,
            sheet=Sheet(revision=0, absent=frozenset({people[0].pk})),
            now=AFTER,
        )
    assert refused.value.codes == ("attendance.sheet_moved_on",)


def test_correction_reverses_and_posts_only_what_changed():
    activity = make_activity()
    people = make_people(3)
    signed_up(activity, people)
    enter(activity)
    enter(activity, absent=people[:1], minutes={people[1]: 60})
    assert minutes_of(*people) == [0, 60, 120]
    assert Entry.objects.filter(member=people[2]).count() == 1
    again = ledger.live_entry(member_id=people[1].pk, kind="activity", key=activity.code)
    assert again.revision == 2
    enter(activity)
    assert minutes_of(*people) == [120, 120, 120]
    assert activity.state == ActivityState.CLOSED
    assert verify() == []


def test_overlap_gives_no_hours_to_that_person_only_and_can_be_tried_again():
    activity = make_activity()
    people = make_people(2, serving_community=activity.community)
    signed_up(activity, people)
    note = make_note(people[0], started_at=SATURDAY + timedelta(minutes=30))
    community = staff_actor(Role.COMMUNITY_SECRETARY, activity.community)
    actions.confirm_note(actor=community, note=note, now=AFTER)
    result = enter(activity)
    assert [row.member for row in result.refused] == [people[0]]
    assert "2026-06-13 09:30–10:30" in result.refused[0].refusal
    assert minutes_of(*people) == [60, 120]
    note.refresh_from_db()
    actions.reopen_note(actor=community, note=note, reason="活动时间", now=AFTER)
    result = enter(activity)
    assert (result.refused, result.posted) == ((), 2)
    assert minutes_of(*people) == [120, 120]
    assert verify() == []


def test_nobody_gives_hours_to_themselves():
    activity = make_activity()
    people = make_people(2)
    signed_up(activity, people)
    organiser = replace(organiser_of(activity), member_id=people[0].pk)
    result = enter(activity, actor=organiser)
    assert [row.member for row in result.awaiting] == [people[0]]
    assert minutes_of(*people) == [0, 120]
    (row,) = result.awaiting
    with pytest.raises(Refused) as refused:
        actions.confirm_attendance(actor=organiser, attendance=row, now=AFTER)
    assert refused.value.codes == ("attendance.not_own",)
    actions.confirm_attendance(actor=organiser_of(activity), attendance=row, now=AFTER)
    assert minutes_of(*people) == [120, 120]
    with pytest.raises(Refused):
        actions.confirm_attendance(actor=organiser_of(activity), attendance=row, now=AFTER)


def test_another_persons_saving_confirms_too():
    activity = make_activity()
    people = make_people(1)
    signed_up(activity, people)
    enter(activity, actor=replace(organiser_of(activity), member_id=people[0].pk))
    assert enter(activity).awaiting == ()
    assert minutes_of(*people) == [120]


def test_own_row_changed_then_absent_leaves_no_hours():
    activity = make_activity()
    people = make_people(1)
    signed_up(activity, people)
    organiser = replace(organiser_of(activity), member_id=people[0].pk)
    enter(activity)
    enter(activity, actor=organiser, minutes={people[0]: 90})
    assert minutes_of(*people) == [120]  # what another person confirmed stands meanwhile
    enter(activity, absent=people)
    assert minutes_of(*people) == [0]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"now": SATURDAY - timedelta(hours=1)}, "attendance.not_begun"),
        ({"published": False}, "attendance.not_published"),
        ({"actor": "other"}, "actor.not_permitted"),
        ({"minutes": 0}, "attendance.bad_minutes"),
        ({}, None),
    ],
)
def test_refusals_share_the_set_up_with_success(change, code):
    activity = make_activity(published=change.get("published", True))
    people = make_people(1)
    actor = organiser_of(activity)
    if change.get("actor"):
        actor = staff_actor(Role.COMMUNITY_STAFF, make_community())
    marks = {"extra": people}
    if "minutes" in change:
        marks["minutes"] = {people[0]: change["minutes"]}
    if code is None:
        assert enter(activity, actor=actor, **marks).posted == 1
        return
    with pytest.raises(Refused) as refused:
        enter(activity, now=change.get("now", AFTER), actor=actor, **marks)
    assert refused.value.codes == (code,)
    assert Attendance.objects.count() == 0


def test_the_served_community_may_enter_what_the_county_organises():
    from tests.factories.directory import make_county

    community = make_community()
    activity = make_activity(make_county(), community=community)
    people = make_people(1)
    actor = staff_actor(Role.COMMUNITY_SECRETARY, community)
    assert enter(activity, actor=actor, extra=people).posted == 1


def test_the_county_wide_activity_counts_where_each_member_serves():
    from tests.factories.directory import make_county

    activity = make_activity(make_county())
    home = make_community()
    people = [*make_people(1, serving_community=home), *make_people(1)]
    enter(activity, actor=SYSTEM, extra=people)
    assert [Entry.objects.get(member=m).community_code for m in people] == [home.code, ""]


def test_interrupted_settling_is_taken_up_by_the_routine(monkeypatch):
    from allhours.activities.actions import attendance

    activity = make_activity()
    people = make_people(3)
    signed_up(activity, people)
    monkeypatch.setattr(attendance, "settle", lambda **_: None)
    assert enter(activity).posted == 0
    routine = Actor.system("attendance")
    assert actions.settle_pending(actor=routine, now=AFTER) == 0
    assert actions.settle_pending(actor=routine, now=AFTER + timedelta(minutes=5)) == 1
    assert minutes_of(*people) == [120] * 3
    assert set(Attendance.objects.values_list("credit", flat=True)) == {Credit.POSTED}
    assert actions.settle_pending(actor=routine, now=AFTER + timedelta(minutes=9)) == 0


def test_a_sheet_of_more_people_than_one_ledger_batch_is_entered_whole():
    activity = make_activity(places=3000)
    unit = make_unit()
    people = [make_member(unit, name="人") for _ in range(BATCH + 60)]
    result = enter(activity, extra=people, absent=people[:40])
    assert (result.present, result.posted) == (BATCH + 20, BATCH + 20)


@pytest.mark.parametrize("kind", ["public", "training"])
def test_outcomes_are_set_once_per_kind(kind):
    from decimal import Decimal

    activity = make_activity(kind=kind)
    for tonnes in ("3.5", "4.5"):
        actions.record_outcomes(
            actor=organiser_of(activity),
            activity=activity,
            quantities={"served": Decimal(120), "tonnes": Decimal(tonnes), "trees": None},
            now=AFTER,
        )
    assert {o.kind: o.quantity for o in activity.outcomes.all()} == {
        "served": 120,
        "tonnes": Decimal("4.50"),
    }
    assert activity.served == 120
    with pytest.raises(Refused):
        actions.record_outcomes(
            actor=organiser_of(activity),
            activity=activity,
            quantities={"served": Decimal(-1)},
            now=AFTER,
        )


@pytest.mark.django_db(transaction=True)
def test_one_sheet_from_many_windows_is_saved_once(threads):
    activity = make_activity()
    people = make_people(8)
    signed_up(activity, people)
    actor = organiser_of(activity)
    sheet = Sheet(revision=0, absent=frozenset({people[0].pk}))
    results = threads(
        5,
        lambda _: (
            actions.enter_attendance(
                actor=actor, activity=Activity.objects.get(), sheet=sheet, now=AFTER
            ).present
        ),
    )
    assert results == [7] * 5
    assert Entry.objects.count() == 7
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_of_two_different_sheets_one_is_told_to_look_again(threads):
    activity = make_activity()
    people = make_people(6)
    signed_up(activity, people)
    actors = [organiser_of(activity) for _ in people]

    def save(index):
        sheet = Sheet(revision=0, absent=frozenset({people[index].pk}))
        return actions.enter_attendance(
            actor=actors[index], activity=Activity.objects.get(), sheet=sheet, now=AFTER
        )

    results = threads(6, save)
    refused = [each for each in results if isinstance(each, Refused)]
    assert len(refused) == 5, results
    assert {code for each in refused for code in each.codes} == {"attendance.sheet_moved_on"}
    assert Entry.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_saving_and_the_routine_together_leave_each_hour_once(threads):
    from allhours.activities.actions.settling import settle

    activity = make_activity()
    people = make_people(30)
    signed_up(activity, people)
    actor = organiser_of(activity)
    enter(activity)
    Attendance.objects.update(credit=Credit.PENDING)

    def act(index):
        if index:
            return settle(actor=actor, activity_id=activity.pk, now=AFTER)
        sheet = Sheet(revision=1, absent=frozenset({people[0].pk}))
        return actions.enter_attendance(
            actor=actor, activity=Activity.objects.get(), sheet=sheet, now=AFTER
        )

    results = threads(4, act)
    assert [each for each in results if isinstance(each, Exception)] == []
    assert minutes_of(*people) == [0] + [120] * 29
    assert not Attendance.objects.filter(credit=Credit.PENDING).exists()
    assert verify() == []
