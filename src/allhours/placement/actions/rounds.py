"""Rounds: the solver proposes, officers adjust and lock, a member may contest, one is adopted."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.choices import OrgKind
from allhours.directory.models import Member, Organization
from allhours.jobs.actions import start_job
from allhours.jobs.models import Job
from allhours.jobs.statistics import learn_sizes
from allhours.kernel import clock
from allhours.kernel.errors import Refused, refuse_if
from allhours.placement import notices, proposals, rules
from allhours.placement.actions import live
from allhours.placement.choices import EndReason, RoundState
from allhours.placement.models import Placement, Proposal, Round
from allhours.placement.solver import Assignment, solve
from allhours.scheme.queries import scheme_for

OPEN = (RoundState.DRAFT, RoundState.PROPOSED)
BY_HAND = "locked"


@transaction.atomic
def open_round(*, actor: Actor, name: str, now: datetime) -> Round:
    """A new round, or the open one of that name; nothing is solved yet."""
    actor.require(Role.COUNTY_OFFICER)
    try:
        with transaction.atomic():
            round_, made = Round.objects.get_or_create(
                name=name, defaults={"created_at": now, "created_by_plain": actor.user_id}
            )
    except IntegrityError:
        raise Refused(rules.NAME_TAKEN) from None
    refuse_if(rules.change_refusals(round_))
    if made:
        journal.note(actor=actor, did="round.opened", to=round_, now=now)
    return round_


@transaction.atomic
def start_proposing(*, actor: Actor, name: str, now: datetime) -> Job:
    """Open a round and have it solved in the background."""
    round_ = open_round(actor=actor, name=name, now=now)
    return start_job(actor=actor, kind="placement.propose", args={"round_id": round_.pk}, now=now)


def propose_round(
    *, actor: Actor, round_: Round, now: datetime
) -> tuple[Assignment, proposals.Loaded]:
    """Solve an open round, keeping its locks; places nobody.

    The solving itself runs outside the transaction that stores the answer.
    """
    actor.require(Role.COUNTY_OFFICER)
    on = clock.local_date(now)
    locks = proposals.locks_of(round_)
    follows = _in_force()
    loaded = proposals.load(rules=scheme_for(on=on).placement, on=on, locks=locks)
    if not loaded.problem.members:
        raise Refused(rules.NOBODY_TO_PLACE)
    answer = solve(loaded.problem)
    with transaction.atomic():
        won = Round.objects.filter(pk=round_.pk, state__in=OPEN).update(
            state=RoundState.PROPOSED, follows_plain=follows
        )
        if not won:
            raise Refused(rules.ROUND_CLOSED)
        round_.state, round_.follows_plain = RoundState.PROPOSED, follows
        proposals.store(round_, loaded, answer, now=now)
        journal.note(
            actor=actor,
            did="round.proposed",
            to=round_,
            now=now,
            members=len(answer.placed),
            objective=answer.objective,
            bound=answer.bound,
            unplaced=len(answer.unplaced),
        )
    return answer, loaded


def _in_force() -> int:
    adopted = Round.objects.filter(state=RoundState.ADOPTED)
    return adopted.order_by("-adopted_at", "-pk").values_list("pk", flat=True).first() or 0


@transaction.atomic
def move_proposal(
    *, actor: Actor, proposal: Proposal, community: Organization | None, now: datetime
) -> None:
    """An officer's hand: the member goes there (None: stays unplaced), locked for later solving."""
    actor.require(Role.COUNTY_OFFICER)
    refuse_if(rules.own_record_refusals(actor, proposal.member_id))
    if community is not None and community.kind != OrgKind.COMMUNITY:
        raise Refused(rules.NOT_A_COMMUNITY)
    _hold_open(proposal.round_id)
    before = proposal.community_id
    Proposal.objects.filter(pk=proposal.pk).update(
        community=community,
        locked=community is not None,
        locked_by_plain=actor.user_id,
        reason=BY_HAND if community else "full",
        params={"community": community.label if community else ""},
    )
    journal.note(
        actor=actor,
        did="proposal.moved",
        to=proposal,
        now=now,
        before=before,
        after=community.pk if community else None,
    )


@transaction.atomic
def set_lock(*, actor: Actor, proposal: Proposal, locked: bool, now: datetime) -> None:
    """Fix a proposal where it stands for later solving, or free it again."""
    actor.require(Role.COUNTY_OFFICER)
    refuse_if(rules.own_record_refusals(actor, proposal.member_id))
    _hold_open(proposal.round_id)
    if locked and proposal.community_id is None:
        raise Refused(rules.NOT_A_COMMUNITY)
    Proposal.objects.filter(pk=proposal.pk).update(locked=locked, locked_by_plain=actor.user_id)
    did = "proposal.locked" if locked else "proposal.unlocked"
    journal.note(actor=actor, did=did, to=proposal, now=now)


def _hold_open(round_id: int) -> None:
    """Touch the parent first: no proposal changes while its round is being adopted."""
    if not Round.objects.filter(pk=round_id, state__in=OPEN).update(adopted_at=None):
        raise Refused(rules.ROUND_CLOSED)


@transaction.atomic
def contest_proposal(*, actor: Actor, proposal: Proposal, text: str, now: datetime) -> None:
    """The member says why the suggestion does not fit; an officer then decides by hand."""
    on = clock.local_date(now)
    refuse_if(
        rules.contest_refusals(
            proposal.round,
            member_id=proposal.member_id,
            actor=actor,
            text=text,
            on=on,
            last_day=last_contest_day(proposal.round),
        )
    )
    Proposal.objects.filter(pk=proposal.pk).update(
        contested_at=now, contest_text=text.strip(), answered_at=None, answer_text=""
    )
    journal.note(actor=actor, did="proposal.contested", to=proposal, now=now)


