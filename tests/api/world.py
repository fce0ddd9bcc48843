"""A county with two sides: whatever is called with the one side's token must say nothing of the
other's. Names of the far side are planted secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allhours.accounts.actions.tokens import issue_token
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.accounts.models import User
from allhours.directory.models import (
    Appointment,
    Member,
    MemberChange,
    MemberMerge,
    Organization,
)
from allhours.jobs.models import Job
from allhours.kernel import clock
from allhours.kernel.codes import public_code
from allhours.needs.actions import take_post
from allhours.needs.actions.demands import place_demand
from allhours.needs.actions.handover import offer_post
from allhours.needs.actions.orders import order_item
from allhours.needs.actions.unit_claims import claim_for_unit
from allhours.needs.models import Claim, FollowUp
from allhours.needs.queries.limits import categories
from allhours.notifications.models import Notice
from allhours.placement.choices import ExcusalClass, PlacementState, RoundState
from allhours.placement.models import (
    ContactPoint,
    Difference,
    Excusal,
    Matter,
    Pairing,
    Proposal,
    ReconcileRun,
    Round,
    UnitReport,
    Visit,
)
from allhours.rights.actions.corrections import ask_correction
from allhours.rights.facts import FACTS
from allhours.rights.models import Erasure
from tests.factories.api import Caller
from tests.factories.directory import (
    make_community,
    make_county,
    make_member,
    make_unit,
    make_user,
    member_actor,
    staff_user,
)
from tests.factories.festivals import plan
from tests.factories.needs import (
    make_claim,
    make_open_wish,
    make_pledge,
    make_post,
    make_suggestion,
)
from tests.factories.placement import make_letter, make_placement, make_temp_branch
from tests.factories.projects import make_project

SECRET = "外侧密名"
UNIT_SIDE = (Role.UNIT_SECRETARY, Role.LIAISON)
COMMUNITY_SIDE = (Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF, Role.GRID_WORKER)
COUNTY_SIDE = (Role.COUNTY_OFFICER, Role.INSPECTOR)
ADMINS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
NARROW = ("public", "member", *UNIT_SIDE, *COMMUNITY_SIDE, Role.BRANCH_SECRETARY, *ADMINS)


@dataclass
class Side:
    unit: Organization
    community: Organization
    ids: dict[str, Any] = field(default_factory=dict)  # path parameter or subject → value


@dataclass
class World:
    near: Side
    far: Side
    callers: dict[str, Caller]


def build() -> World:
    county = make_county()
    near, far = _side("近"), _side(SECRET)
    users: dict[str, User] = {}
    for role in UNIT_SIDE:
        users[role] = staff_user(role, near.unit)
    for role in COMMUNITY_SIDE:
        users[role] = staff_user(role, near.community)
    branch = make_temp_branch(near.community)
    users[Role.BRANCH_SECRETARY] = staff_user(Role.BRANCH_SECRETARY, branch)
    for role in (*COUNTY_SIDE, *ADMINS):
        users[role] = staff_user(role, county)
    member = make_member(near.unit, name="近侧本人")
    member_actor(member)
    assert member.user is not None
    users["member"] = member.user
    callers = {name: Caller(user) for name, user in users.items()}
    callers["public"] = Caller()
    return World(near, far, callers)


def _side(mark: str) -> Side:
    now = clock.now()
    side = Side(make_unit(name=f"{mark}单位"), make_community(name=f"{mark}社区"))
    people = [make_member(side.unit, name=f"{mark}{n}") for n in range(5)]
    waiting = make_placement(people[0], side.community, state=PlacementState.PRESENTED)
    letter = make_letter(
        make_placement(people[1], side.community, state=PlacementState.LETTER_ISSUED),
        valid_until=clock.local_date(now) + timedelta(days=9),
    )
    make_placement(people[2], side.community, state=PlacementState.REPORTED)
    round_ = Round.objects.create(
        name=f"{mark}轮", state=RoundState.PROPOSED, created_at=now, solved_at=now
    )
    proposal = Proposal.objects.create(
        round=round_, member=people[3], community=side.community, reason="home"
    )
    excusal = Excusal.objects.create(
        member=people[3], klass=ExcusalClass.AWAY, from_on=clock.local_date(now), granted_at=now
    )
    claim = make_claim(make_open_wish(side.community, now=now, places=2), people[4], now=now)
    hidden = make_open_wish(side.community, now=now, consent=False, title=f"{mark}心愿")
    officer = staff_user(Role.LIAISON, side.unit, display_name=f"{mark}联络员")
    notice = Notice.objects.create(user=officer, key="x", created_at=now)
    change = MemberChange.objects.create(
        member=people[3],
        kind="leave",
        state="planned",
        on=clock.local_date(now) + timedelta(days=5),
        reason="other",
        from_unit=side.unit,
        asked_at=now,
    )
    merge = MemberMerge.objects.create(
        kept=people[2], gone=people[3], proposed_by_plain=make_user().pk, proposed_at=now
    )
    side.ids = {
        "wishes": hidden.pk,
        "posts": make_post(side.community, now=now).pk,
        "claims": claim.pk,
        "placements": waiting.pk,
        "letters": letter.pk,
        "letter_code": letter.code,
        "rounds": round_.pk,
        "proposals": proposal.pk,
        "excusals": excusal.pk,
        "changes": change.pk,
        "merges": merge.pk,
        "appointments": Appointment.objects.get(user=officer).pk,
        "notices": notice.pk,
        "tokens": issue_token(user=officer, scopes=[], days=1, now=now).token.pk,
        "jobs": Job.objects.create(
            code=f"JOB{officer.pk}", kind="x", title=mark, created_at=now, user_id_plain=officer.pk
        ).code,
        "consents": "public_member",
        **_with_communities(side, people, mark),
        **_needs(side, people, mark),
        **_rights(people, mark),
        "members": people[0].member_no,
        "organizations": side.unit.code,
        "community": side.community.code,
        "unit": side.unit.code,
    }
    return side


def _with_communities(side: Side, people: list[Member], mark: str) -> dict[str, int]:
    now, both = clock.now(), {"unit": side.unit, "community": side.community}
    on = clock.local_date(now)
    run = ReconcileRun.objects.create(
        organization=side.unit, source="system", on=on, made_at=now, counts={}
    )
    difference = Difference.objects.create(
        key=f"{mark}.1",
        kind="missing",
        member=people[4],
        responsible="unit",
        ours={"name": people[4].name},
        found_at=now,
        **both,
    )
    pairing = Pairing.objects.create(proposed_at=now, agreement={"x": mark}, **both)
    point = ContactPoint.objects.create(
        leader=people[2], position=mark, since=on, set_at=now, **both
    )
    visit = Visit.objects.create(
        pairing=pairing, held_on=on, people=f"{mark}1", discussed=mark, noted_at=now, **both
    )
    return {
        "reconciliations": run.pk,
        "differences": difference.pk,
        "pairings": pairing.pk,
        "contact-points": point.pk,
        "matters": Matter.objects.create(visit=visit, text=f"{mark}1").pk,
        "unit-reports": UnitReport.objects.create(
            people=5, presented_on=on, presented_at=now, offers=f"{mark}1", **both
        ).pk,
    }


def _needs(side: Side, people: list[Member], mark: str) -> dict[str, int]:
    now = clock.now()
    suggestion = make_suggestion(side.community, title=f"{mark}1", member=people[3])
    pledge = make_pledge(people[4], side.community, text=f"{mark}1")
    wish = make_open_wish(side.community, now=now, consent=False, title=f"{mark}心愿")
    unit_claim = claim_for_unit(
        actor=Actor.system("test"), wish=make_open_wish(side.community, now=now), unit=side.unit,
        responsible=people[3], helpers=[people[0]], now=now,
    )  # fmt: skip
    return {
        "unit-claims": unit_claim.pk,
        "helping": unit_claim.helpers.get().pk,
        "suggestions": suggestion.pk,
        "pledges": pledge.pk,
        "promises": 1,
        "festivals": plan(now=now, title=f"{mark}1", audience=side.community).pk,
        "projects": make_project(side.community, name=f"{mark}1").pk,
        "follow-ups": FollowUp.objects.create(wish=wish, drawn_at=now, note=f"{mark}1").pk,
        **_posts(side, people, mark),
    }


def _posts(side: Side, people: list[Member], mark: str) -> dict[str, int]:
    now = clock.now()
    item = next(iter(categories(now)))
    actor, post = member_actor(people[1]), make_post(side.community, now=now)
    applied = Claim.objects.create(post=post, member=people[2], state="waiting", claimed_at=now)
    to = {"name": people[2].name, "member_no": people[2].member_no}
    other = make_post(side.community, now=now)
    handed = offer_post(
        actor=actor, claim=take_post(actor=actor, post=other, now=now), now=now, **to
    )
    people[3].residence = side.community
    people[3].save(update_fields=["residence"])
    ordered = order_item(actor=member_actor(people[3]), item=item, text=f"{mark}1", now=now)
    demand = place_demand(
        actor=Actor.system("test"), community=side.community, item=item, text=f"{mark}1", heads=2,
        now=now,
    )  # fmt: skip
    return {
        "applications": applied.pk,
        "hand-overs": handed.pk,
        "orders": ordered.pk,
        "demands": demand.pk,
    }


def _rights(people: list[Member], mark: str) -> dict[str, str]:
    now = clock.now()
    erasure = Erasure.objects.create(
        code=public_code(),
        subject="member",
        member=people[4],
        subject_code=people[4].member_no,
        key_hash=mark,
        reason="own_wish",
        state="proposed",
        asked_at=now,
    )
    correction = ask_correction(
        actor=member_actor(people[3]), fact=next(iter(FACTS)), wanted=f"{mark}1", now=now
    )
    return {"erasures": erasure.code, "corrections": correction.code}
