"""What stands on the desks of county, unit and community, and in the member's hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES, COUNTY_ROLES, UNIT_ROLES
from allhours.accounts.scope import within
from allhours.directory.models import Member, MemberQuerySet, Organization
from allhours.kernel import clock
from allhours.placement import reasons
from allhours.placement.choices import LIVE, EndReason, LetterState, PlacementState, RoundState
from allhours.placement.models import (
    Excusal,
    Letter,
    Placement,
    PlacementQuerySet,
    Proposal,
    ProposalQuerySet,
    Round,
)
from allhours.placement.queries.figures import missing
from allhours.scheme.queries import scheme_for

UNIT_SIDE = UNIT_ROLES | COUNTY_ROLES
COMMUNITY_SIDE = COMMUNITY_ROLES | COUNTY_ROLES


def rounds_visible_to(actor: Actor) -> QuerySet[Round]:
    """Rounds as such are the county's work; others see the proposals that concern them."""
    seen = actor.holds(*COUNTY_ROLES)
    return Round.objects.order_by("-pk") if seen else Round.objects.none()


def proposals_of(round_: Round, actor: Actor) -> ProposalQuerySet:
    return (
        Proposal.objects.filter(round=round_)
        .visible_to(actor)
        .select_related("member__unit", "community")
        .order_by("member__member_no")
    )


def proposals_visible_to(actor: Actor) -> ProposalQuerySet:
    return Proposal.objects.visible_to(actor).select_related(
        "member__unit", "member__residence", "community", "round"
    )


def round_name_for(now: datetime) -> str:
    """The open round if there is one, else the next free name of the year."""
    newest = Round.objects.filter(state__in=(RoundState.DRAFT, RoundState.PROPOSED))
    found = newest.order_by("-pk").values_list("name", flat=True).first()
    year, number = clock.local_date(now).year, Round.objects.count() + 1
    return found or _("%(year)s年第%(n)s轮") % {"year": year, "n": number}


def assignment_of(round_: Round) -> list[dict[str, Any]]:
    """Every member of a round with the community's code (None: unplaced) and the reason."""
    rows = Proposal.objects.filter(round=round_).order_by("member__member_no")
    return [
        {
            "member_no": number,
            "community": code,
            "reason": reasons.sentence(reason, params),
            "reason_code": reason,
        }
        for number, code, reason, params in rows.values_list(
            "member__member_no", "community__code", "reason", "params"
        )
    ]


def contested_in(round_: Round) -> int:
    return Proposal.objects.filter(round=round_).exclude(contested_at=None).count()


def label_of_place(member_id: int) -> str:
    """The community where a member is placed now, or an empty string."""
    placement = Placement.objects.live().select_related("community").filter(member=member_id)
    found = placement.first()
    return found.community.label if found else ""


def placements_of_units(actor: Actor) -> PlacementQuerySet:
    return (
        Placement.objects.filter(within(actor, "unit__path", roles=UNIT_SIDE))
        .select_related("member", "unit", "community", "branch")
        .order_by("member__member_no")
    )


def placements_of_communities(actor: Actor) -> PlacementQuerySet:
    return (
        Placement.objects.filter(within(actor, "community__path", roles=COMMUNITY_SIDE))
        .select_related("member", "unit", "community", "branch")
        .order_by("member__member_no")
    )


def to_issue(actor: Actor, on: date) -> PlacementQuerySet:
    """Placed members of the actor's units without a letter that is still good."""
    if not scheme_for(on).reporting.requires_letter:
        return placements_of_units(actor).none()
    good = Letter.objects.filter(
        placement=OuterRef("pk"), state=LetterState.ISSUED, valid_until__gte=on
    )
    return placements_of_units(actor).filter(
        ~Exists(good), state__in=(PlacementState.ASSIGNED, PlacementState.LETTER_ISSUED)
    )


def on_the_way(actor: Actor, on: date) -> PlacementQuerySet:
    """Members who may report now and have not yet been received: with a good letter, or where
    the scheme asks for none, from the day they were placed."""
    rows = placements_of_units(actor)
    if not scheme_for(on).reporting.requires_letter:
        return rows.filter(
            state__in=(
                PlacementState.ASSIGNED, PlacementState.LETTER_ISSUED, PlacementState.PRESENTED
            )
        )  # fmt: skip
    good = Letter.objects.filter(
        placement=OuterRef("pk"), state=LetterState.ISSUED, valid_until__gte=on
    )
    return rows.filter(
        Exists(good), state__in=(PlacementState.LETTER_ISSUED, PlacementState.PRESENTED)
    )