def last_contest_day(round_: Round) -> date | None:
    """None while the round is open."""
    if round_.adopted_at is None:
        return None
    adopted = clock.local_date(round_.adopted_at)
    return adopted + timedelta(days=scheme_for(on=adopted).placement.contest_days)


@transaction.atomic
def answer_contest(*, actor: Actor, proposal: Proposal, text: str, now: datetime) -> None:
    """The officer's answer; whether the member moves is done by hand, before or after it."""
    actor.require(Role.COUNTY_OFFICER)
    refuse_if(rules.own_record_refusals(actor, proposal.member_id))
    if not text.strip():
        raise Refused(rules.ANSWER_EMPTY)
    won = Proposal.objects.filter(pk=proposal.pk, contested_at__isnull=False).update(
        answered_at=now, answer_text=text.strip()
    )
    if not won:
        raise Refused(rules.NOT_CONTESTED)
    journal.note(actor=actor, did="proposal.answered", to=proposal, now=now)
    notices.after_commit(notices.contest_answered, proposal.member_id, now=now)


@transaction.atomic
def drop_round(*, actor: Actor, round_: Round, now: datetime) -> None:
    actor.require(Role.COUNTY_OFFICER)
    if not Round.objects.filter(pk=round_.pk, state__in=OPEN).update(state=RoundState.DROPPED):
        raise Refused(rules.ROUND_CLOSED)
    journal.note(actor=actor, did="round.dropped", to=round_, now=now)


def adopt_round(*, actor: Actor, round_: Round, now: datetime) -> tuple[int, int]:
    """Make the round's places live, changing nobody who already serves there: (new, moved).

    Two adoptions at once: the second finds the state changed, or the fence that one round at
    most is adopted after each.
    """
    actor.require(Role.COUNTY_OFFICER)
    refuse_if(rules.adopt_refusals(round_))
    try:
        with transaction.atomic():
            return _adopt(actor, round_, now)
    except IntegrityError:
        raise Refused(rules.ROUND_OVERTAKEN) from None


def _adopt(actor: Actor, round_: Round, now: datetime) -> tuple[int, int]:
    won = Round.objects.filter(
        pk=round_.pk, state=RoundState.PROPOSED, solved_at=round_.solved_at
    ).update(state=RoundState.ADOPTED, adopted_at=now)
    if not won:
        raise Refused(rules.CHANGED_MEANWHILE)
    if _newest_before(round_) != round_.follows_plain:
        raise Refused(rules.ROUND_OVERTAKEN)
    fresh, replaced = _changes(round_, now)
    on = clock.local_date(now)
    live.end_many(actor, replaced, reason=EndReason.REPLACED, on=on, now=now)
    live.begin_many(actor, fresh, now=now)
    journal.note(
        actor=actor,
        did="round.adopted",
        to=round_,
        now=now,
        placed=len(fresh) - len(replaced),
        moved=len(replaced),
    )
    learn_sizes(Placement)
    notices.after_commit(notices.round_adopted, round_.pk, now=now)
    return len(fresh) - len(replaced), len(replaced)


def _changes(round_: Round, now: datetime) -> tuple[list[Placement], list[Placement]]:
    """Placements to begin, and those of other communities that they replace."""
    present = {
        placement.member_id: placement
        for placement in Placement.objects.live().only("member_id", "community_id", "state")
    }
    wanted = (
        Proposal.objects.filter(round=round_, member__left_on=None, member__paused_on=None)
        .exclude(community=None)
        .values_list("member_id", "member__unit_id", "community_id")
    )
    fresh: list[Placement] = []
    replaced: list[Placement] = []
    for member_id, unit_id, community_id in wanted:
        old = present.get(member_id)
        if old is not None and old.community_id == community_id:
            continue
        if old is not None:
            replaced.append(old)
        fresh.append(
            Placement(
                member_id=member_id,
                unit_id=unit_id,
                community_id=community_id,
                round=round_,
                assigned_at=now,
            )
        )
    return fresh, replaced


def _newest_before(round_: Round) -> int:
    others = Round.objects.filter(state=RoundState.ADOPTED).exclude(pk=round_.pk)
    return others.order_by("-adopted_at", "-pk").values_list("pk", flat=True).first() or 0


@transaction.atomic
def place_member(
    *, actor: Actor, member: Member, community: Organization, now: datetime
) -> Placement:
    """An officer places one member by hand, outside any round; moves a live placement."""
    actor.require(Role.COUNTY_OFFICER)
    refuse_if(rules.own_record_refusals(actor, member.pk))
    if community.kind != OrgKind.COMMUNITY:
        raise Refused(rules.NOT_A_COMMUNITY)
    if member.left_on is not None:
        raise Refused(rules.MEMBER_LEFT)
    old = Placement.objects.live().filter(member=member).first()
    if old is not None and old.community_id == community.pk:
        return old
    if old is not None:
        live.end_many(actor, [old], reason=EndReason.REPLACED, on=clock.local_date(now), now=now)
    placement = Placement(
        member=member, unit_id=member.unit_id, community=community, assigned_at=now
    )
    try:
        with transaction.atomic():
            live.begin_many(actor, [placement], now=now)
    except IntegrityError:
        raise Refused(rules.CHANGED_MEANWHILE) from None
    return Placement.objects.live().get(member=member)
