"""Changes of a person: what is refused, what is asked, what is closed, and that nothing is left."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import JournalEntry, User
from allhours.activities.choices import NoteState, SignUpState
from allhours.activities.models import ServiceNote, SignUp
from allhours.directory.actions import changes
from allhours.directory.actions.members import edit_member
from allhours.directory.change_rules import Change
from allhours.directory.choices import ChangeKind, ChangeState, FormerFact, LeaveReason, Standing
from allhours.directory.models import Appointment, Former, Member, MemberChange, Organization
from allhours.kernel import clock
from allhours.kernel.errors import Refused
from allhours.needs import actions as needs
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, ClaimAllowance, Wish
from allhours.placement.actions import excusals
from allhours.placement.actions.live import begin_many
from allhours.placement.choices import EndReason, ExcusalClass, LetterState, PlacementState
from allhours.placement.models import Excusal, Letter, Placement
from tests.factories import activities as play
from tests.factories.directory import (
    TODAY,
    county_officer,
    make_community,
    make_member,
    make_unit,
    member_actor,
    staff_actor,
)
from tests.factories.needs import make_open_wish
from tests.support.duties import open_rows, tables_unspoken_for

pytestmark = pytest.mark.django_db
NOW = clock.at(TODAY) + timedelta(hours=10)
SYSTEM = Actor.system("test")


def placed(member: Member, community: Organization, **over: object) -> Placement:
    values = {
        "member": member, "unit": member.unit, "community": community, "assigned_at": NOW,
    }  # fmt: skip
    begin_many(SYSTEM, [Placement(**(values | over))], now=NOW)
    member.refresh_from_db()
    return Placement.objects.live().get(member=member)


def letter_for(placement: Placement) -> Letter:
    Placement.objects.filter(pk=placement.pk).update(state=PlacementState.LETTER_ISSUED)
    return Letter.objects.create(
        placement=placement, unit=placement.unit, year=2026, serial=placement.pk,
        number=f"第{placement.pk}号", code=f"CODE{placement.pk}", issued_on=TODAY,
        valid_until=TODAY + timedelta(days=30),
    )  # fmt: skip


def a_busy_member() -> Member:
    """Serves, claims, waits, holds a post, signed up, noted service, holds an office."""
    community = make_community(name="甲社区")
    member = make_member(make_unit())
    actor = member_actor(member)
    letter_for(placed(member, community))
    needs.claim_wish(actor=actor, wish=make_open_wish(community), now=NOW)
    post = needs.publish_post(
        actor=SYSTEM, community=community, text=needs.PostText(title="秩序引导"), now=NOW
    )
    needs.take_post(actor=actor, post=post, now=NOW)
    activity = play.make_activity(community, starts_at=NOW + timedelta(days=3))
    play.signed_up(activity, [member], now=NOW)
    play.make_note(member, started_at=NOW - timedelta(hours=3), now=NOW)
    excusals.grant_excusal(
        actor=SYSTEM, member=member, klass=ExcusalClass.PERSONAL, from_on=TODAY, until_on=None,
        now=NOW,
    )  # fmt: skip
    assert member.user is not None
    Appointment.objects.create(
        user=member.user, role=Role.LIAISON, organization=member.unit, from_on=date(2026, 1, 1)
    )
    member.refresh_from_db()
    return member


def change(kind: str, on: date = TODAY, **over: object) -> Change:
    return Change(kind=kind, on=on, **over)  # type: ignore[arg-type]


def liaison_of(member: Member) -> Actor:
    return staff_actor(Role.UNIT_SECRETARY, member.unit)


def do(
    member: Member, wanted: Change, *, now: datetime = NOW, actor: Actor | None = None
) -> MemberChange:
    actor = actor or county_officer()
    return changes.propose_change(actor=actor, member=member, change=wanted, now=now)


@pytest.mark.parametrize(
    "wanted",
    [
        change(ChangeKind.LEAVE, reason=LeaveReason.AWAY),
        change(ChangeKind.LEAVE, reason=LeaveReason.MEMBERSHIP_ENDED),
        change(ChangeKind.DEATH),
    ],
)
def test_departure_leaves_nothing_dangling(wanted: Change) -> None:
    member = a_busy_member()
    assert open_rows(member) != []
    foreseen = changes.foresee(actor=liaison_of(member), member=member, change=wanted, now=NOW)
    row = do(member, wanted, actor=liaison_of(member))
    assert row.state == ChangeState.DONE
    assert open_rows(member) == []
    assert row.outcome == [line.plain() for line in foreseen]
    assert {line["kind"] for line in row.outcome} == {
        "claim", "post", "placement", "letter", "excusal", "signup", "note", "appointment",
        "account",
    }  # fmt: skip
    member.refresh_from_db()
    assert (member.left_on, member.serving_community) == (TODAY, None)
    assert Letter.objects.get().state == LetterState.VOID
    assert Wish.objects.get().taken == 0
    assert ClaimAllowance.objects.get().live == 0
    # what was done is still to be confirmed
    assert ServiceNote.objects.get().state == NoteState.SUBMITTED


def test_death_sends_nothing_and_closes_the_sign_in(django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    from allhours.notifications.models import Notice

    member = a_busy_member()
    Notice.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        do(member, change(ChangeKind.DEATH), actor=liaison_of(member))
    member.refresh_from_db()
    assert member.standing == Standing.DECEASED
    assert member.user is not None
    assert not member.user.is_active
    assert not Notice.objects.filter(user=member.user).exists()


def test_nobody_leaves_before_what_they_served() -> None:
    from tests.factories.ledger import make_entry

    member = make_member()
    make_entry(member)
    with pytest.raises(Refused) as refused:
        do(member, change(ChangeKind.LEAVE, reason=LeaveReason.AWAY))
    assert refused.value.codes == ("change.served_later",)
    later = TODAY + timedelta(days=1)
    assert do(member, change(ChangeKind.LEAVE, later, reason=LeaveReason.AWAY)).state == "planned"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (change(ChangeKind.LEAVE), "change.reason"),
        (change(ChangeKind.TRANSFER), "change.unit_needed"),
        (change(ChangeKind.DEATH, TODAY + timedelta(days=1)), "change.in_future"),
        (change(ChangeKind.RETIRE, TODAY + timedelta(days=367)), "change.too_far"),
        (change(ChangeKind.RETIRE, date(2025, 6, 1)), "change.too_long_ago"),
        (change(ChangeKind.RETIRE, date(2026, 1, 1)), "change.before_joined"),
        (change(ChangeKind.RETURN), "change.is_there"),
    ],
)
def test_changes_are_refused_with_their_reason(wanted: Change, code: str) -> None:
    member = make_member()
    with pytest.raises(Refused) as refused:
        do(member, wanted)
    assert refused.value.codes == (code,)
    assert do(member, change(ChangeKind.RETIRE, date(2026, 5, 1))).state == ChangeState.DONE


def test_transfer_waits_for_the_new_unit_and_the_placement_follows() -> None:
    member, target = a_busy_member(), make_unit()
    wanted = change(ChangeKind.TRANSFER, to_unit=target, position="科长")
    row = do(member, wanted, actor=liaison_of(member))
    assert row.state == ChangeState.ASKED
    with pytest.raises(Refused):
        changes.accept_change(actor=liaison_of(member), change=row, now=NOW)
    new_liaison = staff_actor(Role.LIAISON, target)
    row = changes.accept_change(actor=new_liaison, change=row, now=NOW)
    member.refresh_from_db()
    placement = Placement.objects.get()
    assert (row.state, member.unit, member.position) == (ChangeState.DONE, target, "科长")
    assert (placement.unit, placement.state) == (target, PlacementState.ASSIGNED)
    assert Letter.objects.get().state == LetterState.VOID
    assert not Appointment.objects.filter(user=member.user).in_force_on(TODAY).exists()
    assert Claim.objects.filter(state=ClaimState.LIVE).count() == 2  # wish and post go on
    assert Former.objects.get(fact=FormerFact.UNIT).organization == row.from_unit
    with pytest.raises(Refused) as refused:
        changes.accept_change(actor=new_liaison, change=row, now=NOW)
    assert refused.value.codes == ("change.not_open",)


def test_new_unit_may_decline_with_a_reason() -> None:
    member, target = make_member(), make_unit()
    row = do(member, change(ChangeKind.TRANSFER, to_unit=target), actor=liaison_of(member))
    other = staff_actor(Role.LIAISON, target)
    with pytest.raises(Refused) as refused:
        changes.decline_change(actor=other, change=row, answer=" ", now=NOW)
    assert refused.value.codes == ("change.answer",)
    changes.decline_change(actor=other, change=row, answer="不在本单位任职", now=NOW)
    row.refresh_from_db()
    assert (row.state, row.answer) == (ChangeState.DECLINED, "不在本单位任职")


def test_moving_house_ends_the_placement_and_begins_one() -> None:
    member, new = a_busy_member(), make_community(name="乙社区")
    row = do(
        member,
        change(ChangeKind.MOVE, to_community=new, address="新苑3幢"),
        actor=liaison_of(member),
    )
    member.refresh_from_db()
    live = Placement.objects.live().get()
    assert (live.community, live.state) == (new, PlacementState.ASSIGNED)
    assert Placement.objects.get(end_reason=EndReason.MOVED).ended_on == TODAY
    assert (member.serving_community, member.residence, member.address) == (new, new, "新苑3幢")
    assert row.address == ""  # no street address in what is kept
    fates = {(line["kind"], line["fate"]) for line in row.outcome}
    assert fates == {("post", "closed"), ("placement", "handed"), ("letter", "closed")}


def test_who_moves_may_stay_where_they_serve() -> None:
    member, new = a_busy_member(), make_community()
    before = Placement.objects.get()
    row = do(member, change(ChangeKind.MOVE, to_community=new, stays=True))
    assert Placement.objects.live().get() == before
    assert [line["fate"] for line in row.outcome] == ["kept"]


def test_community_only_hints_at_a_move() -> None:
    member, new = a_busy_member(), make_community()
    staff = staff_actor(Role.COMMUNITY_STAFF, member.serving_community)
    with pytest.raises(Refused):
        do(member, change(ChangeKind.LEAVE, reason=LeaveReason.AWAY), actor=staff)
    row = do(member, change(ChangeKind.MOVE, to_community=new), actor=staff)
    assert row.state == ChangeState.ASKED
    changes.accept_change(actor=liaison_of(member), change=row, now=NOW)
    member.refresh_from_db()
    assert member.serving_community == new


def test_retirement_has_a_date_and_a_history() -> None:
    member = make_member()
    placed(member, make_community())
    day = TODAY - timedelta(days=10)
    Placement.objects.update(assigned_at=NOW - timedelta(days=30))
    do(member, change(ChangeKind.RETIRE, day))
    expected = lambda on: Member.objects.expected_on(on).filter(pk=member.pk).exists()  # noqa: E731
    assert (expected(day - timedelta(days=1)), expected(day)) == (True, False)
    assert Placement.objects.get().end_reason == EndReason.RETIRED
    do(member, change(ChangeKind.RETURN))
    assert [expected(on) for on in (day - timedelta(days=1), day, TODAY)] == [True, False, True]


def test_who_left_and_came_back_was_there_before() -> None:
    member = a_busy_member()
    day = TODAY - timedelta(days=5)
    ServiceNote.objects.all().delete()
    do(member, change(ChangeKind.LEAVE, day, reason=LeaveReason.AWAY))
    member.refresh_from_db()
    do(member, change(ChangeKind.RETURN))
    member.refresh_from_db()
    days = (day - timedelta(days=1), day, TODAY)
    seen = [Member.objects.expected_on(on).filter(pk=member.pk).exists() for on in days]
    assert seen == [True, False, True]
    assert User.objects.get(pk=member.user_id).is_active


def test_figures_of_a_day_stand_by_the_unit_of_that_day() -> None:
    from allhours.placement.queries.figures import rates_by_unit

    old, new = make_unit(), make_unit()
    member = make_member(old)
    do(member, change(ChangeKind.TRANSFER, to_unit=new))
    assert [rate.code for rate in rates_by_unit(TODAY - timedelta(days=1))] == [old.code]
    assert [rate.code for rate in rates_by_unit(TODAY)] == [new.code]


def test_planned_change_takes_effect_on_its_day_or_lapses() -> None:
    member, target = make_member(), make_unit()
    day = TODAY + timedelta(days=2)
    row = do(member, change(ChangeKind.TRANSFER, day, to_unit=target))
    assert row.state == ChangeState.PLANNED
    with pytest.raises(Refused) as refused:
        do(member, change(ChangeKind.TRANSFER, day, to_unit=target))
    assert refused.value.codes == ("change.open",)
    assert changes.take_effect(actor=SYSTEM, now=NOW + timedelta(days=1)) == 0
    target.closed_on = day
    target.save(update_fields=["closed_on"])
    assert changes.take_effect(actor=SYSTEM, now=NOW + timedelta(days=2)) == 0
    row.refresh_from_db()
    assert (row.state, row.answer) == (ChangeState.LAPSED, "调入单位已撤销，请选择其他单位。")


def test_planned_change_can_be_withdrawn() -> None:
    member = make_member()
    row = do(member, change(ChangeKind.RETIRE, TODAY + timedelta(days=2)))
    changes.withdraw_change(actor=liaison_of(member), change=row, now=NOW)
    assert changes.take_effect(actor=SYSTEM, now=NOW + timedelta(days=3)) == 0


def test_nobody_changes_their_own_record() -> None:
    member = make_member()
    Appointment.objects.create(
        user=member_actor(member) and member.user, role=Role.LIAISON, organization=member.unit,
        from_on=date(2026, 1, 1),
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        do(member, change(ChangeKind.RETIRE), actor=member_actor(member))
    assert refused.value.codes == ("change.own_record",)


def test_member_pauses_and_resumes_of_their_own_will() -> None:
    member = a_busy_member()
    actor = member_actor(member)
    lines = changes.pause_service(actor=actor, now=NOW)
    assert {line.kind for line in lines} == {
        "claim",
        "post",
        "placement",
        "letter",
        "signup",
        "note",
    }
    assert Placement.objects.get().end_reason == EndReason.DECLINED
    assert SignUp.objects.get().state == SignUpState.WITHDRAWN
    with pytest.raises(Refused) as refused:
        changes.pause_service(actor=actor, now=NOW)
    assert refused.value.codes == ("change.paused",)
    changes.resume_service(actor=actor, now=NOW)
    member.refresh_from_db()
    assert member.paused_on is None


def test_corrected_name_and_position_are_remembered() -> None:
    member = make_member(name="旧名", position="科员")
    edit_member(actor=county_officer(), member=member, now=NOW, name="新名", position="科长")
    kept = Former.objects.order_by("fact").values_list("fact", "text", "until_on")
    assert list(kept) == [("name", "旧名", TODAY), ("position", "科员", TODAY)]


def test_what_happened_stands_in_the_journal_without_names() -> None:
    member = a_busy_member()
    do(member, change(ChangeKind.LEAVE, reason=LeaveReason.AWAY), actor=liaison_of(member))
    lines = JournalEntry.objects.filter(subject="member", subject_id=str(member.pk))
    assert {"change.noted", "change.done"} <= set(lines.values_list("did", flat=True))
    assert member.name not in str(list(JournalEntry.objects.values_list("facts", flat=True)))
    assert Excusal.objects.get().until_on == TODAY - timedelta(days=1)


def test_every_table_that_points_to_a_person_says_what_becomes_of_its_rows() -> None:
    """Name a new one in tests/support/duties.py and close its open rows in its room’s life.py."""
    assert tables_unspoken_for() == set()


def test_what_was_planned_for_somebody_who_leaves_is_withdrawn() -> None:
    member = make_member()
    planned = do(member, change(ChangeKind.RETIRE, TODAY + timedelta(days=30)))
    do(member, change(ChangeKind.DEATH))
    planned.refresh_from_db()
    assert planned.state == ChangeState.WITHDRAWN
    assert open_rows(member) == []


def test_one_night_may_withdraw_what_it_had_planned() -> None:
    member, day = make_member(), TODAY + timedelta(days=2)
    do(member, change(ChangeKind.LEAVE, day, reason=LeaveReason.AWAY))
    retire = do(member, change(ChangeKind.RETIRE, day))
    assert changes.take_effect(actor=SYSTEM, now=NOW + timedelta(days=2)) == 1
    retire.refresh_from_db()
    assert retire.state == ChangeState.WITHDRAWN