def receipts(actor: Actor) -> PlacementQuerySet:
    """报到回执: what communities have received, newest first."""
    return (
        placements_of_units(actor)
        .filter(reported_on__isnull=False)
        .order_by("-reported_at", "member__member_no")
    )


def returned(actor: Actor) -> PlacementQuerySet:
    """Returned members who have no place yet."""
    placed = Placement.objects.filter(member=OuterRef("member"), state__in=LIVE)
    return placements_of_units(actor).filter(
        ~Exists(placed), end_reason=EndReason.RETURNED, member__left_on=None
    )


def to_receive(actor: Actor) -> PlacementQuerySet:
    """Members who stand at the actor's communities, longest waiting first."""
    return (
        placements_of_communities(actor)
        .filter(state=PlacementState.PRESENTED)
        .order_by("presented_at", "pk")
    )


def expected_here(actor: Actor) -> PlacementQuerySet:
    """Placed in the actor's communities and not yet here."""
    return placements_of_communities(actor).filter(
        state__in=(PlacementState.ASSIGNED, PlacementState.LETTER_ISSUED)
    )


def without_placement(on: date, *, actor: Actor | None = None) -> MemberQuerySet:
    """Expected to report, and placed nowhere."""
    placed = Placement.objects.filter(member=OuterRef("pk"), state__in=LIVE)
    members = Member.objects.expected_on(on).filter(~Exists(placed))
    return members if actor is None else members.visible_to(actor)


def unreported(actor: Actor, on: date) -> MemberQuerySet:
    """数据反查: missing members of the actor's units, each with how far they have come."""
    state = Placement.objects.filter(member=OuterRef("pk"), state__in=LIVE).values("state")[:1]
    return (
        missing(on)
        .filter(within(actor, "unit__path", roles=UNIT_SIDE))
        .select_related("unit", "serving_community")
        .annotate(stage=Subquery(state))
        .order_by("unit__code", "member_no")
    )


def members_of_units(actor: Actor) -> MemberQuerySet:
    return Member.objects.on_roster().filter(within(actor, "unit__path", roles=UNIT_SIDE))


def units_to_issue_for(actor: Actor, on: date) -> QuerySet[Organization]:
    """The actor's units where somebody waits for a letter."""
    waiting = to_issue(actor, on).values("unit_id")
    return Organization.objects.filter(pk__in=waiting.order_by()).order_by("code")


def placement_of(member_id: int) -> Placement | None:
    """The member's live placement with everything its page shows."""
    return (
        Placement.objects.live()
        .select_related("member", "unit", "community", "branch", "round")
        .filter(member_id=member_id)
        .first()
    )


def open_proposal_of(member_id: int) -> Proposal | None:
    """The newest proposal of a round that is being discussed or was adopted."""
    return (
        Proposal.objects.select_related("round", "community")
        .filter(member_id=member_id, round__state__in=(RoundState.PROPOSED, RoundState.ADOPTED))
        .order_by("-round_id")
        .first()
    )


def placements_visible_to(actor: Actor) -> PlacementQuerySet:
    """Seen from either side, or one's own."""
    return Placement.objects.visible_to(actor).select_related(
        "member", "unit", "community", "branch"
    )


def letter_of(placement: Placement) -> Letter | None:
    """The letter to show: the live one, else the one used to report."""
    states = (LetterState.ISSUED, LetterState.USED)
    return Letter.objects.filter(placement=placement, state__in=states).order_by("-pk").first()


def excused_now(member_id: int, on: date) -> Excusal | None:
    return Excusal.objects.filter(
        Q(until_on=None) | Q(until_on__gte=on), member_id=member_id, from_on__lte=on
    ).first()


def excusals_visible_to(actor: Actor) -> QuerySet[Excusal]:
    rows = Excusal.objects.visible_to(actor).select_related("member__unit")
    return rows.order_by("-from_on", "-pk")


def communities_for_choice() -> QuerySet[Organization]:
    return Organization.objects.communities().filter(closed_on=None).order_by("code")
