"""A small county that has lived through a spring: with everything that makes adding up hard.

Reversals, a member who changed unit, one who changed community, released and returned claims, a
wish for two, hours refused for an overlap, an excusal, and facts that came later than others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from allhours.activities import actions as activities
from allhours.activities.actions import Sheet
from allhours.activities.models import Activity
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.needs import actions as needs
from allhours.needs.models import Wish
from allhours.needs.queries.limits import categories
from allhours.placement.choices import EndReason, ExcusalClass, PlacementState
from allhours.placement.models import Excusal

from .activities import AFTER, SATURDAY, make_activity, make_note, signed_up
from .directory import TODAY, make_community, make_county, make_member, make_unit, member_actor
from .needs import NOW, SYSTEM, delivery, make_claim, make_delivered, make_open_wish, make_post
from .placement import make_placement, make_temp_branch

MAY = date(2026, 5, 20)  # before the wishes and the activity
SUNDAY = date(2026, 6, 14)  # the day after the activity; corrections come later
END = date(2026, 6, 30)


@dataclass(frozen=True)
class Played:
    units: tuple[Organization, Organization]
    communities: tuple[Organization, Organization]
    members: list[Member]
    activity: Activity
    wishes: dict[str, Wish]


def play() -> Played:
    county = make_county()
    first, second = make_unit(parent=county), make_unit(parent=county)
    near, far = make_community(), make_community()
    make_temp_branch(near)
    members = [make_member(first, residence=near) for _ in range(4)]
    members += [make_member(second, residence=far) for _ in range(3)]
    _place(members, near, far)
    activity = _serve(members, near, first)
    wishes = _wishes(members, near, far)
    _posts(members, near)
    mover = members[1]  # afterwards: served as one of `first`, now counted in `second`
    mover.unit = second
    mover.save(update_fields=["unit"])
    return Played((first, second), (near, far), members, activity, wishes)


def _place(members: list[Member], near: Organization, far: Organization) -> None:
    reported = {"state": PlacementState.REPORTED, "reported_on": MAY, "reported_at": clock.at(MAY)}
    early = {"assigned_at": clock.at(MAY)} | reported
    for member in members[:3]:
        make_placement(member, near, **early)
    ended = {"state": PlacementState.ENDED, "ended_on": TODAY, "end_reason": EndReason.MOVED}
    make_placement(members[4], near, **(early | ended))
    later = {"state": PlacementState.REPORTED, "reported_on": TODAY + timedelta(days=2)}
    make_placement(members[4], far, **later)
    make_placement(members[5], far, state=PlacementState.LETTER_ISSUED)
    Excusal.objects.create(
        member=members[6], klass=ExcusalClass.AWAY, from_on=TODAY, granted_at=clock.at(TODAY)
    )


def _serve(members: list[Member], near: Organization, unit: Organization) -> Activity:
    """Four sign up; one has a confirmed note at the same time, one turns out not to have come."""
    note = make_note(members[0])
    activities.confirm_note(actor=SYSTEM, note=note, now=AFTER)
    reopened = make_note(members[2], started_at=SATURDAY - timedelta(days=1))
    activities.confirm_note(actor=SYSTEM, note=reopened, now=AFTER)
    activity = make_activity(near)
    signed_up(activity, [members[0], members[1], members[2], members[4]])
    sheet = Sheet(revision=activity.revision, extra=frozenset({members[5].pk}))
    result = activities.enter_attendance(actor=SYSTEM, activity=activity, sheet=sheet, now=AFTER)
    assert [row.member_id for row in result.refused] == [members[0].pk]
    activity.refresh_from_db()
    served = {"served": 120}
    activities.record_outcomes(actor=SYSTEM, activity=activity, quantities=served, now=AFTER)
    _correct_later(activity, members[2], reopened)
    own = make_activity(unit, starts_at=SATURDAY + timedelta(hours=4), title="党员义诊")
    late = AFTER + timedelta(days=3)
    sheet = Sheet(revision=own.revision, extra=frozenset({members[3].pk}))
    activities.enter_attendance(actor=SYSTEM, activity=own, sheet=sheet, now=late)
    return activity


def _correct_later(activity: Activity, member: Member, note: object) -> None:
    """Days afterwards: one was absent after all, and a note had been confirmed by mistake."""
    later = AFTER + timedelta(days=5)
    sheet = Sheet(revision=activity.revision, absent=frozenset({member.pk}))
    activities.enter_attendance(actor=SYSTEM, activity=activity, sheet=sheet, now=later)
    note.refresh_from_db()
    activities.reopen_note(actor=SYSTEM, note=note, reason="重复", now=later)


def _wishes(members: list[Member], near: Organization, far: Organization) -> dict[str, Wish]:
    open_, done, both, back = (make_open_wish(each) for each in (near, near, far, far))
    make_delivered(make_claim(done, members[0]))
    Wish.objects.filter(pk=both.pk).update(places=2)
    for claim in [make_claim(both, member) for member in (members[1], members[4])]:
        needs.deliver_claim(
            actor=member_actor(claim.member),
            claim=claim,
            delivery=delivery(NOW, goods_value_fen=12_345),
            now=NOW + timedelta(hours=4),
        )
    for wish in (done, both):
        needs.confirm_delivery(actor=SYSTEM, wish=wish, now=NOW + timedelta(days=3))
    lost = make_claim(back, members[3])
    needs.release_claim(actor=SYSTEM, claim=lost, reason="联系不上", now=NOW + timedelta(days=6))
    make_claim(back, members[4], now=NOW + timedelta(days=7))
    wishes = {"open": open_, "done": done, "both": both, "back": back}
    return {name: Wish.objects.get(pk=wish.pk) for name, wish in wishes.items()}


def _posts(members: list[Member], near: Organization) -> None:
    post = make_post(near, item=next(iter(categories(NOW))))
    kept = needs.take_post(actor=member_actor(members[0]), post=post, now=NOW)
    left = needs.take_post(actor=member_actor(members[1]), post=post, now=NOW)
    assert kept.pk != left.pk
    later = NOW + timedelta(days=4)
    needs.leave_post(actor=member_actor(members[1]), claim=left, reason="时间不便", now=later)
